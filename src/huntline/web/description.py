"""The OpenAPI description of an API of ours: what its routes declare, and once for all of them the answers that refuse."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic import BaseModel, ConfigDict, Field

from huntline.web.problems import STATUS

NAME: Final = "Problem"
# Every kind of error that may be shown, and what is refused before a route is reached.
REFUSALS: Final = sorted(
    {
        *STATUS.values(),
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)
_SHAPES: Final = "#/components/schemas/"
Shape = dict[str, Any]


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). `code` is stable; further members say more of some codes, such as `errors` of fields."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="urn:huntline:problem: and the code.")
    title: str = Field(description="The kind of refusal, in the reader's language.")
    status: int = Field(description="The status of the answer.", ge=400, le=599)
    detail: str = Field(description="What is wrong and what to do, in the reader's language.")
    code: str = Field(description="The refusal's name, for programs.")


class DescribedApi(NinjaAPI):
    """An API whose description names the answers that refuse, which are the same for every route."""

    def get_openapi_schema(
        self,
        *,
        path_prefix: str | None = None,
        path_params: dict[str, Any] | None = None,
    ) -> OpenAPISchema:
        """Return the description."""
        return Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)


class Description(OpenAPISchema):
    """A description in which two packages may each have a shape of the same name; django-ninja alone lets the last one win.

    Such a shape is called by its package too: `IncidentsCategory`, `InquiriesCategory`.
    """

    def get_paths(self) -> dict[str, Any]:
        """Return the operations, and leave the shapes that they name in `schemas`."""
        self._drawn: list[tuple[str, Shape, dict[str, Shape]]] = []
        paths: dict[str, Any] = super().get_paths()
        self.schemas = {NAME: Problem.model_json_schema()}
        uses: dict[str, dict[str, str]] = defaultdict(dict)
        for package, operation, shapes in self._drawn:
            for name in _reached(operation, shapes):
                uses[name].setdefault(_content(name, shapes), f"{package.capitalize()}{name}")
        for _, drawn, shapes in self._drawn:
            names = {
                name: uses[name][_content(name, shapes)] if len(uses[name]) > 1 else name
                for name in _reached(drawn, shapes)
            }
            self.schemas |= {named: _renamed(shapes[name], names) for name, named in names.items()}
            drawn.update(_renamed(drawn, names))
        return paths

    def operation_details(self, operation: Operation) -> Shape:
        """Return an operation with the answers that refuse; it keeps its shapes to itself until all are known."""
        self.schemas = {}
        details: Shape = super().operation_details(operation)
        refused = {"$ref": f"#/components/responses/{NAME}"}
        # A route may declare one of them itself, where it says more than a problem does.
        details["responses"] = {**{int(status): refused for status in REFUSALS}, **details["responses"]}
        # `huntline.inquiries.api`: the package is what the name of its shape begins with.
        self._drawn.append((operation.view_func.__module__.split(".")[1], details, self.schemas))
        return details

    def get_components(self) -> Shape:
        """Return the shapes, and the one answer of everything that is refused."""
        content = {"application/problem+json": {"schema": {"$ref": f"{_SHAPES}{NAME}"}}}
        refused = {"description": "Refused; the body says why.", "content": content}
        return {**super().get_components(), "responses": {NAME: refused}}


def _named(value: Any) -> Iterator[str]:
    """Yield the names of the shapes that a part of a description refers to."""
    if isinstance(value, Mapping):
        reference = value.get("$ref")
        if isinstance(reference, str) and reference.startswith(_SHAPES):
            yield reference.removeprefix(_SHAPES)
        for inner in value.values():
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)


def _reached(value: Any, shapes: Mapping[str, Shape]) -> list[str]:
    """Return the names that a part of a description refers to, also by way of other shapes, in their order."""
    found: dict[str, None] = {}
    waiting = list(_named(value))
    while waiting:
        name = waiting.pop(0)
        if name in shapes and name not in found:
            found[name] = None
            waiting.extend(_named(shapes[name]))
    return list(found)


def _content(name: str, shapes: Mapping[str, Shape]) -> str:
    """Return what a shape says, with all that it refers to: two of the same name are the same only if that is the same."""
    whole = {inner: shapes[inner] for inner in _reached(shapes[name], shapes)} | {name: shapes[name]}
    return json.dumps(whole, sort_keys=True, default=str)


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        renamed = {key: _renamed(inner, names) for key, inner in value.items()}
        reference = renamed.get("$ref")
        if isinstance(reference, str) and reference.startswith(_SHAPES):
            name = reference.removeprefix(_SHAPES)
            renamed["$ref"] = f"{_SHAPES}{names.get(name, name)}"
        return renamed
    return [_renamed(inner, names) for inner in value] if isinstance(value, list) else value
