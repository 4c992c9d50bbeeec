"""array_sort_asc, array_sort_desc, array_index_of, array_sum, repeat (rule 6)."""

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, whole_argument, wrong_argument
from huntline.kql.binder.naming import implied_name
from huntline.kql.binder.packing import as_array
from huntline.kql.binder.several import SEVERAL_NAMES
from huntline.kql.binder.state import Row, State
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import template
from huntline.kql.types import INTEGERS, JSON, LONG, NUMBERS, REAL, Form, KqlType, array_of

_K = KqlType
# Numbers come before texts, and these before all other elements.
_JSON_KEY = (
    "(if(_e IN ('', 'null'), NULLS, OTHERS), if(isNull(JSONExtract(_e, 'Nullable(Float64)')), if(startsWith(_e, '\"'), 2, 3), 1), "
    "ifNull(JSONExtract(_e, 'Nullable(Float64)'), 0.), _e)"
)
_PLAIN_KEY = "(if(isNull(_e), NULLS, OTHERS), _e)"


def _sorted_labels(node: syntax.Call) -> tuple[str, ...]:
    """Return the names of the columns where more than one array is sorted."""
    arrays = node.arguments[:-1] if _is_flag(node.arguments[-1:]) else node.arguments
    if len(arrays) < 2:
        return ()
    return tuple(f"{implied_name(argument) or f'array{i}'}_sorted" for i, argument in enumerate(arrays))


def _is_flag(last: tuple[syntax.Expression, ...]) -> bool:
    return bool(last) and isinstance(last[0], syntax.Literal) and last[0].type is _K.BOOL


SEVERAL_NAMES["array_sort_asc"] = SEVERAL_NAMES["array_sort_desc"] = _sorted_labels


@special("array_sort_asc", "array_sort_desc")
def _array_sort(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The first array in order, the others in the order of the first; nulls stand last unless the last argument is false."""
    given = arguments_of(state, node, row, 1, 65)
    nulls_last = True
    if len(given) > 1 and given[-1].type.kql is _K.BOOL:
        nulls_last = not (isinstance(given[-1], Constant) and given[-1].value is False)
        given = given[:-1]
    descending = node.name == "array_sort_desc"
    name = "arrayReverseSort" if descending else "arraySort"
    nulls, others = ("1", "0") if nulls_last is not descending else ("0", "1")
    first = given[0] if given[0].type.form is Form.ARRAY else as_array(given[0]) if _is_dynamic(given[0]) else None
    if first is None:
        raise wrong_argument(node, 0, "dynamic", given[0])
    texts = first.type.element is _K.DYNAMIC
    key = (_JSON_KEY if texts else _PLAIN_KEY).replace("NULLS", nulls).replace("OTHERS", others)
    if len(given) == 1:
        return apply(node.name, template(f"{name}(_e -> {key}, {{0}})"), first.type, first, nullable=False)
    arrays = []
    for position, value in enumerate(given):
        array = as_array(value, _K.DYNAMIC) if _is_dynamic(value) else None
        if array is None:
            raise wrong_argument(node, position, "dynamic", value)
        arrays.append(array)
    key = _JSON_KEY.replace("NULLS", nulls).replace("OTHERS", others)
    # Places make the order of equal elements that of the first array.
    place = "-_p" if descending else "_p"
    order = f"{name}((_p, _e) -> ({key}, {place}), arrayEnumerate({{0}}), {{0}})"
    parts = []
    for position in range(len(arrays)):
        moved = f"concat('[', arrayStringConcat(arrayMap(_p -> {{{position}}}[_p], {order}), ','), ']')"
        parts.append(f"if(length({{{position}}}) = length({{0}}), {moved}, 'null')")
    return apply(node.name, template("[" + ", ".join(parts) + "]"), array_of(_K.DYNAMIC), *arrays, nullable=False)


def _is_dynamic(value: Scalar) -> bool:
    return value.type.kql is _K.DYNAMIC


# The places from `start`, `length` of them, that hold the value; a negative start counts from the end.
_PLACES = (
    "arrayMap(_f -> (toInt64(arrayElement(arrayFilter((_p, _e) -> _e = {1} AND _p > _f AND (LENGTH < 0 OR _p <= _f + LENGTH), "
    "arrayEnumerate({0}), {0}), OCCURRENCE)) - 1), [greatest(if(START < 0, toInt64(length({0})) + START, START), 0)])[1]"
)


@special("array_index_of")
def _array_index_of(state: State, node: syntax.Call, row: Row) -> Scalar:
    """array_index_of(array, value, start, length, occurrence)."""
    given = arguments_of(state, node, row, 2, 5)
    array, value = given[0], given[1]
    if not (array.type.form is Form.ARRAY and array.type.element is value.type.kql) or _is_dynamic(value):
        texts = as_array(array, _K.DYNAMIC) if _is_dynamic(array) else None
        if texts is None:
            raise wrong_argument(node, 0, "dynamic", array)
        array, value = texts, to_strict_json(value)
    if len(given) == 2:
        pattern = template("(toInt64(indexOf({0}, {1})) - 1)")
        return apply(node.name, pattern, LONG, array, value, nullable=False)
    numbers = [whole_argument(node, given, i) for i in range(2, len(given))]
    text = _PLACES.replace("START", "toInt64(ifNull({2}, 0))")
    text = text.replace("LENGTH", "toInt64(ifNull({3}, -1))" if len(numbers) > 1 else "-1")
    text = text.replace("OCCURRENCE", "toInt64(ifNull({4}, 1))" if len(numbers) > 2 else "1")
    if len(numbers) > 1:
        fits = "{3} >= -1" + (" AND {4} > 0" if len(numbers) > 2 else "")
        text = f"if(ifNull({fits}, false), {text}, NULL)"
    return apply(node.name, template(text), LONG, array, value, *numbers, nullable=len(numbers) > 1)


@special("array_sum")
def _array_sum(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The sum of numbers; null where an element is none."""
    value = arguments_of(state, node, row, 1)[0]
    array = value if value.type.form is Form.ARRAY else as_array(value) if _is_dynamic(value) else None
    if array is None:
        raise wrong_argument(node, 0, "dynamic", value)
    if array.type.element in NUMBERS:
        kind = LONG if array.type.element in INTEGERS else REAL
        return apply(node.name, template("arraySum(_e -> ifNull(_e, 0), {0})"), kind, array)
    texts = convert(array, array_of(_K.DYNAMIC)) or array
    number = "JSONExtract(_e, 'Nullable(Float64)')"
    wrong = f"arrayExists(_e -> isNull({number}) OR startsWith(_e, '\"'), {{0}})"
    pattern = template(f"if({wrong}, NULL, arraySum(_e -> ifNull({number}, 0.), {{0}}))")
    return apply(node.name, pattern, REAL, texts, nullable=True)


@special("repeat")
def _repeat(state: State, node: syntax.Call, row: Row) -> Scalar:
    """An array of one value, up to 1,024 times; a count below 0 gives null."""
    given = arguments_of(state, node, row, 2)
    value, count = given[0], whole_argument(node, given, 1)
    if _is_dynamic(value):
        value = to_strict_json(value)
    kind = array_of(value.type.kql)
    repeated = "arrayWithConstant(toUInt64(ifNull(greatest(least({1}, 1024), 0), 0)), {0})"
    array = Apply(kind, nullable=False, name=node.name, sql=template(repeated), arguments=(value, count))
    if not isinstance(count, Constant) or (isinstance(count.value, int | float) and count.value < 0):
        text = convert(array, JSON)
        if text is not None:
            return apply(node.name, template("if(ifNull({1} < 0, true), '', {0})"), JSON, text, count, nullable=False)
    return array
