"""Where rows come from: tables, lets, calls, and rows that stand in the query."""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from huntline.kql import syntax
from huntline.kql.binder.calls import CROSS_RESOURCE, enter_function
from huntline.kql.binder.mappings import of_pattern, pattern_call
from huntline.kql.binder.naming import NameMaker
from huntline.kql.binder.several import several
from huntline.kql.binder.state import BoundTable, LetFunction, LetValue, Relation, Row, State
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import convert
from huntline.kql.literals import TimeOfDay
from huntline.kql.plan import Column, Constant, Counting, Extend, Inline, Scalar, Scan, SortOrder
from huntline.kql.symbols import ColumnSymbol, TableSymbol
from huntline.kql.types import DATETIME, NUMBERS, OPEN, PLAIN, KqlType

_K = KqlType
_TEXTS = (_K.STRING, _K.DYNAMIC, _K.GUID)


def bind_table(state: State, node: syntax.Expression) -> Relation:
    """Return the relation of a tabular expression.

    Raises:
        Failure: it is none, or something in it is wrong.
    """
    named = pattern_call(state, node)
    if named is not None:
        return of_pattern(state, *named, node)
    handler = _HANDLERS.get(type(node))
    if handler is None:
        raise _elsewhere(node) or Failure("not_tabular", node.start, node.end)
    state.spend(node)
    return handler(state, node)


def _elsewhere(node: syntax.Expression) -> Failure | None:
    """Return the refusal of `cluster('c').database('d').T`, whose innermost call says that it reads somewhere else.

    A plugin that stands first brings its rows from somewhere else as well.
    """
    if isinstance(node, syntax.Evaluate):
        return Failure("cross_resource_not_allowed", node.call.start, node.call.end, name=node.call.name)
    while isinstance(node, syntax.Member) or (isinstance(node, syntax.Call) and node.name.startswith(".")):
        node = node.target if isinstance(node, syntax.Member) else node.arguments[0]
    if isinstance(node, syntax.Call) and node.name in CROSS_RESOURCE:
        return Failure("cross_resource_not_allowed", node.start, node.end, name=node.name)
    return None


def is_table(state: State, node: syntax.Expression) -> bool:
    """Say whether an expression gives rows and not a value."""
    if pattern_call(state, node) is not None:
        return True
    if isinstance(node, syntax.Name):
        binding = state.names.find(node.name)
        if isinstance(binding, BoundTable):
            return True
        if isinstance(binding, LetValue):
            with state.within(binding.names):
                return len(state.active) < 50 and is_table(state, binding.expression)
        if isinstance(binding, LetFunction):
            return not binding.declaration.parameters and _body_is_table(state, binding)
        return binding is None and state.catalog.table(node.name) is not None
    if isinstance(node, syntax.Call):
        binding = state.names.find(node.name)
        if isinstance(binding, LetFunction):
            return _body_is_table(state, binding)
        if node.name == "materialize":
            return bool(node.arguments) and is_table(state, node.arguments[0])
        return node.name in TABLE_FUNCTIONS
    return type(node) in _HANDLERS


def _body_is_table(state: State, binding: LetFunction) -> bool:
    """Judge a function by the last expression of its body."""
    last: syntax.Expression | None = None
    names = binding.names
    tabular: set[str] = {p.name for p in binding.declaration.parameters if p.type is None}
    scalar: set[str] = {p.name for p in binding.declaration.parameters if p.type is not None}
    for statement in binding.declaration.body.statements:
        if isinstance(statement, syntax.Let):
            names = names.having(statement.name, LetValue(statement.value, names))
        elif isinstance(statement, syntax.LetFunction):
            names = names.having(statement.name, LetFunction(statement, names))
        elif isinstance(statement, syntax.ExpressionStatement):
            last = statement.expression
    if isinstance(last, syntax.Name) and last.name in tabular | scalar:
        return last.name in tabular
    if last is None or len(state.active) > 50:
        return False
    with state.within(names):
        return is_table(state, last)


def _name(state: State, node: syntax.Name) -> Relation:
    binding = state.names.find(node.name)
    if isinstance(binding, BoundTable):
        return binding.build()
    if isinstance(binding, LetValue):
        if any(active is binding for active in state.active):
            raise Failure("recursive_name", node.start, node.end, name=node.name)
        with state.within(binding.names, binding):
            return bind_table(state, binding.expression)
    if isinstance(binding, LetFunction):
        return _user_function(state, syntax.Call(node.start, node.end, node.name, ()), binding)
    table = state.catalog.table(node.name)
    if table is None:
        candidates = [*state.catalog.table_names(), *state.names.all()]
        raise Failure(
            "unresolved_table",
            node.start,
            node.end,
            operator="where",
            name=node.name,
            replacement=nearest(node.name, candidates),
        )
    return scan(state, table)


def scan(state: State, table: TableSymbol) -> Relation:
    """Return the rows of a hunting table that the scope may see."""
    if table.name not in state.tables:
        state.tables.append(table.name)
    fields: dict[str, Column] = {}
    for symbol in table.columns:
        fields[symbol.name] = state.column(PLAIN[symbol.type], nullable=_nullable(symbol, table), symbol=symbol)
    columns = tuple(fields.values())
    if table.ingestion_column is not None:
        hidden = ColumnSymbol(table.ingestion_column, _K.DATETIME, nullable=False)
        columns = (*columns, state.column(DATETIME, nullable=False, symbol=hidden))
    return Relation(Scan(table, state.scope, columns, state.window), fields)


def _nullable(symbol: ColumnSymbol, table: TableSymbol) -> bool:
    return symbol.nullable and symbol.type not in _TEXTS and symbol.name != table.time_column


def _user_function(state: State, node: syntax.Call, binding: LetFunction, first: Relation | None = None) -> Relation:
    expression, names = enter_function(state, node, binding, Row({}, node.name), first)
    with state.entering(names, binding, node):
        return bind_table(state, expression)


def call_with_input(state: State, node: syntax.Call, relation: Relation) -> Relation:
    """Return what `invoke` of a function gives for a relation."""
    binding = state.names.find(node.name)
    if isinstance(binding, LetFunction) and not (binding.origin is not None and node.name in INVOKED):
        return _user_function(state, node, binding, relation)
    if node.name in INVOKED:
        return INVOKED[node.name](state, node, relation)
    known = [*INVOKED, *state.names.all()]
    raise Failure("unknown_function", node.start, node.end, name=node.name, replacement=nearest(node.name, known))


def _call(state: State, node: syntax.Call) -> Relation:
    binding = state.names.find(node.name)
    if isinstance(binding, LetFunction):
        return _user_function(state, node, binding)
    handler = TABLE_FUNCTIONS.get(node.name)
    if handler is not None:
        return handler(state, node)
    # A scalar call in a tabular place tells what is wrong with it.
    value = state.bind_scalar(node, Row({}, "print"))
    raise Failure("not_tabular", node.start, node.end, found=value.type.kql)


def _materialize(state: State, node: syntax.Call) -> Relation:
    if len(node.arguments) != 1:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="1", found=len(node.arguments))
    return bind_table(state, node.arguments[0])


def _table(state: State, node: syntax.Call) -> Relation:
    if not node.arguments:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="1", found=0)
    place = node.arguments[0]
    value = state.bind_scalar(place, Row({}, "table"))
    if not isinstance(value, Constant):
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=1)
    return _name(state, syntax.Name(place.start, place.end, str(value.value)))


def _datatable(state: State, node: syntax.DataTable) -> Relation:
    width, found = len(node.columns), len(node.values)
    if width == 0 or found % width:
        raise Failure("datatable_shape", node.start, node.end, found=found, columns=width)
    _refuse_duplicates(node.columns)
    state.spend(node, found // 4)
    kinds = [PLAIN[column.type] for column in node.columns]
    values: list[list[object]] = [[] for _ in kinds]
    row = Row({}, "datatable")
    for i, expression in enumerate(node.values):
        kind = kinds[i % width]
        if (
            isinstance(expression, syntax.Literal)
            and expression.type is kind.kql
            and not isinstance(expression.value, TimeOfDay | None)
        ):
            values[i % width].append(expression.value)
            continue
        value = state.bind_scalar(expression, row)
        converted = _constant(value, kind)
        if converted is None:
            raise Failure(
                "argument_type",
                expression.start,
                expression.end,
                name="datatable",
                position=i + 1,
                expected=kind.kql,
                found=value.type.kql,
            )
        values[i % width].append(converted.value)
    fields = {
        declared.name: state.column(kind, nullable=kind.kql not in _TEXTS)
        for declared, kind in zip(node.columns, kinds, strict=True)
    }
    plan = Inline(tuple(fields.values()), tuple(map(tuple, values)), found // width)
    return Relation(plan, fields)


def _constant(value: Scalar, kind: Any) -> Constant | None:
    if value.type.kql is _K.STRING and kind.kql is _K.DYNAMIC and isinstance(value, Constant):
        return Constant(kind, value.value)
    converted = convert(value, kind)
    return converted if isinstance(converted, Constant) else None


def _refuse_duplicates(columns: tuple[syntax.ColumnDeclaration, ...]) -> None:
    seen: set[str] = set()
    for column in columns:
        if column.name in seen:
            raise Failure("duplicate_column", column.start, column.end, operator="datatable", name=column.name)
        seen.add(column.name)


def _print(state: State, node: syntax.Print) -> Relation:
    maker = NameMaker()
    row = Row({}, "print")
    definitions: list[tuple[Column, Scalar]] = []
    fields: dict[str, Column] = {}
    for position, item in enumerate(node.expressions):
        scalar = state.bind_scalar(item.expression, row)
        names = item.names or (f"print_{position}",)
        for name, value in several(item, scalar) or [(names[0], scalar)]:
            column = state.column_like(value)
            definitions.append((column, value))
            fields[maker.unique(name)] = column
    one = Inline((), (), 1)
    return Relation(Extend(one, tuple(definitions)), fields)


def _range(state: State, node: syntax.Range) -> Relation:
    row = Row({}, "range")
    low, high, step = (state.bind_scalar(item, row) for item in (node.low, node.high, node.step))
    kind = low.type.kql
    if kind is _K.INT:
        kind = _K.LONG
    if kind is _K.LONG and _K.REAL in (high.type.kql, step.type.kql):
        kind = _K.REAL
    stride = _K.TIMESPAN if kind is _K.DATETIME else kind
    bounds = [_bound(low, kind), _bound(high, kind), _bound(step, stride)]
    if kind not in (_K.LONG, _K.REAL, _K.DATETIME, _K.TIMESPAN) or any(bound is None for bound in bounds):
        raise Failure("operator_types", node.start, node.end, operator="range", left=low.type.kql, right=step.type.kql)
    column = state.column(PLAIN[kind], nullable=False)
    first, last, by = (bound for bound in bounds if bound is not None)
    plan = Counting(column, first, last, by)
    order = (SortOrder(column, descending=False, nulls_first=True),)
    return Relation(plan, {node.name: column}, order)


def _bound(value: Scalar, kind: KqlType) -> Scalar | None:
    """Return a bound or step of a range in the type of its values, or None where it is of another kind."""
    numbers = value.type.kql in NUMBERS and kind in NUMBERS
    return convert(value, PLAIN[kind]) if numbers or value.type.kql is kind or value.type == OPEN else None


def _externaldata(_state: State, node: syntax.ExternalData) -> Relation:
    raise Failure("externaldata_not_allowed", node.start, node.end)


def _pipe(state: State, node: syntax.Pipe) -> Relation:
    return state.bind_operators(bind_table(state, node.source), node.operators)


def matching_tables(state: State, pattern: str) -> list[str]:
    """Return the names of the tables that a pattern with `*` covers, lets first."""
    names = [name for name in state.catalog.table_names() if fnmatchcase(name, pattern)]
    lets = sorted(name for name in state.names.all() if fnmatchcase(name, pattern) and pattern != "*")
    return [*names, *(name for name in lets if is_table(state, syntax.Name(0, 0, name)))]


TABLE_FUNCTIONS: dict[str, Callable[[State, syntax.Call], Relation]] = {"materialize": _materialize, "table": _table}
"""Functions that give rows."""
INVOKED: dict[str, Callable[[State, syntax.Call, Relation], Relation]] = {}
"""Functions that `invoke` knows besides those of the query, such as FileProfile."""

_HANDLERS: dict[type, Callable[[State, Any], Relation]] = {
    syntax.Name: _name,
    syntax.Call: _call,
    syntax.Pipe: _pipe,
    syntax.DataTable: _datatable,
    syntax.Print: _print,
    syntax.Range: _range,
    syntax.ExternalData: _externaldata,
}


def source(kind: type) -> Callable[[Callable[[State, Any], Relation]], Callable[[State, Any], Relation]]:
    """Enter the binder of a kind of source."""

    def enter(function: Callable[[State, Any], Relation]) -> Callable[[State, Any], Relation]:
        _HANDLERS[kind] = function
        return function

    return enter
