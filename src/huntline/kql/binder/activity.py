"""Plugins that count users over time, each written in the query language over columns `id`, `t`, and `d0`, `d1` ... for its dimensions.

Counts of distinct users are exact. A period is `t` brought down to the steps of a width that start at `Start`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from huntline.kql import syntax
from huntline.kql.binder.calls import enter_body
from huntline.kql.binder.forms import wrong_argument
from huntline.kql.binder.operators import again, row_of
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.sources import bind_table
from huntline.kql.binder.state import Binding, BoundScalar, BoundTable, LetValue, Names, Relation, Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.parser import parse
from huntline.kql.plan import Column, Constant, Scalar
from huntline.kql.source import Limits, Source
from huntline.kql.types import NUMBERS, KqlType

_K = KqlType
_COUNTS = """
let W = T | where t between (Start .. End) | extend t = PERIOD;
let F = W | summarize f = min(t) by id BY;
W | summarize n = count(), many = count_distinct(id) by t BY
| join kind=leftouter (F | summarize fresh = count() by t = f BY) on t BY
| extend fresh = coalesce(fresh, 0)
| sort by SORT t asc
| extend total = row_cumsum(fresh RESTART)
| project t BY, ['count'] = n, dcount = many, new_dcount = fresh, aggregated_dcount = total
"""
_METRICS = """
let W = T | where t between (Start .. End) | extend t = PERIOD | distinct id, t BY;
let P = W | extend t = NEXT;
W | join kind=leftouter (P | extend seen = 1) on id, t BY
| summarize n = count(), back = countif(seen == 1) by t BY
| join kind=leftouter (P | summarize earlier = count() by t BY) on t BY
| extend rate = todouble(back) / todouble(coalesce(earlier, 0))
| sort by SORT t asc
| project t BY, dcount_values = n, dcount_newvalues = n - back, retention_rate = rate, churn_rate = 1.0 - rate
"""
_NEW = """
let W = T | where t between (Start .. End) | extend t = bin_at(t, Window, Start) | distinct id, t BY;
let F = W KNOWN | summarize f = min(t) by id BY;
let R = W | join kind=inner F on id BY | summarize r = count() by f, t BY;
let C = R | where f == t COHORT | project f, n = r BY;
let B = range b from Start to End step Window | extend one = 1;
let N = C | extend one = 1 | join kind=inner (R | project g = f, b = t, r BY | extend one = 1) on one BY
    | where g > f | summarize fresh = sum(r) by f, b BY;
C | extend one = 1 | join kind=inner B on one | where b >= f | project f, b, n BY
| join kind=leftouter (R | project f, b = t, kept = r BY) on f, b BY
| join kind=leftouter N on f, b BY
| extend kept = coalesce(kept, 0)
| sort by SORT f asc, b asc
| project t = f, to = b BY, dcount_new_values = iff(f == b, n, coalesce(fresh, 0)), dcount_retained_values = kept,
    dcount_churn_values = n - kept, retention_rate = todouble(kept) / n, churn_rate = todouble(n - kept) / n
"""
_ACTIVE = """
let P = T | where t > Start - Lookback and t <= End | extend p = bin_at(t, Period, Start) | distinct id, p BY;
P | where p >= Start | join kind=inner (P | project-rename q = p) on id BY
| where q > p - Lookback and q <= p
| summarize n = count() by id, p BY
| where n >= Least
| summarize dcount = count_distinct(id) by t = bin_at(p, Bin, Start) BY
| sort by SORT t asc
| project t BY, dcount
"""
_SLIDING = """
T | where t >= Start - Window + Bin and t <= End | extend b = bin_at(t, Bin, Start)
| mv-expand e = range(b, b + Window - Bin, Bin) to typeof(TYPE)
| where e between (Start .. End)
| summarize ['Count'] = count(), Dcount = count_distinct(id) by t = e BY
| sort by SORT t asc
| project t BY, ['Count'], Dcount
"""
_ENGAGEMENT = """
let W = T | where t >= Start - Outer + Inner and t <= End | extend t = bin_at(t, Inner, Start) | distinct id, t BY;
W | where t >= Start | summarize i = count() by t BY
| join kind=inner (
    W | mv-expand e = range(t, t + Outer - Inner, Inner) to typeof(TYPE) | summarize o = count_distinct(id) by t = e BY
) on t BY
| sort by SORT t asc
| project t BY, dcount_activities_inner = i, dcount_activities_outer = o, activity_ratio = todouble(i) / o
"""
_ROLLING = """
let W = T | extend b = bin(t, Bin);
let Last = toscalar(W | summarize max(b));
W | mv-expand e = range(b, b + (Bins - 1) * Bin, Bin) to typeof(TYPE)
| where e <= Last
| summarize p = percentile(id, PERCENT) by t = e BY
| sort by SORT t asc
| project t BY, p
"""


@dataclass(frozen=True, slots=True)
class _Plugin:
    """A plugin: its text, what its scalars are called, and how many of them (`Start` and `End`, if they are first) may be left out."""

    text: str
    scalars: tuple[str, ...]
    bounds_optional: bool = False


_PLUGINS: Mapping[str, _Plugin] = {
    "activity_counts_metrics": _Plugin(_COUNTS, ("Start", "End", "Window")),
    "activity_metrics": _Plugin(_METRICS, ("Start", "End", "Window"), bounds_optional=True),
    "new_activity_metrics": _Plugin(_NEW, ("Start", "End", "Window", "Cohort")),
    "active_users_count": _Plugin(_ACTIVE, ("Start", "End", "Lookback", "Period", "Least", "Bin")),
    "sliding_window_counts": _Plugin(_SLIDING, ("Start", "End", "Window", "Bin")),
    "activity_engagement": _Plugin(_ENGAGEMENT, ("Start", "End", "Inner", "Outer"), bounds_optional=True),
}
_CALENDAR = frozenset({"week", "month", "year"})


@dataclass(slots=True)
class _Given:
    """The arguments of a call, sorted by what they are."""

    subject: tuple[str, Column]
    time: tuple[str, Column]
    scalars: list[tuple[syntax.Expression, Scalar]]
    dimensions: list[tuple[str, Column]]
    table: syntax.Expression | None = None


def activity(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """Bind one of the plugins over users and time."""
    plugin = _PLUGINS[node.call.name]
    given = _sorted_out(state, relation, node, 0, 1)
    names = plugin.scalars
    if plugin.bounds_optional and len(given.scalars) == len(names) - 2:
        names = names[2:]
    least = len(names) - (1 if names[-1] == "Cohort" else 0)
    if not least <= len(given.scalars) <= len(names):
        expected = f"{least + 2} to {len(plugin.scalars) + 2} and dimensions"
        found = len(node.call.arguments)
        raise Failure(
            "argument_count", node.call.start, node.call.end, name=node.call.name, expected=expected, found=found
        )
    scalars = {name: value for name, (_, value) in zip(names, given.scalars, strict=False)}
    period, following = _periods(node, plugin, given, scalars)
    words = {
        "PERIOD": period,
        "NEXT": following,
        "KNOWN": "" if given.table is None else "| where id !in (Known)",
        "COHORT": "and f == bin_at(Cohort, Window, Start)" if "Cohort" in scalars else "",
    }
    found_relation = _bound(state, relation, node, given, plugin.text, words, scalars)
    renamed = {"t": given.time[0], "to": f"to_{given.time[0]}"}
    if node.call.name == "new_activity_metrics":
        renamed["t"] = f"from_{given.time[0]}"
    return _shown(found_relation, given, renamed)


def rolling_percentile(state: State, relation: Relation, node: syntax.Evaluate) -> Relation:
    """Bind `rolling_percentile(value, percent, time, bin, bins, dimensions ...)`."""
    call = node.call
    given = _sorted_out(state, relation, node, 0, 2)
    places = {0: "Percent", 1: "Bin", 2: "Bins"}
    scalars = {places[i]: value for i, (_, value) in enumerate(given.scalars[:3])}
    percent, bins = scalars.get("Percent"), scalars.get("Bins")
    if (
        len(given.scalars) != 3
        or not (isinstance(percent, Constant) and isinstance(percent.value, int | float))
        or not (isinstance(bins, Constant) and isinstance(bins.value, int))
    ):
        raise Failure("argument_constant", call.start, call.end, name=call.name, position=2)
    found = _bound(state, relation, node, given, _ROLLING, {"PERCENT": repr(percent.value)}, scalars)
    name = f"rolling_{bins.value}_percentile_{given.subject[0]}_{str(percent.value).replace('.', '_')}"
    return _shown(found, given, {"t": given.time[0], "p": name})


def _sorted_out(state: State, relation: Relation, node: syntax.Evaluate, subject: int, time: int) -> _Given:
    """Tell columns from scalars: dimensions are names of columns that stand behind the last scalar."""
    call = node.call
    row = row_of(relation, "evaluate")
    if len(call.arguments) <= time:
        found = len(call.arguments)
        raise Failure("argument_count", call.start, call.end, name=call.name, expected="at least 2", found=found)
    given = _Given(_column(state, node, row, subject), _column(state, node, row, time), [], [])
    if given.time[1].type.kql not in NUMBERS | {_K.DATETIME}:
        raise wrong_argument(node.call, time, "datetime or a number", given.time[1])
    for position, argument in enumerate(call.arguments):
        if position in (subject, time):
            continue
        if state.is_table(argument):
            given.table = argument
            continue
        bound = state.bind_scalar(argument, row)
        if isinstance(bound, Column):
            given.dimensions.append(_column(state, node, row, position))
        else:
            given.scalars.append((argument, bound))
    return given


def _column(state: State, node: syntax.Evaluate, row: Row, position: int) -> tuple[str, Column]:
    argument = node.call.arguments[position]
    if isinstance(argument, syntax.Index) and isinstance(argument.index, syntax.Literal):
        argument = syntax.Name(argument.start, argument.end, str(argument.index.value))
    column = bind_scalar(state, argument, row)
    if not isinstance(column, Column) or not isinstance(argument, syntax.Name):
        raise Failure(
            "argument_type",
            argument.start,
            argument.end,
            name=node.call.name,
            position=position + 1,
            expected="a column",
            found="expression",
        )
    return argument.name, column


def _periods(node: syntax.Evaluate, plugin: _Plugin, given: _Given, scalars: Mapping[str, Scalar]) -> tuple[str, str]:
    """Return how a moment is brought down to its period, and where the next one begins."""
    for place, value in given.scalars:
        if value.type.kql is not _K.STRING:
            continue
        word = str(value.value).lower() if isinstance(value, Constant) else ""
        if word not in _CALENDAR or "PERIOD" not in plugin.text:
            reason = "a width of time is expected"
            raise Failure(
                "argument_value", place.start, place.end, name=node.call.name, position=len(scalars) + 2, reason=reason
            )
        return f"startof{word}(t)", f"startof{word}(t, 1)"
    return "bin_at(t, Window, Start)", "t + Window"


def _bound(  # noqa: PLR0917
    state: State,
    relation: Relation,
    node: syntax.Evaluate,
    given: _Given,
    text: str,
    words: Mapping[str, str],
    scalars: Mapping[str, Scalar],
) -> Relation:
    source = _source(state, relation, given)
    dimensions = [f"d{i}" for i in range(len(given.dimensions))]
    restart = " or ".join(f"{name} != prev({name})" for name in dimensions)
    whole = {
        **words,
        "BY": "".join(f", {name}" for name in dimensions),
        "SORT": "".join(f"{name} asc, " for name in dimensions),
        "RESTART": f", {restart}" if restart else "",
        "TYPE": str(given.time[1].type.kql),
    }
    for word, meaning in whole.items():
        text = text.replace(word, meaning)
    names: dict[str, Binding] = {"T": BoundTable(source)}
    names.update({name: BoundScalar(value) for name, value in scalars.items()})
    if given.table is not None:
        names["Known"] = LetValue(given.table, state.names)
    outer = Names(names)
    for name, function in (("Start", "min"), ("End", "max")):
        if name not in names and name in text:
            with state.within(outer):
                bound = bind_scalar(state, _expression(f"toscalar(T | summarize {function}(t))"), Row({}, "evaluate"))
            names[name] = BoundScalar(bound)
    expression, inner = enter_body(_program(text), outer)
    try:
        with state.within(inner):
            return bind_table(state, expression)
    except Failure as failure:
        # The place is one in the text of the plugin; the query has the call.
        failure.start, failure.end, failure.replacement = node.call.start, node.call.end, None
        raise


def _source(state: State, relation: Relation, given: _Given) -> Callable[[], Relation]:
    columns = {"id": given.subject[1], "t": given.time[1]}
    columns.update({f"d{i}": column for i, (_, column) in enumerate(given.dimensions)})
    return lambda: again(state, Relation(relation.plan, columns))


def _shown(relation: Relation, given: _Given, renamed: Mapping[str, str]) -> Relation:
    names = {**renamed, **{f"d{i}": name for i, (name, _) in enumerate(given.dimensions)}}
    fields = {names.get(name, name): column for name, column in relation.fields.items()}
    return Relation(relation.plan, fields, relation.order)


@cache
def _program(text: str) -> syntax.Program:
    program, failures = parse(Source(text), Limits())
    if program is None or failures:  # pragma: no cover - the texts above are tested
        raise ValueError(text)
    return program


def _expression(text: str) -> syntax.Expression:
    statement = _program(text).statements[0]
    if not isinstance(statement, syntax.ExpressionStatement):  # pragma: no cover - as above
        raise TypeError(text)
    return statement.expression


PLUGINS = {**dict.fromkeys(_PLUGINS, activity), "rolling_percentile": rolling_percentile}
"""The plugins of this module by name."""
