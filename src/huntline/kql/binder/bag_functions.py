"""Functions that change bags and shift or split arrays (rule 6)."""

import re
from collections.abc import Sequence

from huntline.kql import syntax
from huntline.kql.binder.calls import special
from huntline.kql.binder.forms import arguments_of, whole_argument, wrong_argument
from huntline.kql.binder.packing import as_array
from huntline.kql.binder.state import Row, State
from huntline.kql.diagnostics import Failure
from huntline.kql.functions.conversions import apply, convert, to_strict_json
from huntline.kql.plan import Apply, Constant, Scalar
from huntline.kql.sql import Sql, call, fill, string, template
from huntline.kql.types import BOOL, INTEGERS, JSON, LONG, STRING, KqlType, array_of

_K = KqlType
_DYNAMICS = array_of(_K.DYNAMIC)
_MEMBERS = "JSONExtractKeysAndValuesRaw({0})"
# The members of a list of pairs as an object. The braces are codes, because clients look for `{name:type}` in the text.
_OBJECT = (
    "concat(char(123), arrayStringConcat(arrayMap(_m -> concat(toJSONString(_m.1), ':', _m.2), {0}), ','), char(125))"
)


def _bag(node: syntax.Call, given: Sequence[Scalar], position: int) -> Scalar:
    """Return an argument as the JSON of a bag."""
    value = given[position]
    text = convert(value, JSON) if value.type.kql is _K.DYNAMIC else None
    if text is None:
        raise wrong_argument(node, position, "dynamic", value)
    return text


def _steps(node: syntax.Call, position: int, path: str) -> tuple[str, ...]:
    """Return the properties on a path: `$.a.b` goes inwards, any other text is one name."""
    if not path.startswith("$"):
        return (path,)
    steps = re.findall(r"\.([^.\[\]]+)|\[['\"]([^'\"]+)['\"]\]", path)
    if not steps or "".join(re.split(r"\.[^.\[\]]+|\[['\"][^'\"]+['\"]\]", path[1:])):
        place = node.arguments[position]
        reason = f"'{path}' is not a path of property names"
        raise Failure("argument_value", place.start, place.end, name=node.name, position=position + 1, reason=reason)
    return tuple(dotted or quoted for dotted, quoted in steps)


@special("bag_merge")
def _bag_merge(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The members of all bags; of equal names the leftmost stays."""
    given = arguments_of(state, node, row, 2, 64)
    bags = tuple(_bag(node, given, i) for i in range(len(given)))

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        members = call("arrayConcat", *(fill(_MEMBERS, item) for item in sql))
        first = "arrayFilter((_m, _n) -> _n = 1, _a, arrayEnumerateUniq(arrayMap(_m -> _m.1, _a)))"
        return fill(f"arrayMap(_a -> {_OBJECT.replace('{0}', first)}, [{{0}}])[1]", members)

    return Apply(JSON, nullable=False, name=node.name, sql=build, arguments=bags)


@special("bag_remove_keys")
def _bag_remove_keys(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    if not isinstance(given[1], Constant):
        return _without_names(node, given)
    keys = given[1].value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise wrong_argument(node, 1, "an array of names", given[1])
    paths = [_steps(node, 1, key) for key in keys]

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        result = sql[0]
        for path in paths:
            result = _without(result, path, 0)
        return result

    return Apply(JSON, nullable=False, name=node.name, sql=build, arguments=(_bag(node, given, 0),))


def _without_names(node: syntax.Call, given: Sequence[Scalar]) -> Scalar:
    """Return a bag without the properties that an array of the row names; paths are known only where the array is constant."""
    names = as_array(given[1], _K.STRING) if given[1].type.kql is _K.DYNAMIC else None
    if names is None:
        raise wrong_argument(node, 1, "dynamic", given[1])
    kept = f"arrayFilter(_m -> NOT has({{1}}, _m.1), {_MEMBERS})"
    return apply(node.name, template(_OBJECT.replace("{0}", kept)), JSON, _bag(node, given, 0), names, nullable=False)


def _without(bag: Sql, path: tuple[str, ...], depth: int) -> Sql:
    """Return a bag without the property at the end of a path."""
    member = f"_p{depth}"
    members = fill(_MEMBERS, bag)
    if len(path) == 1:
        return fill(_OBJECT, fill(f"arrayFilter({member} -> {member}.1 != {{1}}, {{0}})", members, string(path[0])))
    inner = _without(fill(f"{member}.2"), path[1:], depth + 1)
    inside = f"if({member}.1 = {{1}} AND JSONType({member}.2) = 'Object', {{2}}, {member}.2)"
    return fill(_OBJECT, fill(f"arrayMap({member} -> ({member}.1, {inside}), {{0}})", members, string(path[0]), inner))


@special("bag_has_key")
def _bag_has_key(state: State, node: syntax.Call, row: Row) -> Scalar:
    given = arguments_of(state, node, row, 2)
    key = given[1].value if isinstance(given[1], Constant) else None
    if not isinstance(key, str):
        place = node.arguments[1]
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    steps = _steps(node, 1, key)

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        return fill("({0} = 1)", call("JSONHas", sql[0], *(string(step) for step in steps)))

    return Apply(BOOL, nullable=False, name=node.name, sql=build, arguments=(_bag(node, given, 0),))


@special("bag_set_key")
def _bag_set_key(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Set a property, by its name or by a path of names; what is no bag gives null."""
    given = arguments_of(state, node, row, 3)
    key = convert(given[1], STRING) if given[1].type.kql is _K.STRING else None
    if key is None:
        raise wrong_argument(node, 1, "string", given[1])
    steps = _steps(node, 1, str(key.value)) if isinstance(key, Constant) else None

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        path = [sql[1]] if steps is None else [string(step) for step in steps]
        return fill("if(JSONType({0}) = 'Object', {1}, '')", sql[0], _with(sql[0], path, sql[2], 0))

    arguments = (_bag(node, given, 0), key, to_strict_json(given[2]))
    return Apply(JSON, nullable=False, name=node.name, sql=build, arguments=arguments)


def _with(bag: Sql, path: Sequence[Sql], value: Sql, depth: int) -> Sql:
    """Return a bag with the property at the end of a path set; bags on the way are made where there are none."""
    member = f"_p{depth}"
    members = fill(_MEMBERS, bag)
    inner = value
    if len(path) > 1:
        inside = f"arrayFirst({member} -> {member}.1 = {{1}}, {{0}}).2"
        inner = _with(fill(inside, members, path[0]), path[1:], value, depth + 1)
    known = f"arrayExists({member} -> {member}.1 = {{1}}, {{0}})"
    changed = f"arrayMap({member} -> if({member}.1 = {{1}}, ({member}.1, {{2}}), {member}), {{0}})"
    pairs = fill(f"if({known}, {changed}, arrayPushBack({{0}}, ({{1}}, {{2}})))", members, path[0], inner)
    return fill(_OBJECT, pairs)


@special("bag_zip")
def _bag_zip(state: State, node: syntax.Call, row: Row) -> Scalar:
    """A bag of names and values; a name without a value gets null."""
    given = arguments_of(state, node, row, 2)
    keys, values = as_array(given[0], _K.STRING), as_array(given[1], _K.DYNAMIC)
    if keys is None or values is None:
        raise wrong_argument(node, 0 if keys is None else 1, "dynamic", given[0 if keys is None else 1])
    pairs = "arrayMap((_k, _v) -> (_k, _v), {0}, arrayResize({1}, length({0}), 'null'))"
    return apply(node.name, template(_OBJECT.replace("{0}", pairs)), JSON, keys, values, nullable=False)


@special("array_shift_left", "array_shift_right")
def _array_shift(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Shift an array; what comes in is null or the value that is given."""
    given = arguments_of(state, node, row, 2, 3)
    array = as_array(given[0], _K.DYNAMIC)
    if array is None:
        raise wrong_argument(node, 0, "dynamic", given[0])
    count = whole_argument(node, given, 1)
    value = to_strict_json(given[2]) if len(given) == 3 else Constant(JSON, None)
    name = "arrayShiftLeft" if node.name == "array_shift_left" else "arrayShiftRight"
    pattern = template(f"{name}({{0}}, toInt64(ifNull({{1}}, 0)), if({{2}} = '', 'null', {{2}}))")
    return apply(node.name, pattern, _DYNAMICS, array, count, value, nullable=False)


@special("array_split")
def _array_split(state: State, node: syntax.Call, row: Row) -> Scalar:
    """Split an array in front of the given positions; a negative one counts from the end."""
    given = arguments_of(state, node, row, 2)
    array = as_array(given[0], _K.DYNAMIC)
    if array is None:
        raise wrong_argument(node, 0, "dynamic", given[0])
    if given[1].type.kql in INTEGERS:
        places = apply("places", template("[toInt64(ifNull({0}, 0))]"), array_of(_K.LONG), given[1], nullable=False)
    else:
        texts = as_array(given[1], _K.DYNAMIC) if given[1].type.kql is _K.DYNAMIC else None
        if texts is None:
            raise wrong_argument(node, 1, "long or dynamic", given[1])
        places = apply(
            "places", template("arrayMap(_e -> JSONExtractInt(_e), {0})"), array_of(LONG.kql), texts, nullable=False
        )
    ends = "arrayMap(_p -> least(greatest(if(_p < 0, toInt64(length({0})) + _p, _p), 0), toInt64(length({0}))), {1})"
    bounds = f"arraySort(arrayConcat([toInt64(0)], {ends}, [toInt64(length({{0}}))]))"
    part = "concat('[', arrayStringConcat(arraySlice({0}, _l + 1, _h - _l), ','), ']')"
    pattern = f"arrayMap(_b -> arrayMap((_l, _h) -> {part}, arrayPopBack(_b), arrayPopFront(_b)), [{bounds}])[1]"
    return apply(node.name, template(pattern), _DYNAMICS, array, places, nullable=False)
