"""Functions whose meaning depends on the query or on the types of what they are given."""

from collections.abc import Sequence
from zoneinfo import available_timezones

from huntline.kql import syntax
from huntline.kql.binder.calls import apply_overloads, special, unify
from huntline.kql.binder.ingestion import ingestion_of
from huntline.kql.binder.state import BoundScalar, LookupNeed, Partition, Relation, Row, State
from huntline.kql.binder.subqueries import first_value
from huntline.kql.diagnostics import Failure
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.functions.operators import arithmetic, bin_of, negated
from huntline.kql.plan import Apply, Constant, FirstOfKey, Scalar
from huntline.kql.sql import call, template
from huntline.kql.types import (
    BOOL,
    DATETIME,
    INTEGERS,
    JSON,
    LONG,
    NUMBERS,
    OPEN,
    REAL,
    STRING,
    TIMESPAN,
    Form,
    KqlType,
)

_K = KqlType


def arguments_of(state: State, node: syntax.Call, row: Row, least: int, most: int | None = None) -> list[Scalar]:
    """Return the bound arguments of a call.

    Raises:
        Failure: there are fewer than `least` or more than `most` of them.
    """
    found = len(node.arguments)
    top = least if most is None else most
    if not least <= found <= top:
        expected = str(least) if least == top else f"{least} to {top}"
        raise Failure("argument_count", node.start, node.end, name=node.name, expected=expected, found=found)
    return [state.bind_scalar(argument, row) for argument in node.arguments]


def wrong_argument(node: syntax.Call, position: int, expected: str, value: Scalar) -> Failure:
    """Return the failure that an argument has the wrong type."""
    place = node.arguments[min(position, len(node.arguments) - 1)]
    return Failure(
        "argument_type",
        place.start,
        place.end,
        name=node.name,
        position=position + 1,
        expected=expected,
        found=value.type.kql,
    )


def number_argument(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument that must be a number; a dynamic is read as a real.

    Raises:
        Failure: it is none.
    """
    value = given[position]
    if value.type.kql in NUMBERS:
        return value
    converted = convert(value, REAL) if value.type.kql is _K.DYNAMIC else None
    if converted is None:
        raise wrong_argument(node, position, "a number", value)
    return converted


def whole_argument(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument that must be a number, without what stands behind its point; null where that is no whole number.

    Raises:
        Failure: it is none.
    """
    value = number_argument(node, given, position)
    return convert(value, LONG) or value


def condition_argument(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument that must be a bool.

    Raises:
        Failure: it is none.
    """
    value = given[position]
    converted = convert(value, BOOL) if value.type.kql is _K.BOOL or value.type == OPEN else None
    if converted is None:
        raise wrong_argument(node, position, "bool", value)
    return converted


@special("now")
def _now(state: State, node: syntax.Call, row: Row) -> Scalar:
    moment = Constant(DATETIME, state.now)
    given = arguments_of(state, node, row, 0, 1)
    if not given:
        return moment
    shifted = arithmetic("+", moment, convert(given[0], TIMESPAN) or given[0])
    if shifted is None:
        raise wrong_argument(node, 0, "timespan", given[0])
    return shifted


@special("ago")
def _ago(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 1)
    span = convert(given[0], TIMESPAN) if given[0].type.kql in (_K.TIMESPAN, _K.DYNAMIC) else None
    result = None if span is None else arithmetic("-", Constant(DATETIME, state.now), span)
    if result is None:
        raise wrong_argument(node, 0, "timespan", given[0])
    return result


@special("ingestion_time")
def _ingestion_time(state: State, node: syntax.Call, row: Row) -> Scalar:
    arguments_of(state, node, row, 0)
    relation = row.relation
    found = None if relation is None else ingestion_of(relation.plan)
    return found if found is not None else Constant(DATETIME, None)


@special("toscalar")
def _to_scalar(state: State, node: syntax.Call, row: Row) -> Scalar:
    if len(node.arguments) != 1:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="1", found=len(node.arguments))
    argument = node.arguments[0]
    binding = state.names.find(argument.name) if isinstance(argument, syntax.Name) else None
    if isinstance(binding, BoundScalar):
        # A row has no say here, even if it has a column of that name.
        return binding.scalar
    if not state.is_table(argument):
        return state.bind_scalar(argument, row)
    relation = state.bind_table(argument)
    outer = row.relation.partition if row.relation is not None else None
    if relation.partition is not None and outer is not None:
        return _of_subtable(relation, relation.partition, argument, row)
    return first_value(relation, argument)


def _of_subtable(relation: Relation, partition: Partition, node: syntax.Node, row: Row) -> Scalar:
    """Return the first value of each subtable, for the rows of the same subtable."""
    if not relation.fields:
        raise Failure("not_scalar", node.start, node.end)
    if row.windows is None or row.aggregating:
        raise Failure("row_context", node.start, node.end, name="toscalar")
    row.windows.append(LookupNeed(FirstOfKey(relation.plan, (partition.row,)), partition.row))
    column = next(iter(relation.fields.values()))
    texts = column.type.kql in (_K.STRING, _K.GUID) or column.type.form is not Form.PLAIN
    return apply("toscalar", template("{0}" if texts else "toNullable({0})"), column.type, column, nullable=not texts)


@special("materialize")
def _materialize(state: State, node: syntax.Call, row: Row) -> Scalar:
    return _to_scalar(state, node, row)


@special("case")
def _case(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = [state.bind_scalar(argument, row) for argument in node.arguments]
    if len(given) < 3 or len(given) % 2 == 0:
        raise Failure(
            "argument_count", node.start, node.end, name="case", expected="an odd number of", found=len(given)
        )
    kind, values = unify(node, [*given[1::2], given[-1]])
    parts: list[Scalar] = []
    for condition, value in zip(given[0:-1:2], values[:-1], strict=True):
        converted = convert(condition, BOOL)
        if converted is None:
            raise wrong_argument(node, len(parts), "bool", condition)
        parts.extend((converted, value))
    parts.append(values[-1])
    nullable = any(value.nullable for value in values)
    return Apply(kind, nullable, "case", lambda _node, sql: call("multiIf", *sql), tuple(parts))


@special("coalesce")
def _coalesce(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 1, 64)
    kind, values = unify(node, given)
    if kind.kql in (_K.STRING, _K.GUID) or kind.form is not Form.PLAIN:
        result = values[-1]
        for value in reversed(values[:-1]):
            result = apply("coalesce", template("if(empty({0}), {1}, {0})"), kind, value, result, nullable=False)
        return result
    nullable = all(value.nullable for value in values)
    return Apply(kind, nullable, "coalesce", lambda _node, sql: call("coalesce", *sql), tuple(values))


def _empty(value: Scalar) -> Scalar:
    """Return whether a value is '' or null (rule 1)."""
    kind = value.type
    if kind.form is Form.SCALAR:
        value = convert(value, STRING) or value
        kind = value.type
    if kind.form is Form.ARRAY:
        # An array without elements is no empty value: isempty(dynamic([])) is false.
        return Constant(BOOL, value=False)
    if kind.kql in (_K.STRING, _K.GUID):
        return apply("isempty", template("empty({0})"), BOOL, value)
    if kind.form is Form.JSON:
        text = convert(value, STRING) or value
        return apply("isempty", template("empty({0})"), BOOL, text)
    if not value.nullable:
        return Constant(BOOL, value=False)
    return apply("isnull", template("isNull({0})"), BOOL, value, nullable=False)


def is_null(value: Scalar) -> Scalar:
    """Return whether a value is null; a string never is (rule 1)."""
    kind = value.type
    if kind.kql is _K.STRING or kind.form is Form.ARRAY:
        return Constant(BOOL, value=False)
    if kind.form is Form.JSON:
        return apply("isnull", template("({0} IN ('', 'null'))"), BOOL, value, nullable=False)
    if kind.kql is _K.GUID:
        return apply("isnull", template("empty({0})"), BOOL, value, nullable=False)
    if kind.form is Form.SCALAR and kind.element in (_K.STRING, _K.GUID):
        return apply("isnull", template("empty({0})"), BOOL, value, nullable=False)
    return apply("isnull", template("isNull({0})"), BOOL, value, nullable=False)


@special("isempty", "empty")
def _is_empty(state: State, node: syntax.Call, row: Row) -> Scalar:
    return _empty(arguments_of(state, node, row, 1)[0])


@special("isnotempty", "notempty")
def _is_not_empty(state: State, node: syntax.Call, row: Row) -> Scalar:
    return negated(_empty(arguments_of(state, node, row, 1)[0]))


@special("isnull")
def _is_null(state: State, node: syntax.Call, row: Row) -> Scalar:
    return is_null(arguments_of(state, node, row, 1)[0])


@special("isnotnull", "notnull")
def _is_not_null(state: State, node: syntax.Call, row: Row) -> Scalar:
    return negated(is_null(arguments_of(state, node, row, 1)[0]))


@special("bin", "floor")
def _bin(state: State, node: syntax.Call, row: Row) -> Scalar:
    if node.name == "floor" and len(node.arguments) == 1:
        value = number_argument(node, arguments_of(state, node, row, 1), 0)
        return apply("floor", template("floor({0})"), value.type, value)
    value, size = arguments_of(state, node, row, 2)
    result = bin_of(value, size)
    if result is None:
        raise wrong_argument(node, 0, "a number, datetime or timespan", value)
    return result


@special("bin_at")
def _bin_at(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 3)
    return _binned_at(node, given)


@special("bin_auto")
def _bin_auto(state: State, node: syntax.Call, row: Row) -> Scalar:
    """A bin as of bin or bin_at, by what `set query_bin_auto_size` and `set query_bin_auto_at` say."""
    value = arguments_of(state, node, row, 1)[0]
    size, fixed = state.settings.get("query_bin_auto_size"), state.settings.get("query_bin_auto_at")
    if size is None:
        reason = "the query must say 'set query_bin_auto_size = ...;' first"
        raise Failure("argument_value", node.start, node.end, name=node.name, position=1, reason=reason)
    if fixed is not None:
        return _binned_at(node, [value, size, fixed])
    result = bin_of(value, size)
    if result is None:
        raise wrong_argument(node, 0, "a number, datetime or timespan", value)
    return result


def _binned_at(node: syntax.Call, given: Sequence[Scalar]) -> Scalar:
    value, size, fixed = given
    kinds = tuple(item.type.kql for item in given)
    if kinds == (_K.DATETIME, _K.TIMESPAN, _K.DATETIME):
        pattern = template(
            "reinterpret(reinterpret({0}, 'Int64') - positiveModulo(reinterpret({0}, 'Int64') - reinterpret({2}, 'Int64'), {1}), "
            "'DateTime64(7, \\'UTC\\')')"
        )
        return apply("bin_at", pattern, DATETIME, value, size, fixed)
    if kinds == (_K.TIMESPAN,) * 3 or set(kinds) <= INTEGERS:
        return apply("bin_at", template("({0} - positiveModulo({0} - {2}, {1}))"), value.type, value, size, fixed)
    value, size, fixed = (number_argument(node, given, i) for i in range(3))
    return apply("bin_at", template("(floor(({0} - {2}) / {1}) * {1} + {2})"), REAL, value, size, fixed)


@special("column_ifexists", "columnifexists")
def _column_if_exists(state: State, node: syntax.Call, row: Row) -> Scalar:
    if len(node.arguments) != 2:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected="2", found=len(node.arguments))
    name = state.bind_scalar(node.arguments[0], row)
    if not isinstance(name, Constant):
        place = node.arguments[0]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=1)
    column = row.fields.get(str(name.value))
    return column if column is not None else state.bind_scalar(node.arguments[1], row)


@special("gettype")
def _get_type(state: State, node: syntax.Call, row: Row) -> Scalar:
    value = arguments_of(state, node, row, 1)[0]
    kind = value.type
    if kind.form is Form.ARRAY:
        return Constant(STRING, "array")
    if kind.form is Form.JSON:
        pattern = template(
            "multiIf({0} IN ('', 'null'), 'null', transform(toString(JSONType({0})), ['Array', 'Object', 'String', 'Bool', 'Int64', "
            "'UInt64', 'Double'], ['array', 'dictionary', 'string', 'bool', 'long', 'long', 'double'], 'string'))"
        )
        return apply("gettype", pattern, STRING, value, nullable=False)
    return Constant(STRING, str(kind.element or kind.kql))


@special("strcat")
def _strcat(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 1, 64)
    texts = [convert(value, STRING) or value for value in given]
    if all(isinstance(text, Constant) for text in texts):
        return Constant(STRING, "".join(str(text.value) for text in texts if isinstance(text, Constant)))
    if len(texts) == 1:
        return texts[0]
    return Apply(
        STRING, nullable=False, name="strcat", sql=lambda _node, sql: call("concat", *sql), arguments=tuple(texts)
    )


@special("hash_md5", "hash_sha1", "hash_sha256", "reverse")
def _of_text(state: State, node: syntax.Call, row: Row) -> Scalar:
    """A function of texts takes any plain value: it means the value's text."""
    value = arguments_of(state, node, row, 1)[0]
    text = None if value.type.kql is _K.DYNAMIC else convert(value, STRING)
    if text is None:
        raise wrong_argument(node, 0, "a plain value", value)
    return apply_overloads(node, FUNCTIONS[node.name], (text,))


@special("strrep")
def _repeated(state: State, node: syntax.Call, row: Row) -> Scalar:
    """strrep(value, times, delimiter): a plain value as text, up to 1,024 times."""
    given = arguments_of(state, node, row, 2, 3)
    text = None if given[0].type.kql is _K.DYNAMIC else convert(given[0], STRING)
    if text is None:
        raise wrong_argument(node, 0, "a plain value", given[0])
    times = number_argument(node, given, 1)
    delimiter = convert(given[2], STRING) if len(given) == 3 else Constant(STRING, "")
    pattern = "if(ifNull({1} >= 1, false), concat(repeat(concat({0}, {2}), toInt64(ifNull(least({1}, 1024), 1)) - 1), {0}), '')"
    return apply(node.name, template(pattern), STRING, text, times, delimiter or given[2], nullable=False)


@special("geo_info_from_ip_address")
def _geo_info(state: State, node: syntax.Call, row: Row) -> Scalar:
    arguments_of(state, node, row, 1)
    state.warn(Failure("geo_unavailable", node.start, node.end))
    return Constant(JSON, None)


@special("datetime_utc_to_local", "datetime_local_to_utc")
def _local_time(state: State, node: syntax.Call, row: Row) -> Scalar:
    moment, zone = arguments_of(state, node, row, 2)
    place = node.arguments[1]
    if not isinstance(zone, Constant) or zone.type.kql is not _K.STRING:
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    if zone.value not in available_timezones():
        reason = f"'{zone.value}' is not a time zone"
        raise Failure("argument_value", place.start, place.end, name=node.name, position=2, reason=reason)
    value = convert(moment, DATETIME) if moment.type.kql in (_K.DATETIME, _K.DYNAMIC) else None
    if value is None:
        raise wrong_argument(node, 0, "datetime", moment)
    pattern = "toDateTime64(toString({0}, {1}), 7, 'UTC')"
    if node.name == "datetime_local_to_utc":
        pattern = "toDateTime64(toDateTime64(toString({0}), 7, {1}), 7, 'UTC')"
    return apply(node.name, template(pattern), DATETIME, value, zone)
