"""The SQL tree: frozen nodes that one printer turns into text and bound values.

Text reaches a statement in four ways only: the parts of a `Template`, which are written in this package; an `Identifier`, which
is a name of the catalog; an `Alias`, which is a number; a `Bound`, which becomes a server-side parameter. Nothing that a user wrote
is ever printed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Template:
    """SQL text of the compiler's own with numbered holes: `Template("lower({0})")`."""

    text: str
    parts: tuple[str, ...] = field(init=False)
    holes: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        pieces = re.split(r"\{(\d+)\}", self.text)
        object.__setattr__(self, "parts", tuple(pieces[0::2]))
        object.__setattr__(self, "holes", tuple(int(hole) for hole in pieces[1::2]))


@dataclass(frozen=True, slots=True)
class Text:
    """Fixed SQL of the compiler's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Fill:
    """A template whose holes hold other nodes, in the order of the text."""

    parts: tuple[str, ...]
    arguments: tuple["Sql", ...]


@dataclass(frozen=True, slots=True)
class Sequenced:
    """Nodes with a separator between them and fixed text around."""

    before: str
    items: tuple["Sql", ...]
    separator: str
    after: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A value that travels as a parameter of the ClickHouse type `type`; a tuple is an array."""

    value: object
    type: str


@dataclass(frozen=True, slots=True)
class Identifier:
    """A database, table or column name of the catalog."""

    name: str


@dataclass(frozen=True, slots=True)
class IndexedColumn:
    """A stored column in a place where its text index can answer: the index lower-cases, so nothing else needs to."""

    name: str


@dataclass(frozen=True, slots=True)
class Alias:
    """The compiler's own name of a computed column: `_c12`."""

    number: int


@dataclass(frozen=True, slots=True)
class OrderKey:
    """A key of ORDER BY."""

    key: "Sql"
    descending: bool
    nulls_first: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One SELECT. `columns` are printed in order; `definitions` become `WITH expression AS alias`."""

    columns: tuple[tuple["Sql", int | None], ...]
    source: "Sql | None"
    definitions: tuple[tuple["Sql", int], ...] = ()
    where: tuple["Sql", ...] = ()
    group: tuple["Sql", ...] | None = None
    having: tuple["Sql", ...] = ()
    order: tuple[OrderKey, ...] = ()
    limit: "Sql | None" = None
    limit_by: tuple["Sql", ...] = ()


Sql = Text | Fill | Sequenced | Bound | Identifier | IndexedColumn | Alias | Select


@cache
def template(text: str) -> Template:
    """Return the template of a text that stands in the compiler's own code; parsed once."""
    return Template(text)


def fill(pattern: Template | str, *arguments: Sql) -> Sql:
    """Put nodes into the holes of a template."""
    shape = template(pattern) if isinstance(pattern, str) else pattern
    return Fill(shape.parts, tuple([arguments[hole] for hole in shape.holes]))


def call(name: str, *arguments: Sql) -> Sql:
    """Return `name(arguments)`."""
    return Sequenced(f"{name}(", arguments, ", ", ")")


def sequence(items: Sequence[Sql], separator: str = ", ", before: str = "", after: str = "") -> Sql:
    """Return nodes in a row."""
    return Sequenced(before, tuple(items), separator, after)


def string(value: str) -> Sql:
    """Return a string as a bound value."""
    return Bound(value, "String")


def strings(values: Sequence[str]) -> Sql:
    """Return strings as one bound array."""
    return Bound(tuple(values), "Array(String)")


def integer(value: int) -> Sql:
    """Return an integer constant."""
    return Text(str(int(value)) if value >= 0 else f"({int(value)})")


TRUE, FALSE, NULL = Text("true"), Text("false"), Text("NULL")
EMPTY = Text("''")
