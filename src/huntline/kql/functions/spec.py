"""A row of a function table: signature, result, null rule, the SQL it becomes, the rules of the language that it keeps."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from huntline.kql.plan import Builder
from huntline.kql.sql import Template, template
from huntline.kql.types import (
    JSON,
    PLAIN,
    TYPE_NAMES,
    KqlType,
    ValueType,
    array_of,
)


class Nulls(Enum):
    """When a result can be NULL in SQL."""

    NEVER = auto()
    """It cannot: strings, dynamics, and functions that answer for a null too."""
    STICKY = auto()
    """When an argument can be."""
    ALWAYS = auto()
    """Also for arguments that are not null (a conversion that fails)."""


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """What an argument must be.

    `kind` is a type name or one of: `number`, `any`, `same` (all `same` arguments get one common type), `array` (a dynamic in array form),
    `texts` (an array of strings), `text` (a string; any other plain value stands for its text).
    """

    kind: str
    optional: bool = False
    repeated: bool = False
    constant: bool = False


@dataclass(frozen=True, slots=True)
class FunctionSpec:
    """One overload of a function."""

    name: str
    parameters: tuple[ParameterSpec, ...]
    result: str
    """A type name, `array:<type>`, `same` (the common type of the `same` arguments), or `=0` (the type of that argument)."""
    sql: Template | Builder
    nulls: Nulls
    rules: tuple[int, ...]
    least: int
    most: int | None
    words: frozenset[str] | None = None
    """What the first argument may be, where only certain words have a meaning."""

    def result_type(self, arguments: tuple[ValueType, ...], same: ValueType | None) -> ValueType:
        """Return the type of the result for arguments of these types."""
        result = self.result
        if result in _RESULTS:
            return _RESULTS[result]
        if result == "same" and same is not None:
            return same
        return arguments[int(result[1:])]


_RESULTS: dict[str, ValueType] = {
    **{kind.value: PLAIN[kind] for kind in KqlType},
    "json": JSON,
    **{f"array:{kind.value}": array_of(kind) for kind in KqlType},
}
_SIGNATURE = re.compile(r"(?P<name>[^(]+)\((?P<parameters>.*)\) (?P<result>\S+)$")
_KINDS = frozenset({*TYPE_NAMES, "number", "any", "same", "array", "texts", "text"})


def row(
    signature: str,
    sql: str | Builder,
    *,
    nulls: Nulls | None = None,
    rules: tuple[int, ...] = (),
    words: frozenset[str] | None = None,
) -> FunctionSpec:
    """Return the row of a signature such as `substring(string, long, long?) string`.

    `?` marks what may be left out, `...` what may be repeated, `const ` what must be known at compile time.
    """
    found = _SIGNATURE.match(signature)
    if found is None:
        raise ValueError(signature)
    parameters = tuple(_parameter(text.strip()) for text in found["parameters"].split(",") if text.strip())
    if nulls is None:
        plain = found["result"] in ("string", "json", "dynamic", "guid") or found["result"].startswith("array")
        nulls = Nulls.NEVER if plain else Nulls.STICKY
    return FunctionSpec(
        name=found["name"],
        parameters=parameters,
        result=found["result"],
        sql=template(sql) if isinstance(sql, str) else sql,
        nulls=nulls,
        rules=rules,
        least=sum(1 for item in parameters if not item.optional and not item.repeated),
        most=None if any(item.repeated for item in parameters) else len(parameters),
        words=words,
    )


def _parameter(text: str) -> ParameterSpec:
    constant = text.startswith("const ")
    kind = text.removeprefix("const ").rstrip("?.")
    if kind not in _KINDS:
        raise ValueError(text)
    return ParameterSpec(kind, optional=text.endswith("?"), repeated=text.endswith("..."), constant=constant)
