"""Functions over the rows before and behind (rule 9): row_number, prev, next, row_cumsum and their kin."""

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, condition_argument, whole_argument, wrong_argument
from huntline.kql.binder.state import Row, State, WindowNeed
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Column, Constant, Scalar
from huntline.kql.sql import template
from huntline.kql.types import BOOL, DATETIME, LONG, NUMBERS, STRING, TIMESPAN, KqlType, array_of

_K = KqlType
_ALL = "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
_SO_FAR = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


def _need(
    state: State, node: syntax.Call, row: Row, scalar: Scalar, *, frame: str, partition: tuple[Scalar, ...] = ()
) -> Column:
    if row.windows is None:
        raise Failure("row_context", node.start, node.end, name=node.name)
    if row.order is None:
        raise Failure("row_order", node.start, node.end, name=node.name)
    column = state.column_like(scalar)
    row.windows.append(WindowNeed(column, scalar, frame, partition))
    return column


def _group(state: State, node: syntax.Call, row: Row, given: list[Scalar]) -> tuple[Scalar, ...]:
    """Return what parts the rows where the second argument says that counting starts again."""
    if len(given) < 2:
        return ()
    condition = condition_argument(node, given, 1)
    counted = apply("restart", template("countIf(ifNull({0}, false))"), LONG, condition, nullable=False)
    return (_need(state, node, row, counted, frame=_SO_FAR),)


@special("row_number")
def _row_number(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 0, 2)
    partition = _group(state, node, row, given)
    number = _need(
        state,
        node,
        row,
        apply("row_number", template("row_number()"), LONG, nullable=False),
        frame="",
        partition=partition,
    )
    start: Scalar = whole_argument(node, given, 0) if given else Constant(LONG, 1)
    return apply("row_number", template("(toInt64({0}) + {1} - 1)"), LONG, number, start)


@special("prev", "next")
def _neighbour(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 1, 3)
    value = given[0]
    offset = given[1] if len(given) > 1 else Constant(LONG, 1)
    if not isinstance(offset, Constant) or not isinstance(offset.value, int) or offset.value < 1:
        place = node.arguments[1]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    function = "lagInFrame" if node.name == "prev" else "leadInFrame"
    texts = value.type.kql in (_K.STRING, _K.DYNAMIC, _K.GUID)
    plain = (
        value
        if texts or value.nullable
        else apply("nullable", template("toNullable({0})"), value.type, value, nullable=True)
    )
    if len(given) == 3:
        default = convert(given[2], value.type) or given[2]
        scalar = apply(node.name, template(f"{function}({{0}}, {offset.value}, {{1}})"), value.type, plain, default)
    else:
        scalar = apply(node.name, template(f"{function}({{0}}, {offset.value})"), value.type, plain, nullable=not texts)
    return _need(state, node, row, scalar, frame=_ALL)


@special("row_cumsum")
def _row_cumsum(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 1, 2)
    value = given[0]
    if value.type.kql not in NUMBERS | {_K.TIMESPAN}:
        raise wrong_argument(node, 0, "a number", value)
    partition = _group(state, node, row, given)
    return _need(
        state,
        node,
        row,
        apply("row_cumsum", template("sum({0})"), value.type, value),
        frame=_SO_FAR,
        partition=partition,
    )


@special("row_window_session")
def _row_window_session(state: State, node: syntax.Call, row: Row) -> Scalar:
    """row_window_session(moment, from the first, between neighbours, restart): the moment at which the session of the row began."""
    given = arguments_of(state, node, row, 3, 4)
    moment = convert(given[0], DATETIME) if given[0].type.kql in (_K.DATETIME, _K.DYNAMIC) else None
    if moment is None:
        raise wrong_argument(node, 0, "datetime", given[0])
    spans = [convert(given[i], TIMESPAN) if given[i].type.kql is _K.TIMESPAN else None for i in (1, 2)]
    if spans[0] is None or spans[1] is None:
        raise wrong_argument(node, 1 if spans[0] is None else 2, "timespan", given[1 if spans[0] is None else 2])
    ticks = apply("ticks", template("toNullable(reinterpret({0}, 'Int64'))"), LONG, moment, nullable=True)
    before = _need(
        state, node, row, apply("before", template("lagInFrame({0}, 1)"), LONG, ticks, nullable=True), frame=_SO_FAR
    )
    restart = condition_argument(node, given, 3) if len(given) == 4 else Constant(BOOL, value=False)
    apart = template("(isNull({0}) OR isNull({1}) OR {0} >= {1} + {2} OR ifNull({3}, false))")
    begins = apply("begins", apart, BOOL, ticks, before, spans[1], restart, nullable=False)
    group = _need(
        state, node, row, apply("group", template("countIf({0})"), LONG, begins, nullable=False), frame=_SO_FAR
    )
    # Inside such a group a session begins again where it has lasted too long.
    gathered = _need(
        state,
        node,
        row,
        apply("moments", template("groupArray({0})"), array_of(_K.LONG), ticks, nullable=False),
        frame=_SO_FAR,
        partition=(group,),
    )
    first = "arrayFold((_s, _t) -> if(_t >= _s + {1}, _t, _s), {0}, {0}[1])"
    pattern = (
        f"if(isNull({{2}}) OR empty({{0}}), NULL, reinterpret(assumeNotNull({first}), 'DateTime64(7, \\'UTC\\')'))"
    )
    return apply(node.name, template(pattern), DATETIME, gathered, spans[0], ticks, nullable=True)


@special("row_rank_dense", "row_rank_min")
def _row_rank(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 1, 2)
    term = convert(given[0], STRING) or given[0]
    partition = _group(state, node, row, given)
    before = _need(
        state,
        node,
        row,
        apply("before", template("lagInFrame({0}, 1)"), STRING, term),
        frame=_SO_FAR,
        partition=partition,
    )
    first = apply("row_number", template("row_number()"), LONG, nullable=False)
    position = _need(state, node, row, first, frame="", partition=partition)
    changed = apply("changed", template("({0} != {1} OR {2} = 1)"), BOOL, term, before, position, nullable=False)
    ranked = "countIf({0})" if node.name == "row_rank_dense" else "maxIf({1}, {0})"
    place = _need(
        state,
        node,
        row,
        apply("rank", template(ranked), LONG, changed, position, nullable=False),
        frame=_SO_FAR,
        partition=partition,
    )
    return apply("rank", template("toInt64({0})"), LONG, place)
