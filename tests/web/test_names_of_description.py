"""The description of the API: each name in it stands for one thing."""

from collections import defaultdict
from enum import Enum
from typing import get_args

from ninja import Schema
from pydantic import WithJsonSchema

from huntline.web.api import api


def schemas(kind=Schema):
    """Yield the schemas of the project, which the API's module has imported."""
    for below in kind.__subclasses__():
        if below.__module__.startswith("huntline.") and below.__module__.endswith("schemas"):
            yield below
        yield from schemas(below)


def enums(kind):
    """Yield the enums in a type as it is annotated, without those that are described where they stand."""
    if any(isinstance(one, WithJsonSchema) for one in getattr(kind, "__metadata__", ())):
        return
    if isinstance(kind, type) and issubclass(kind, Enum):
        yield kind
    for part in get_args(kind):
        yield from enums(part)


def test_no_two_things_have_the_same_name():
    """Of two that packages call alike, the portal's types would know one, silently."""
    assert api.get_openapi_schema()["components"]["schemas"]
    named = defaultdict(set)
    for schema in schemas():
        named[schema.__name__].add(schema)
        for field in schema.model_fields.values():
            if not any(isinstance(one, WithJsonSchema) for one in field.metadata):
                for kind in enums(field.annotation):
                    named[kind.__name__].add(kind)
    assert len(named) > 100
    assert {name: kinds for name, kinds in named.items() if len(kinds) > 1} == {}
