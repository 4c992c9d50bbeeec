"""The syntax of `scan`: what is looked for in ordered rows."""

from dataclasses import dataclass

from huntline.kql.syntax import ColumnDeclaration, Expression, Node, Options, SortKey


@dataclass(frozen=True, slots=True)
class Declared(Node):
    """A column of `declare (...)` with its default."""

    column: ColumnDeclaration
    default: Expression | None


@dataclass(frozen=True, slots=True)
class Assignment(Node):
    """`column = value` behind the `=>` of a step."""

    column: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Step(Node):
    """`step name output=all: condition => assignments;`."""

    name: str
    output: str
    condition: Expression
    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Scan(Node):
    """`scan with_match_id=id order by keys partition by columns declare (columns) with (steps)`."""

    options: Options
    order: tuple[SortKey, ...]
    partition: tuple[Expression, ...]
    declared: tuple[Declared, ...]
    steps: tuple[Step, ...]
