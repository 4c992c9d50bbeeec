"""The syntax of facet, fork and reduce."""

from dataclasses import dataclass

from huntline.kql.syntax import Expression, Node, Operator, Options


@dataclass(frozen=True, slots=True)
class Facet(Node):
    """`facet by columns with (operators)`."""

    columns: tuple[Expression, ...]
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class Branch(Node):
    """`name = (operators)` of fork."""

    name: str | None
    operators: tuple[Operator, ...]


@dataclass(frozen=True, slots=True)
class Fork(Node):
    """`fork (operators) (operators)`."""

    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Reduce(Node):
    """`reduce kind=source by expression with threshold=0.1, characters="-"`."""

    options: Options
    expression: Expression
    threshold: Expression | None
    characters: Expression | None
