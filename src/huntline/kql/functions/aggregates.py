"""Aggregate functions (rule 8). A null is left out, as documented."""

from collections.abc import Sequence
from dataclasses import dataclass

from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply, Builder, Constant
from huntline.kql.sql import Sql, fill

_NEVER, _ALWAYS = Nulls.NEVER, Nulls.ALWAYS
SET_SIZE = 1_048_576


@dataclass(frozen=True, slots=True)
class AggregateSpec:
    """An aggregate function: its overloads, and the start of its default column name (`sum` in `sum_FileSize`)."""

    prefix: str
    overloads: tuple[FunctionSpec, ...]


# What stands for null among values that are never NULL. '' is a value of its own among strings.
_MISSING = {"dynamic": "({0} != 'null')", "guid": "notEmpty({0})"}


IN_ORDER = "arrayMap(_t -> _t.2, arraySort(_t -> _t.1, {0}))"
"""The values out of an array of pairs of a place and a value, by their places."""


def collect(function: str, *, conditional: bool, limit_at: int, ordered: bool = False) -> Builder:
    """make_list, make_set and their `_if` forms, with the limit of elements as parameter of the function.

    With `ordered` the last argument is the place of the row, by which the values are put in order.
    """

    def build(node: Apply, sql: Sequence[Sql]) -> Sql:
        limit = SET_SIZE
        if len(node.arguments) - ordered > limit_at:
            argument = node.arguments[limit_at]
            if isinstance(argument, Constant) and isinstance(argument.value, int) and argument.value > 0:
                limit = min(argument.value, SET_SIZE)
        value, element = sql[0], node.type.element
        shown = fill("({0}, {1})", sql[-1], value) if ordered else value
        missing = _MISSING.get(element.value) if element is not None else None
        # Which values come first is known only when all of them are there. In a pair, a NULL would not be passed over.
        most = SET_SIZE if ordered else limit
        absent = ordered and missing is None and node.arguments[0].nullable
        name = f"{function}If({most})" if conditional or missing or absent else f"{function}({most})"
        conditions = []
        if conditional:
            conditions.append(fill("ifNull({0}, false)", sql[1]))
        if missing:
            conditions.append(fill(missing, value))
        if absent:
            conditions.append(fill("isNotNull({0})", value))
        if not conditions:
            found = fill(f"{name}({{0}})", shown)
        else:
            condition = conditions[0] if len(conditions) == 1 else fill("({0} AND {1})", conditions[0], conditions[1])
            found = fill(f"{name}({{0}}, {{1}})", shown, condition)
        return fill(f"arraySlice({IN_ORDER}, 1, {limit})", found) if ordered else found

    return build


def _extreme(name: str) -> Builder:
    """Min and max: null over no rows, but '' for strings, which have no null."""

    def build(node: Apply, sql: Sequence[Sql]) -> Sql:
        or_null = "" if node.type.kql.value in ("string", "dynamic", "guid") else "OrNull"
        if len(sql) == 1:
            return fill(f"{name}{or_null}({{0}})", sql[0])
        return fill(f"{name}{or_null}If({{0}}, ifNull({{1}}, false))", sql[0], sql[1])

    return build


def _aggregate(prefix: str, *overloads: FunctionSpec) -> AggregateSpec:
    return AggregateSpec(prefix, overloads)


_ROWS: tuple[AggregateSpec, ...] = (
    _aggregate("count_", row("count() long", "toInt64(count())", nulls=_NEVER)),
    _aggregate("countif_", row("countif(bool) long", "toInt64(countIf({0}))", nulls=_NEVER)),
    _aggregate(
        "sum_",
        row("sum(long) long", "ifNull(sum({0}), 0)", nulls=_NEVER),
        row("sum(real) real", "ifNull(sum({0}), 0)", nulls=_NEVER),
        row("sum(decimal) decimal", "ifNull(sum({0}), 0)", nulls=_NEVER),
        row("sum(timespan) timespan", "ifNull(sum({0}), 0)", nulls=_NEVER),
    ),
    _aggregate(
        "sumif_",
        row("sumif(long, bool) long", "sumIf({0}, ifNull({1}, false))"),
        row("sumif(real, bool) real", "sumIf({0}, ifNull({1}, false))"),
        row("sumif(decimal, bool) decimal", "sumIf({0}, ifNull({1}, false))"),
        row("sumif(timespan, bool) timespan", "sumIf({0}, ifNull({1}, false))"),
    ),
    _aggregate(
        "avg_",
        row("avg(real) real", "avgOrNull({0})", nulls=_ALWAYS),
        row("avg(decimal) decimal", "(sum({0}) / nullIf(count({0}), 0))", nulls=_ALWAYS),
        row("avg(timespan) timespan", "toInt64(avgOrNull({0}))", nulls=_ALWAYS),
        row(
            "avg(datetime) datetime",
            "reinterpret(toInt64(avgOrNull(reinterpret({0}, 'Int64'))), 'DateTime64(7, \\'UTC\\')')",
            nulls=_ALWAYS,
        ),
    ),
    _aggregate(
        "avgif_",
        row("avgif(real, bool) real", "avgOrNullIf({0}, ifNull({1}, false))", nulls=_ALWAYS),
        row("avgif(timespan, bool) timespan", "toInt64(avgOrNullIf({0}, ifNull({1}, false)))", nulls=_ALWAYS),
    ),
    _aggregate("min_", row("min(any) =0", _extreme("min"), nulls=_ALWAYS)),
    _aggregate("max_", row("max(any) =0", _extreme("max"), nulls=_ALWAYS)),
    _aggregate("minif_", row("minif(any, bool) =0", _extreme("min"), nulls=_ALWAYS)),
    _aggregate("maxif_", row("maxif(any, bool) =0", _extreme("max"), nulls=_ALWAYS)),
    _aggregate("stdev_", row("stdev(real) real", "ifNotFinite(stddevSamp({0}), 0)")),
    _aggregate("stdevp_", row("stdevp(real) real", "stddevPop({0})")),
    _aggregate("stdevif_", row("stdevif(real, bool) real", "ifNotFinite(stddevSampIf({0}, ifNull({1}, false)), 0)")),
    _aggregate("variance_", row("variance(real) real", "ifNotFinite(varSamp({0}), 0)")),
    _aggregate("variancep_", row("variancep(real) real", "varPop({0})")),
    _aggregate("varianceif_", row("varianceif(real, bool) real", "ifNotFinite(varSampIf({0}, ifNull({1}, false)), 0)")),
    *(
        _aggregate(
            f"{name}_",
            row(
                f"{name}(real, real) real",
                f"if(count({{0}} + {{1}}) < {least}, {few}, {function}({{0}}, {{1}}))",
                nulls=_ALWAYS,
            ),
        )
        for name, function, least, few in (
            ("covariance", "covarSampStable", 2, "0."),
            ("covariancep", "covarPopStable", 1, "NULL"),
        )
    ),
    _aggregate("variancepif_", row("variancepif(real, bool) real", "varPopIf({0}, ifNull({1}, false))")),
    *(
        _aggregate(
            f"{name}_",
            row(
                f"{name}(real, real, bool) real",
                f"if(countIf({{0}} + {{1}}, ifNull({{2}}, false)) < {least}, {few}, {function}If({{0}}, {{1}}, ifNull({{2}}, false)))",
                nulls=_ALWAYS,
            ),
        )
        for name, function, least, few in (
            ("covarianceif", "covarSampStable", 2, "0."),
            ("covariancepif", "covarPopStable", 1, "NULL"),
        )
    ),
    _aggregate(
        "binary_all_and_",
        row("binary_all_and(int) int", "groupBitAnd({0})"),
        row("binary_all_and(long) long", "groupBitAnd({0})"),
    ),
    _aggregate(
        "binary_all_or_",
        row("binary_all_or(int) int", "groupBitOr({0})"),
        row("binary_all_or(long) long", "groupBitOr({0})"),
    ),
    _aggregate(
        "binary_all_xor_",
        row("binary_all_xor(int) int", "groupBitXor({0})"),
        row("binary_all_xor(long) long", "groupBitXor({0})"),
    ),
)

AGGREGATES: dict[str, AggregateSpec] = {spec.overloads[0].name: spec for spec in _ROWS}
