"""Functions that make, take apart and compare dynamic values (rule 6)."""

import re
from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.calls import bind_overloads, special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.naming import implied_name
from huntline.kql.binder.scalars import step_into
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.functions.regex import regex_fault
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import Sql, call, fill, sequence, string, template
from huntline.kql.types import (
    BOOL,
    JSON,
    LONG,
    NUMBERS,
    PLAIN,
    REAL,
    STRING,
    TIMESPAN,
    Form,
    KqlType,
    ValueType,
    array_of,
)

_K = KqlType
_TEXTS = (_K.STRING, _K.GUID)


def as_array(value: Scalar, element: KqlType | None = None) -> Scalar | None:
    """Return a dynamic in array form, with elements of a type where one is asked for."""
    if value.type.form is Form.ARRAY and element in (None, value.type.element):
        return value
    return convert(value, array_of(element or _K.DYNAMIC))


def _array_argument(
    node: syntax.Call, given: Sequence[Scalar], position: int, element: KqlType | None = None
) -> Scalar:
    array = as_array(given[position], element)
    if array is None:
        raise wrong_argument(node, position, "dynamic", given[position])
    return array


@special("pack_array")
def _pack_array(state: State, node: syntax.Call, row: Row) -> Scalar:
    if len(node.arguments) == 1 and isinstance(node.arguments[0], syntax.Star):
        return array_from(list(row.fields.values()))
    return array_from(arguments_of(state, node, row, 0, 1000))


def array_from(values: list[Scalar]) -> Scalar:
    """Return an array of values: of their own type where they share one, else of JSON texts."""
    kinds = {value.type.kql for value in values}
    if len(kinds) == 1 and not kinds & {_K.DYNAMIC}:
        element = kinds.pop()
        if all(isinstance(value, Constant) for value in values) and element is _K.STRING:
            return Constant(array_of(_K.STRING), [value.value for value in values if isinstance(value, Constant)])
        return Apply(array_of(element), nullable=False, name="pack_array", sql=_bracketed, arguments=tuple(values))
    texts = tuple(to_strict_json(value) for value in values)
    if not texts:
        return Constant(array_of(_K.STRING), [])
    return Apply(array_of(_K.DYNAMIC), nullable=False, name="pack_array", sql=_bracketed, arguments=texts)


def _bracketed(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return sequence(sql, ", ", "[", "]")


@special("pack", "bag_pack", "pack_dictionary")
def _bag_pack(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 0, 1000)
    if len(given) % 2:
        raise Failure(
            "argument_count", node.start, node.end, name=node.name, expected="an even number of", found=len(given)
        )
    return bag_from([(given[i], given[i + 1]) for i in range(0, len(given), 2)])


def bag_from(members: list[tuple[Scalar, Scalar]]) -> Scalar:
    """Return the JSON object of names and values."""
    if not members:
        return Constant(JSON, {})
    arguments: list[Scalar] = []
    for name, value in members:
        arguments.append(convert(name, STRING) or name)
        arguments.append(to_strict_json(value))
    return Apply(JSON, nullable=False, name="bag_pack", sql=_braced, arguments=tuple(arguments))


def _braced(_node: Apply, sql: Sequence[Sql]) -> Sql:
    parts = [fill("concat(toJSONString({0}), ':', {1})", sql[i], sql[i + 1]) for i in range(0, len(sql), 2)]
    # The braces of the JSON are written as codes, because clients look for `{name:type}` in the text.
    return fill("concat(char(123), {0}, char(125))", _comma_separated(parts))


def _comma_separated(parts: list[Sql]) -> Sql:
    return parts[0] if len(parts) == 1 else fill("arrayStringConcat({0}, ',')", sequence(parts, ", ", "[", "]"))


@special("pack_all", "bag_pack_columns")
def _pack_all(state: State, node: syntax.Call, row: Row) -> Scalar:
    members: list[tuple[Scalar, Scalar]] = []
    if node.name == "bag_pack_columns":
        given = arguments_of(state, node, row, 1, 1000)
        for argument, value in zip(node.arguments, given, strict=True):
            members.append((Constant(STRING, implied_name(argument) or ""), value))
        return bag_from(members)
    given = arguments_of(state, node, row, 0, 1)
    members = [(Constant(STRING, name), column) for name, column in row.fields.items()]
    if not given or not isinstance(given[0], Constant) or not given[0].value:
        return bag_from(members)
    parts: list[Scalar] = []
    for name, value in members:
        parts.extend((name, to_strict_json(value)))
    return Apply(JSON, nullable=False, name="pack_all", sql=_braced_without_nulls, arguments=tuple(parts))


def _braced_without_nulls(_node: Apply, sql: Sequence[Sql]) -> Sql:
    parts = [
        fill("if({1} IN ('', 'null', '\"\"'), '', concat(toJSONString({0}), ':', {1}))", sql[i], sql[i + 1])
        for i in range(0, len(sql), 2)
    ]
    filtered = fill("arrayStringConcat(arrayFilter(_m -> _m != '', {0}), ',')", sequence(parts, ", ", "[", "]"))
    return fill("concat(char(123), {0}, char(125))", filtered)


@special("array_length", "arraylength")
def _array_length(state: State, node: syntax.Call, row: Row) -> Scalar:
    value = arguments_of(state, node, row, 1)[0]
    if value.type.form is Form.ARRAY:
        return apply("array_length", template("toInt64(length({0}))"), LONG, value, nullable=False)
    text = convert(value, JSON)
    if text is None:
        raise wrong_argument(node, 0, "dynamic", value)
    pattern = template("if(JSONType({0}) = 'Array', toInt64(JSONLength({0})), NULL)")
    return apply("array_length", pattern, LONG, text, nullable=True)


@special("array_concat", "set_union")
def _array_concat(state: State, node: syntax.Call, row: Row) -> Scalar:
    arrays, kind = _together(node, arguments_of(state, node, row, 1, 64))
    joined = Apply(
        kind,
        nullable=False,
        name="array_concat",
        sql=lambda _node, sql: call("arrayConcat", *sql),
        arguments=tuple(arrays),
    )
    return joined if node.name == "array_concat" else apply("set_union", template("arrayDistinct({0})"), kind, joined)


def _together(node: syntax.Call, given: Sequence[Scalar]) -> tuple[list[Scalar], ValueType]:
    """Return arrays with elements of one type."""
    elements = {value.type.element for value in given if value.type.form is Form.ARRAY}
    constants = [value for value in given if isinstance(value, Constant)]
    texts = all(isinstance(value.value, list) and all(isinstance(i, str) for i in value.value) for value in constants)
    element = _K.DYNAMIC
    if len(elements) == 1 and all(value.type.form is Form.ARRAY or isinstance(value, Constant) for value in given):
        only = elements.pop() or _K.DYNAMIC
        if not constants or (only is _K.STRING and texts):
            element = only
    arrays = [_array_argument(node, given, i, element) for i in range(len(given))]
    return arrays, array_of(element)


_SETS = {"set_intersect": "arrayIntersect", "set_difference": ""}


@special(*_SETS)
def _set_operation(state: State, node: syntax.Call, row: Row) -> Scalar:
    arrays, kind = _together(node, arguments_of(state, node, row, 2, 64))
    if node.name == "set_intersect":
        return Apply(
            kind,
            nullable=False,
            name=node.name,
            sql=lambda _node, sql: call("arrayIntersect", *sql),
            arguments=tuple(arrays),
        )
    result = apply("array_distinct", template("arrayDistinct({0})"), kind, arrays[0])
    for other in arrays[1:]:
        result = apply("set_difference", template("arrayFilter(_e -> NOT has({1}, _e), {0})"), kind, result, other)
    return result


@special("set_has_element")
def _has_element(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    array, value = given[0], given[1]
    if array.type.form is Form.ARRAY and array.type.element is value.type.kql and value.type.kql is not _K.DYNAMIC:
        found: tuple[Scalar, Scalar] = (array, value)
    else:
        found = (_array_argument(node, given, 0, _K.DYNAMIC), to_strict_json(value))
    return apply("set_has_element", template("has({0}, {1})"), BOOL, *found, nullable=False)


@special("jaccard_index")
def _jaccard(state: State, node: syntax.Call, row: Row) -> Scalar:
    arrays, _ = _together(node, arguments_of(state, node, row, 2))
    pattern = template("(length(arrayIntersect({0}, {1})) / nullIf(length(arrayDistinct(arrayConcat({0}, {1}))), 0))")
    return apply("jaccard_index", pattern, REAL, *arrays, nullable=True)


@special("array_iff", "array_iif")
def _array_iff(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 3)
    conditions = _array_argument(node, given, 0, _K.DYNAMIC)
    branches = [as_array(value, _K.DYNAMIC) if value.type.kql is _K.DYNAMIC else None for value in given[1:]]
    scalars = [to_strict_json(value) for value in given[1:]]
    parts: list[Scalar] = [conditions]
    names: list[str] = []
    for i, branch in enumerate(branches):
        parts.append(branch if branch is not None else scalars[i])
        names.append(f"arrayElement({{{i + 1}}}, _i)" if branch is not None else f"{{{i + 1}}}")
    pattern = template(
        f"arrayMap((_e, _i) -> if(_e = 'true' OR JSONExtract(_e, 'Float64') != 0, {names[0]}, {names[1]}), {{0}}, arrayEnumerate({{0}}))"
    )
    return apply(node.name, pattern, array_of(_K.DYNAMIC), *parts, nullable=False)


@special("zip")
def _zip(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2, 16)
    arrays = [_array_argument(node, given, i, _K.DYNAMIC) for i in range(len(given))]

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        longest = call("greatest", *(fill("length({0})", item) for item in sql))
        cells = [fill("if(_i > length({0}), 'null', {0}[_i])", item) for item in sql]
        inner = sequence(cells, ", ", "[", "]")
        return fill("arrayMap(_i -> concat('[', arrayStringConcat({0}, ','), ']'), range(1, {1} + 1))", inner, longest)

    return Apply(array_of(_K.DYNAMIC), nullable=False, name="zip", sql=build, arguments=tuple(arrays))


@special("range")
def _range(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2, 3)
    low, high = given[0], given[1]
    kind = low.type.kql
    kinds = {item.type.kql for item in given}
    if not (kinds <= NUMBERS or (kind is high.type.kql is _K.DATETIME and kinds <= {_K.DATETIME, _K.TIMESPAN})):
        raise wrong_argument(node, 0, "a number or datetime", low)
    if kind is _K.DATETIME:
        step = given[2] if len(given) == 3 else Constant(TIMESPAN, 36_000_000_000)
        ticks = "range(reinterpret({0}, 'Int64'), reinterpret({1}, 'Int64') + 1, {2})"
        pattern = template(f"arrayMap(_t -> reinterpret(_t, 'DateTime64(7, \\'UTC\\')'), {ticks})")
        return apply("range", pattern, array_of(_K.DATETIME), low, high, step, nullable=False)
    step = given[2] if len(given) == 3 else Constant(PLAIN[kind], 1)
    if _K.REAL in (kind, high.type.kql, step.type.kql):
        pattern = template("arrayMap(_i -> {0} + _i * {2}, range(toUInt64(floor(({1} - {0}) / {2}) + 1)))")
        return apply("range", pattern, array_of(_K.REAL), low, high, step, nullable=False)
    pattern = template(
        "range(ifNull(toInt64({0}), 0), ifNull(toInt64({1}) + if({2} > 0, 1, -1), 0), ifNull(toInt64({2}), 1))"
    )
    return apply("range", pattern, array_of(kind), low, high, step, nullable=False)


# JSON paths as text


_PATH = re.compile(r"\.([^.\[\]]+)|\[\s*(?:'([^']*)'|\"([^\"]*)\"|(-?\d+))\s*\]")


@special("extract_json", "extractjson")
def _extract_json(state: State, node: syntax.Call, row: Row) -> Scalar:
    if len(node.arguments) not in (2, 3):
        raise Failure(
            "argument_count", node.start, node.end, name=node.name, expected="2 to 3", found=len(node.arguments)
        )
    path = state.bind_scalar(node.arguments[0], row)
    if not isinstance(path, Constant):
        place = node.arguments[0]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=1)
    text = state.bind_scalar(node.arguments[1], row)
    value: Scalar = convert(text, JSON) or text
    for found in _PATH.finditer(str(path.value).removeprefix("$")):
        name, single, double, number = found.groups()
        value = step_into(value, int(number) if number is not None else name or single or double or "", node)
    wanted = STRING
    if len(node.arguments) == 3 and isinstance(node.arguments[2], syntax.TypeOf):
        wanted = PLAIN[node.arguments[2].type]
    return convert(value, wanted) or value


@special("extract")
def _extract(state: State, node: syntax.Call, row: Row) -> Scalar:
    """extract(regex, group, text, typeof(...)): the last argument says what the text becomes."""
    last = node.arguments[-1] if node.arguments else node
    bare = syntax.Call(node.start, node.end, node.name, node.arguments[:3])
    found = bind_overloads(state, bare, FUNCTIONS["extract"], row)
    if len(node.arguments) < 4:
        return found
    if not isinstance(last, syntax.TypeOf):
        raise Failure(
            "argument_type", last.start, last.end, name=node.name, position=4, expected="typeof()", found="expression"
        )
    return convert(found, PLAIN[last.type]) or found


@special("extract_all", "extractall")
def _extract_all(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2, 3)
    pattern, text = given[0], convert(given[-1], STRING)
    if not isinstance(pattern, Constant) or text is None:
        place = node.arguments[0]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=1)
    expression = str(pattern.value)
    if (fault := regex_fault(expression)) is not None:
        raise Failure("invalid_regex", node.arguments[0].start, node.arguments[0].end, reason=fault)
    groups = len(re.findall(r"(?<!\\)(?:\\\\)*\((?!\?(?!P?<))", expression))
    bound = f"(?-s){expression}"
    chosen = given[1].value if len(given) == 3 and isinstance(given[1], Constant) else None
    if groups <= 1:
        return Apply(
            array_of(_K.STRING),
            nullable=False,
            name="extract_all",
            sql=lambda _node, sql: call("extractAll", sql[0], string(bound)),
            arguments=(text,),
        )
    whole = "extractAllGroupsVertical"
    if isinstance(chosen, list):
        named = re.findall(r"(?<!\\)\((?:\?P?<(\w+)>|(?!\?))", expression)
        places = [named.index(i) + 1 if i in named else i for i in chosen]
        wanted = ", ".join(f"_g[{int(i)}]" for i in places if isinstance(i, int))
        shape = f"arrayMap(_g -> toJSONString([{wanted}]), {whole}({{0}}, {{1}}))"
    else:
        shape = f"arrayMap(_g -> toJSONString(_g), {whole}({{0}}, {{1}}))"
    return Apply(
        array_of(_K.DYNAMIC),
        nullable=False,
        name="extract_all",
        sql=lambda _node, sql: fill(shape, sql[0], string(bound)),
        arguments=(text,),
    )


@special("has_any_index")
def _has_any_index(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    text, needles = convert(given[0], STRING), as_array(given[1], _K.STRING)
    if text is None or needles is None:
        raise wrong_argument(node, 1, "dynamic", given[1])
    pattern = template(
        "(toInt64(arrayFirstIndex(_v -> match({0}, concat('(?i)(?:^|[^0-9A-Za-z])', regexpQuoteMeta(_v), '(?:$|[^0-9A-Za-z])')), {1})) - 1)"
    )
    return apply("has_any_index", pattern, LONG, text, needles, nullable=False)
