"""Functions of plain values whose meaning depends on the types or on the query: around, set_equals, sizes, random values."""

from zoneinfo import available_timezones

from huntline.kql import syntax
from huntline.kql.binder.calls import apply_overloads, special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.packing import as_array
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.operators import arithmetic, compare, logical
from huntline.kql.plan import Constant, Scalar
from huntline.kql.sql import template
from huntline.kql.types import BOOL, JSON, LONG, STRING, Form, KqlType, array_of

_K = KqlType


@special("around")
def _around(state: State, node: syntax.Call, row: Row) -> Scalar:
    """around(value, centre, distance): whether the value is no farther away than that."""
    value, centre, distance = arguments_of(state, node, row, 3)
    low, high = arithmetic("-", centre, distance), arithmetic("+", centre, distance)
    if low is None or high is None:
        raise wrong_argument(node, 2, "a number or timespan", distance)
    first, second = compare(">=", value, low), compare("<=", value, high)
    if first is None or second is None:
        raise wrong_argument(node, 0, str(centre.type.kql), value)
    return logical("and", [first, second])


@special("set_equals")
def _set_equals(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Whether two arrays have the same distinct elements."""
    given = arguments_of(state, node, row, 2)
    arrays: list[Scalar] = []
    for position, value in enumerate(given):
        array = as_array(value, _K.DYNAMIC) if value.type.kql is _K.DYNAMIC else None
        if array is None:
            raise wrong_argument(node, position, "dynamic", value)
        arrays.append(array)
    pattern = template("(arraySort(arrayDistinct({0})) = arraySort(arrayDistinct({1})))")
    return apply(node.name, pattern, BOOL, *arrays, nullable=False)


_SIZES = {_K.BOOL: 1, _K.INT: 4, _K.GUID: 16, _K.DECIMAL: 16}


@special("estimate_data_size")
def _data_size(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The bytes of columns: of a text its own, of a dynamic those of its JSON, of any other the width of its type."""
    values: list[Scalar] = []
    for argument in node.arguments:
        if isinstance(argument, syntax.Star):
            values.extend(row.fields.values())
        else:
            values.append(state.bind_scalar(argument, row))
    if not values:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="at least 1", found=0)
    fixed, texts = 0, []
    for value in values:
        if value.type.kql is _K.STRING or value.type.form is not Form.PLAIN:
            texts.append(convert(value, STRING if value.type.kql is _K.STRING else JSON) or value)
        else:
            fixed += _SIZES.get(value.type.kql, 8)
    if not texts:
        return Constant(LONG, fixed)
    # Lengths are taken of elements: behind a sort the engine's planner does not come to an end over lengths of columns.
    listed = ", ".join(f"{{{i}}}" for i in range(len(texts)))
    pattern = f"(toInt64(arraySum(_x -> length(_x), [{listed}])) + {fixed})"
    return apply(node.name, template(pattern), LONG, *texts, nullable=False)


@special("datetime_list_timezones")
def _time_zones(state: State, node: syntax.Call, row: Row) -> Scalar:
    arguments_of(state, node, row, 0)
    return Constant(array_of(_K.STRING), sorted(available_timezones()))


@special("rand", "new_guid")
def _random(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 0, 1 if node.name == "rand" else 0)
    state.warn(Failure("random_values", node.start, node.end, name=node.name))
    return apply_overloads(node, FUNCTIONS[node.name], tuple(given))
