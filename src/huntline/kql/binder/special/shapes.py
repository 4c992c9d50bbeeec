"""treepath and buildschema: which paths and types the values of a dynamic have, down to a bounded depth (rule 6)."""

from huntline.kql import syntax
from huntline.kql.binder.calls import aggregate_special, special
from huntline.kql.binder.forms import arguments_of, wrong_argument
from huntline.kql.binder.state import Row, State
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import Scalar
from huntline.kql.sql import template
from huntline.kql.types import JSON, KqlType, array_of

_K = KqlType
_DEPTH = 24
_MEMBERS = "JSONExtractKeysAndValuesRaw({})"


def _json(node: syntax.Call, given: list[Scalar]) -> Scalar:
    text = convert(given[0], JSON) if given[0].type.kql is _K.DYNAMIC else None
    if text is None:
        raise wrong_argument(node, 0, "dynamic", given[0])
    return text


# Places as (path, value); '' is the value of a place that needs no further look. Each step opens the bags and arrays there are.
_OPENED = (
    "arrayFlatten(arrayMap(_n -> multiIf(_n.2 != '' AND JSONType(_n.2) = 'Object', "
    f"arrayMap(_m -> (concat(_n.1, '[\\'', _m.1, '\\']'), _m.2), {_MEMBERS.format('_n.2')}), "
    "_n.2 != '' AND JSONType(_n.2) = 'Array', "
    "arrayConcat([(_n.1, '')], arrayMap(_e -> (concat(_n.1, '[0]'), _e), JSONExtractArrayRaw(_n.2))), [(_n.1, '')]), _s))"
)


@special("treepath")
def _treepath(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The paths to all leaves; the elements of an array share the path of its first."""
    value = _json(node, arguments_of(state, node, row, 1))
    walked = f"arrayFold((_s, _i) -> {_OPENED}, range({_DEPTH}), [('', {{0}})])"
    pattern = f"arrayFilter(_p -> _p != '', arrayDistinct(arrayMap(_n -> _n.1, {walked})))"
    return apply(node.name, template(pattern), array_of(_K.STRING), value, nullable=False)


# Leaves as (steps, type); the step into an array has a name that no property has here.
_INDEXER = "`indexer`"
_TYPE = "concat('\"', transform(toString(JSONType(_n.2)), ['String', 'Bool', 'Double'], ['string', 'bool', 'double'], 'long'), '\"')"
_LEAVES = (
    "arrayFlatten(arrayMap(_n -> multiIf(_n.2 = '', [_n], _n.2 = 'null', CAST([], 'Array(Tuple(Array(String), String, String))'), "
    "JSONType(_n.2) = 'Object', "
    f"arrayMap(_m -> (arrayPushBack(_n.1, _m.1), _m.2, ''), {_MEMBERS.format('_n.2')}), JSONType(_n.2) = 'Array', "
    f"arrayMap(_e -> (arrayPushBack(_n.1, '{_INDEXER}'), _e, ''), JSONExtractArrayRaw(_n.2)), [(_n.1, '', {_TYPE})]), _s))"
)
# From the deepest level up, the places of one parent become a container among the types of that parent.
_TYPES = (
    "arrayMap(_t -> if(length(_t) = 1, _t[1], concat('[', arrayStringConcat(_t, ','), ']')), "
    "[arrayDistinct(arrayMap(_q -> _q.2, arrayFilter(_q -> _q.1 = WANTED, _s)))])[1]"
)
_CONTAINER = (
    "concat(char(123), arrayStringConcat(arrayMap(_k -> concat(toJSONString(_k[-1]), ':', "
    + _TYPES.replace("WANTED", "_k")
    + "), arrayDistinct(arrayMap(_q -> _q.1, arrayFilter(_q -> length(_q.1) = _d AND arrayPopBack(_q.1) = _f, _s)))), ','), char(125))"
)
_FOLDED = (
    "arrayConcat(arrayFilter(_q -> length(_q.1) != _d, _s), arrayMap(_f -> (_f, "
    + _CONTAINER
    + "), arrayDistinct(arrayMap(_q -> arrayPopBack(_q.1), arrayFilter(_q -> length(_q.1) = _d, _s)))))"
)
_GATHERED = (
    "arrayMap(_n -> (_n.1, _n.3), arrayFilter(_n -> _n.3 != '', arrayDistinct(arrayFold((_s, _i) -> "
    + _LEAVES
    + f", range({_DEPTH}), [(emptyArrayString(), {{0}}, '')]))))"
)
_SCHEMA = (
    f"arrayMap(_s -> {_TYPES.replace('WANTED', 'emptyArrayString()')}, "
    f"[arrayFold((_s, _d) -> {_FOLDED}, reverse(range(1, {_DEPTH} + 1)), arrayDistinct(groupArrayArray({_GATHERED})))])[1]"
)


@aggregate_special("buildschema")
def _buildschema(state: State, node: syntax.Call, row: Row) -> Scalar:
    """The least schema that all values fit; types stand in the order in which they come."""
    value = _json(node, arguments_of(state, node, row, 1))
    return apply(node.name, template(_SCHEMA), JSON, value, nullable=False)
