"""Columns kept, left out, renamed and put in order by their names; the names themselves as rows."""

from fnmatch import fnmatchcase

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.operators import known_column, matches, operator
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import Relation, Row, State, known_name
from huntline.kql.diagnostics import Failure
from huntline.kql.plan import Column, Constant, Inline, Scalar
from huntline.kql.types import JSON, LONG, STRING, KqlType

_K = KqlType


@operator(syntax.ProjectSelection)
def _project_selection(_state: State, relation: Relation, node: syntax.ProjectSelection) -> Relation:
    name = "project-keep" if node.keep else "project-away"
    for pattern in node.columns:
        if isinstance(pattern, syntax.Name):
            known_column(relation, pattern, name)
    patterns = [
        syntax.Name(item.start, item.end, known_name(relation.fields, item.name))
        if isinstance(item, syntax.Name)
        else item
        for item in node.columns
    ]
    fields = {
        field: column
        for field, column in relation.fields.items()
        if any(matches(pattern, field) for pattern in patterns) == node.keep
    }
    return Relation(relation.plan, fields, relation.order)


@operator(syntax.ProjectRename)
def _project_rename(_state: State, relation: Relation, node: syntax.ProjectRename) -> Relation:
    renamed: dict[str, str] = {}
    for item in node.expressions:
        known_column(relation, item.expression, "project-rename")
        if isinstance(item.expression, syntax.Name) and item.names:
            renamed[known_name(relation.fields, item.expression.name)] = item.names[0]
            if item.names[0] in relation.fields and item.names[0] != item.expression.name:
                raise Failure("duplicate_column", item.start, item.end, operator="project-rename", name=item.names[0])
    fields = {renamed.get(name, name): column for name, column in relation.fields.items()}
    return Relation(relation.plan, fields, relation.order)


@operator(syntax.ProjectReorder)
def _project_reorder(_state: State, relation: Relation, node: syntax.ProjectReorder) -> Relation:
    ordered: dict[str, Column] = {}
    for item in node.columns:
        if isinstance(item.column, syntax.Name) and relation.opened is None:
            known_column(relation, item.column, "project-reorder")
        wanted = item.column
        if isinstance(wanted, syntax.Name):
            wanted = syntax.Name(wanted.start, wanted.end, known_name(relation.fields, wanted.name))
        found = [name for name in relation.fields if matches(wanted, name) and name not in ordered]
        if item.direction is not None:
            found.sort(reverse=item.direction.endswith("desc"))
        ordered.update({name: relation.fields[name] for name in found})
    ordered.update({name: column for name, column in relation.fields.items() if name not in ordered})
    return Relation(relation.plan, ordered, relation.order)


@operator(syntax.ProjectByNames)
def _project_by_names(state: State, relation: Relation, node: syntax.ProjectByNames) -> Relation:
    """Keep the columns of the names and patterns, in their order; a name that no column has is passed over."""
    fields: dict[str, Column] = {}
    for expression in node.names:
        value = bind_scalar(state, expression, Row({}, "project-by-names"))
        held = value.value if isinstance(value, Constant) else None
        patterns = [held] if isinstance(held, str) else held if isinstance(held, list) else None
        if patterns is None:
            reason = "the names must be constants: strings, or dynamic arrays of strings"
            raise Failure("invalid_value", expression.start, expression.end, operator="project-by-names", reason=reason)
        for pattern in patterns:
            for name, column in relation.fields.items():
                if fnmatchcase(name, _literal_brackets(str(pattern))):
                    fields.setdefault(name, column)
    return Relation(relation.plan, fields, relation.order)


def _literal_brackets(pattern: str) -> str:
    """Return the pattern with `*` as its only sign: brackets and question marks stand for themselves."""
    return "".join(f"[{char}]" if char in "[?" else char for char in pattern)


@special("column_names_of")
def _column_names_of(state: State, node: syntax.Call, _row: Row) -> Scalar:
    if len(node.arguments) != 1:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="1", found=len(node.arguments))
    return Constant(JSON, list(bind_table(state, node.arguments[0]).fields))


@operator(syntax.GetSchema)
def _get_schema(state: State, relation: Relation, _node: syntax.GetSchema) -> Relation:
    kinds = [column.type.kql for column in relation.fields.values()]
    fields = {
        "ColumnName": state.column(STRING, nullable=False),
        "ColumnOrdinal": state.column(LONG, nullable=False),
        "DataType": state.column(STRING, nullable=False),
        "ColumnType": state.column(STRING, nullable=False),
    }
    values: tuple[tuple[object, ...], ...] = (
        tuple(relation.fields),
        tuple(range(len(kinds))),
        tuple(_DOTNET[kind] for kind in kinds),
        tuple(str(kind) for kind in kinds),
    )
    return Relation(Inline(tuple(fields.values()), values, len(kinds)), fields)


_DOTNET = {
    _K.STRING: "System.String",
    _K.BOOL: "System.SByte",
    _K.INT: "System.Int32",
    _K.LONG: "System.Int64",
    _K.REAL: "System.Double",
    _K.DECIMAL: "System.Data.SqlTypes.SqlDecimal",
    _K.DATETIME: "System.DateTime",
    _K.TIMESPAN: "System.TimeSpan",
    _K.DYNAMIC: "System.Object",
    _K.GUID: "System.Guid",
}
