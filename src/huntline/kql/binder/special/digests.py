"""hll and tdigest, and what is read from them: digests that keep every value, so that what is read is exact.

A digest of distinct values is the array of their hashes; a digest of numbers is the array of the numbers.
"""

from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.aggregation import percentile_of, weighted_percentile
from huntline.kql.binder.calls import aggregate_special, special
from huntline.kql.binder.forms import arguments_of, condition_argument, number_argument, whole_argument, wrong_argument
from huntline.kql.binder.packing import array_from, as_array
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.encodings import hashed
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import Sql, call, fill, template
from huntline.kql.types import LONG, NUMBERS, PLAIN, REAL, STRING, Form, KqlType, ValueType, array_of, scalar_of

_K = KqlType
_MEASURES = NUMBERS | {_K.DATETIME, _K.TIMESPAN}


def _digest(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument that must be a digest, as an array."""
    value = given[position]
    array = value if value.type.form is Form.ARRAY else as_array(value) if value.type.kql is _K.DYNAMIC else None
    if array is None:
        raise wrong_argument(node, position, "a digest", value)
    return array


def _digests(node: syntax.Call, given: Sequence[Scalar]) -> tuple[ValueType, list[Scalar]]:
    """Return several digests in one form."""
    arrays = [_digest(node, given, i) for i in range(len(given))]
    kinds = {array.type for array in arrays}
    if len(kinds) == 1:
        return kinds.pop(), arrays
    kind = array_of(_K.DYNAMIC)
    return kind, [convert(array, kind) or array for array in arrays]


def _joined(name: str, kind: ValueType, arrays: Sequence[Scalar], shape: str) -> Scalar:
    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        return fill(shape, call("arrayConcat", *sql))

    return Apply(kind, nullable=False, name=name, sql=build, arguments=tuple(arrays))


# Distinct values


@aggregate_special("hll", "hll_if")
def _hll(state: State, node: syntax.Call, row: Row) -> Scalar:
    """hll(value, accuracy), hll_if(value, condition, accuracy): nothing is estimated, so the accuracy does not matter."""
    conditional = node.name == "hll_if"
    given = arguments_of(state, node, row, 2 if conditional else 1, 3 if conditional else 2)
    value = given[0]
    text = convert(value, STRING) or value if value.type.kql is _K.DYNAMIC else value
    conditions = [condition_argument(node, given, 1)] if conditional else []

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        present = "isNotNull({1})" if value.nullable else "true"
        wanted = "ifNull({2}, false)" if conditional else "true"
        gathered = f"arraySort(groupUniqArrayIf({{0}}, {present} AND {wanted}))"
        return fill(gathered, hashed(text.type.kql, sql[0]), *sql)

    return Apply(array_of(_K.LONG), nullable=False, name=node.name, sql=build, arguments=(text, *conditions))


@aggregate_special("hll_merge")
def _merged_hll(state: State, node: syntax.Call, row: Row) -> Scalar:
    array = _digest(node, arguments_of(state, node, row, 1), 0)
    return apply(node.name, template("arraySort(groupUniqArrayArray({0}))"), array.type, array, nullable=False)


@special("hll_merge")
def _hll_merge(state: State, node: syntax.Call, row: Row) -> Scalar:
    kind, arrays = _digests(node, arguments_of(state, node, row, 2, 64))
    return _joined(node.name, kind, arrays, "arraySort(arrayDistinct({0}))")


@special("dcount_hll")
def _dcount_hll(state: State, node: syntax.Call, row: Row) -> Scalar:
    array = _digest(node, arguments_of(state, node, row, 1), 0)
    return apply(node.name, template("toInt64(length(arrayDistinct({0})))"), LONG, array, nullable=False)


# Numbers, moments and spans


@aggregate_special("tdigest")
def _tdigest(state: State, node: syntax.Call, row: Row) -> Scalar:
    """tdigest(value, weight): a weight says how often a value counts."""
    given = arguments_of(state, node, row, 1, 2)
    value = convert(given[0], REAL) or given[0] if given[0].type.kql is _K.DYNAMIC else given[0]
    if value.type.kql not in _MEASURES:
        raise wrong_argument(node, 0, "a number, datetime or timespan", value)
    kind = array_of(value.type.kql)
    if len(given) == 1:
        return apply(node.name, template("arraySort(groupArray({0}))"), kind, value, nullable=False)
    weight = whole_argument(node, given, 1)
    repeated = "arrayWithConstant(toUInt64(ifNull(greatest(least({1}, 1048576), 0), 0)), assumeNotNull({0}))"
    pattern = f"arraySort(groupArrayArrayIf({repeated}, isNotNull({{0}})))"
    return apply(node.name, template(pattern), kind, value, weight, nullable=False)


@aggregate_special("tdigest_merge", "merge_tdigest")
def _merged_tdigest(state: State, node: syntax.Call, row: Row) -> Scalar:
    array = _digest(node, arguments_of(state, node, row, 1), 0)
    return apply(node.name, template("arraySort(groupArrayArray({0}))"), array.type, array, nullable=False)


@special("tdigest_merge", "merge_tdigest")
def _tdigest_merge(state: State, node: syntax.Call, row: Row) -> Scalar:
    kind, arrays = _digests(node, arguments_of(state, node, row, 2, 64))
    return _joined(node.name, kind, arrays, "arraySort({0})")


# The smallest value that the share of the values does not exceed; `_p` is the share in percent.
_ORDERED = {
    True: "arraySort(_e -> (JSONExtract(_e, 'Nullable(Float64)'), _e), {0})",
    False: "arraySort({0})",
}
_RANK = "toInt64(greatest(1, least(toFloat64(length({0})), ceil(length({0}) * SHARE / 100 - 1e-9))))"


def _at_share(array: Scalar, share: str) -> str:
    texts = array.type.element is _K.DYNAMIC
    function = "arrayElement" if texts else "arrayElementOrNull"
    return f"{function}({_ORDERED[texts]}, {_RANK.replace('SHARE', share)})"


@special("percentile_tdigest")
def _percentile_tdigest(state: State, node: syntax.Call, row: Row) -> Scalar:
    """percentile_tdigest(digest, percent, typeof(...))."""
    bare = syntax.Call(node.start, node.end, node.name, node.arguments[:2])
    given = arguments_of(state, bare, row, 2)
    array, share = _digest(node, given, 0), number_argument(node, given, 1)
    kind = scalar_of(array.type.element or _K.DYNAMIC)
    texts = array.type.element is _K.DYNAMIC
    found = apply(node.name, template(_at_share(array, "{1}")), kind, array, share, nullable=not texts)
    if len(node.arguments) < 3:
        return found
    last = node.arguments[2]
    if len(node.arguments) > 3 or not isinstance(last, syntax.TypeOf):
        raise Failure(
            "argument_type", last.start, last.end, name=node.name, position=3, expected="typeof()", found="expression"
        )
    return convert(found, PLAIN[last.type]) or found


def _shares(node: syntax.Call, given: Sequence[Scalar], position: int) -> list[float]:
    """Return the constant percents from an argument on: numbers, or one dynamic array of them."""
    values: list[object] = []
    for place, item in zip(node.arguments[position:], given[position:], strict=True):
        value = item.value if isinstance(item, Constant) else None
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in found):
            raise Failure("argument_constant", place.start, place.end, name=node.name, position=position + 1)
        values.extend(found)
    return [float(str(value)) for value in values]


@special("percentiles_array_tdigest")
def _percentiles_tdigest(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2, 64)
    array = _digest(node, given, 0)
    shares = ", ".join(f"toFloat64({share!r})" for share in _shares(node, given, 1))
    pattern = f"if(empty({{0}}), [], arrayMap(_p -> {_at_share(array, '_p')}, [{shares}]))"
    return apply(node.name, template(pattern), array.type, array, nullable=False)


_RANKS = {
    "rank_tdigest": "toFloat64(COUNT)",
    "percentrank_tdigest": "(COUNT * 100 / nullIf(length({0}), 0))",
}


@special(*_RANKS)
def _rank(state: State, node: syntax.Call, row: Row) -> Scalar:
    """How many of the values are not greater, as a number or in percent."""
    given = arguments_of(state, node, row, 2)
    array, value = _digest(node, given, 0), given[1]
    element = array.type.element or _K.DYNAMIC
    read = "_e"
    if element is _K.DYNAMIC:
        read, value = "JSONExtract(_e, 'Nullable(Float64)')", number_argument(node, given, 1)
    elif not (element in NUMBERS and value.type.kql in NUMBERS) and value.type.kql is not element:
        raise wrong_argument(node, 1, str(element), value)
    counted = f"arrayCount(_e -> ifNull({read} <= {{1}}, false), {{0}})"
    return apply(node.name, template(_RANKS[node.name].replace("COUNT", counted)), REAL, array, value, nullable=True)


# Several percentiles in one array


@aggregate_special("percentiles_array")
def _percentiles_array(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2, 64)
    return array_from([percentile_of(node, given[0], Constant(REAL, share)) for share in _shares(node, given, 1)])


@aggregate_special("percentilesw_array")
def _percentiles_weighted_array(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 3, 64)
    return array_from([weighted_percentile(node, given, Constant(REAL, share)) for share in _shares(node, given, 2)])
