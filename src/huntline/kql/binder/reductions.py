"""reduce: texts put together by their pattern.

As in the paper that Kusto's documentation names: a word that stands at one place in more than the given share of the texts belongs to
their pattern, any other is a wildcard; texts with the same pattern are a group, and what is in no group that large is `others`.
"""

import re

from huntline.kql import summaries
from huntline.kql.binder.combination import option
from huntline.kql.binder.operators import again, operator, row_of
from huntline.kql.binder.scalars import bind_scalar
from huntline.kql.binder.state import Relation, Row, State
from huntline.kql.binder.subqueries import gather
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Aggregate, Column, Constant, Expand, Extend, Filter, Join, Plan, Scalar, ScalarQuery
from huntline.kql.sql import template
from huntline.kql.types import BOOL, LONG, REAL, STRING, KqlType, array_of

_K = KqlType
_NO_WORD = "^0-9A-Za-z"
_KEYS = template(
    "arrayFilter(_k -> _k != '', arrayMap((_p, _i) -> if(match(_p, {1}), '', concat(toString(_i), ':', _p)), {0}, arrayEnumerate({0})))"
)
# A wildcard is char(1) until the end, so that a star of the text itself is none.
_MASKED = template(
    "arrayStringConcat(arrayMap((_p, _i) -> if(match(_p, {1}) OR has({2}, concat(toString(_i), ':', _p)), _p, char(1)), {0}, "
    "arrayEnumerate({0})))"
)
_MERGED = template("replaceAll(replaceRegexpAll({0}, {1}, char(1)), char(1), '*')")


@operator(summaries.Reduce)
def _reduce(state: State, relation: Relation, node: summaries.Reduce) -> Relation:
    if relation.partition is not None:
        raise Failure("in_subquery", node.start, node.end)
    kind = option(node.options, "kind")
    if kind is not None and kind.value != "source":
        raise Failure("bad_option", kind.start, kind.end, operator="reduce", value=kind.value, option="kind")
    state.warn(Failure("reduced", node.start, node.start + len("reduce")))
    value = convert(bind_scalar(state, node.expression, row_of(relation, "reduce")), STRING)
    if value is None:
        raise Failure("condition_type", node.expression.start, node.expression.end, operator="reduce", found="?")
    text, pattern = state.column(STRING, nullable=False), state.column(STRING, nullable=False)
    rows: Plan = Extend(relation.plan, ((text, value),))
    base = Relation(rows, {**relation.fields, "$text": text})
    least = _least(state, base, node)
    rows = Extend(rows, ((pattern, _pattern(state, base, node, text, least)),))
    patterns, final, fields = _grouped(state, Relation(rows, {"text": text, "pattern": pattern}), least)
    if kind is None:
        return Relation(patterns, fields)
    source = Relation(rows, {**relation.fields, "$pattern": pattern})
    return _beside(state, source, final, Relation(patterns, fields))


def _least(state: State, base: Relation, node: summaries.Reduce) -> Scalar:
    """Return the number of texts that a group must exceed."""
    share = 0.1
    if node.threshold is not None:
        place = node.threshold
        given = state.bind_scalar(place, Row({}, "reduce"))
        share_of = given.value if isinstance(given, Constant) else None
        if not isinstance(share_of, int | float) or not 0 < share_of <= 1:
            reason = "the threshold must be a constant between 0 and 1"
            raise Failure("invalid_value", place.start, place.end, operator="reduce", reason=reason)
        share = float(share_of)
    copy = again(state, base)
    total = state.column(LONG, nullable=False)
    count = apply("count", template("toInt64(count())"), LONG, nullable=False)
    whole = ScalarQuery(LONG, nullable=True, plan=Aggregate(copy.plan, (), ((total, count),)), column=total)
    return apply("least", template("(ifNull({0}, 0) * {1})"), REAL, whole, Constant(REAL, share), nullable=False)


def _separators(state: State, node: summaries.Reduce) -> tuple[str, bool]:
    """Return the inside of a character class, and whether the query gave it."""
    if node.characters is None:
        return _NO_WORD, False
    place = node.characters
    given = state.bind_scalar(place, Row({}, "reduce"))
    if not isinstance(given, Constant) or not isinstance(given.value, str) or not given.value:
        reason = "the characters must be a constant string"
        raise Failure("invalid_value", place.start, place.end, operator="reduce", reason=reason)
    return re.sub(r"([\[\]\\^-])", r"\\\1", given.value), True


def _pattern(state: State, base: Relation, node: summaries.Reduce, text: Column, least: Scalar) -> Scalar:
    inside, given = _separators(state, node)
    other = inside[1:] if inside.startswith("^") else f"^{inside}"
    both, separator = Constant(STRING, f"[{inside}]+|[{other}]+"), Constant(STRING, f"^[{inside}]")
    copy = again(state, base)
    kind = array_of(_K.STRING)
    pieces = apply("pieces", template("extractAll({0}, {1})"), kind, copy.fields["$text"], both, nullable=False)
    word, count = state.column(STRING, nullable=False), state.column(LONG, nullable=False)
    words = Expand(copy.plan, ((word, apply("words", _KEYS, kind, pieces, separator, nullable=False)),), None)
    key = state.column(STRING, nullable=False)
    number = apply("count", template("toInt64(count())"), LONG, nullable=False)
    counted = Aggregate(words, ((key, word),), ((count, number),))
    frequent = Filter(counted, apply(">", template("({0} > {1})"), BOOL, count, least, nullable=False))
    own = apply("pieces", template("extractAll({0}, {1})"), kind, text, both, nullable=False)
    masked = apply("masked", _MASKED, STRING, own, separator, gather(state, frequent, key), nullable=False)
    # Separators that the query names go with the wildcards beside them.
    around = f"[{inside}]*" if given else ""
    joined = Constant(STRING, f"{around}\x01(?:[{inside}]*\x01)*{around}")
    return apply("pattern", _MERGED, STRING, masked, joined, nullable=False)


def _grouped(
    state: State, rows: Relation, least: Scalar
) -> tuple[Plan, tuple[Plan, Column, Column], dict[str, Column]]:
    """Return the groups, and for each pattern the name of its group."""
    raw, count, first = (
        state.column(STRING, nullable=False),
        state.column(LONG, nullable=False),
        state.column(STRING, nullable=False),
    )
    number = apply("count", template("toInt64(count())"), LONG, nullable=False)
    smallest = apply("min", template("min({0})"), STRING, rows.fields["text"], nullable=False)
    groups: Plan = Aggregate(rows.plan, ((raw, rows.fields["pattern"]),), ((count, number), (first, smallest)))
    small = template("if({0} IN ('*', '') OR {1} <= {2}, 'others', {0})")
    name = state.column(STRING, nullable=False)
    named = Extend(groups, ((name, apply("group", small, STRING, raw, count, least, nullable=False)),))
    fields = {
        "Pattern": state.column(STRING, nullable=False),
        "Count": state.column(LONG, nullable=False),
        "Representative": state.column(STRING, nullable=False),
    }
    total = apply("sum", template("toInt64(sum({0}))"), LONG, count, nullable=False)
    shown = apply("first", template("if(any({1}) = 'others', '', min({0}))"), STRING, first, name, nullable=False)
    aggregates = ((fields["Count"], total), (fields["Representative"], shown))
    return Aggregate(named, ((fields["Pattern"], name),), aggregates), (named, raw, name), fields


def _beside(state: State, source: Relation, final: tuple[Plan, Column, Column], groups: Relation) -> Relation:
    """Return the rows with the group of each."""
    named, raw, name = final
    copy = again(state, Relation(named, {"raw": raw, "name": name}))
    pattern = source.fields["$pattern"]
    plan: Plan = Join("inner", source.plan, copy.plan, ((pattern, copy.fields["raw"]),))
    plan = Join("inner", plan, groups.plan, ((copy.fields["name"], groups.fields["Pattern"]),))
    fields = {label: column for label, column in source.fields.items() if label != "$pattern"}
    return Relation(plan, {**fields, **groups.fields})
