"""Functions over IP addresses. An address that is none gives null."""

from collections.abc import Sequence

from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply
from huntline.kql.sql import Sql, fill, sequence, template
from huntline.kql.types import Form, KqlType

_ALWAYS, _NEVER = Nulls.ALWAYS, Nulls.NEVER
_BASE = "toUInt64(IPv4StringToNumOrNull(splitByChar('/', trimBoth({0}))[1]))"
_BITS = "if(position({0}, '/') > 0, toUInt8OrNull(splitByChar('/', trimBoth({0}))[2]), 32)"
ADDRESS, BITS = template(_BASE), template(_BITS)
_SAME_NETWORK = template("(bitShiftRight({0}, 32 - {2}) = bitShiftRight({1}, 32 - {2}))")
_PRIVATE = "(bitShiftRight(A, 24) = 10 OR bitShiftRight(A, 20) = 2753 OR bitShiftRight(A, 16) = 49320)"


def _address(sql: Sql) -> Sql:
    return fill(ADDRESS, sql)


def in_range(address: Sql, network: Sql) -> Sql:
    """Return whether an IPv4 address lies in a network in CIDR notation."""
    return fill(_SAME_NETWORK, _address(address), _address(network), fill(BITS, network))


def _in_range(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return in_range(sql[0], sql[1])


def _is_match(_node: Apply, sql: Sequence[Sql]) -> Sql:
    bits = fill("least({0}, {1})", fill(BITS, sql[0]), fill(BITS, sql[1]))
    if len(sql) == 3:
        bits = fill("least({0}, {1})", bits, sql[2])
    return fill(_SAME_NETWORK, _address(sql[0]), _address(sql[1]), bits)


def _compare(_node: Apply, sql: Sequence[Sql]) -> Sql:
    bits = fill("least({0}, {1})", fill(BITS, sql[0]), fill(BITS, sql[1]))
    if len(sql) == 3:
        bits = fill("least({0}, {1})", bits, sql[2])
    shifted = [fill("toInt64(bitShiftRight({0}, 32 - {1}))", _address(item), bits) for item in sql[:2]]
    return fill("sign({0} - {1})", shifted[0], shifted[1])


def _in_any_range(node: Apply, sql: Sequence[Sql]) -> Sql:
    networks = sql[1] if node.arguments[1].type.form is Form.ARRAY else sequence(sql[1:], ", ", "[", "]")
    element = fill(_SAME_NETWORK, _address(sql[0]), fill(_BASE.replace("{0}", "_v")), fill(_BITS.replace("{0}", "_v")))
    return fill("arrayExists(_v -> ifNull({0}, false), {1})", element, networks)


def _masked(node: Apply, sql: Sequence[Sql]) -> tuple[Sql, Sql]:
    """Return an address, as text or number, with the bits behind its prefix cleared, and the prefix; NULL where either is none."""
    if node.arguments[0].type.kql is KqlType.STRING:
        address, bits = _address(sql[0]), fill(BITS, sql[0])
    else:
        address, bits = fill("if({0} BETWEEN 0 AND 4294967295, toUInt64({0}), NULL)", sql[0]), fill("32")
    if len(sql) > 1:
        bits = fill("if({1} BETWEEN 0 AND 32, least({0}, toUInt8({1})), NULL)", bits, sql[1])
    return fill("if({1} = 0, 0, bitShiftLeft(bitShiftRight({0}, 32 - {1}), 32 - {1}))", address, bits), bits


def _format(node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill("ifNull(IPv4NumToString(toUInt32({0})), '')", _masked(node, sql)[0])


def _format_mask(node: Apply, sql: Sequence[Sql]) -> Sql:
    masked, bits = _masked(node, sql)
    return fill("ifNull(concat(IPv4NumToString(toUInt32({0})), '/', toString({1})), '')", masked, bits)


# The words of a text that are whole IPv4 addresses; a dot at the end belongs to the sentence.
_WORDS = "arrayFilter(_w -> isIPv4String(_w), arrayMap(_w -> trim(BOTH '.' FROM _w), extractAll({0}, '[0-9A-Za-z.]+')))"
_IS_PREFIX = "(isIPv4String(_v) OR match(_v, '^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])[.]){1,3}$'))"


def _has_any(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill(f"hasAny({_WORDS}, arrayFilter(_v -> isIPv4String(_v), {{1}}))", sql[0], _listed(_node, sql))


def _has_any_prefix(_node: Apply, sql: Sequence[Sql]) -> Sql:
    begins = f"arrayExists(_v -> {_IS_PREFIX} AND arrayExists(_w -> startsWith(_w, _v), {_WORDS}), {{1}})"
    return fill(begins, sql[0], _listed(_node, sql))


def _listed(node: Apply, sql: Sequence[Sql]) -> Sql:
    return sql[1] if node.arguments[1].type.form is Form.ARRAY else sequence(sql[1:], ", ", "[", "]")


# The next block starts where the last one ended; it is as large as its start is aligned to and as fits.
_BLOCK_BITS = (
    "toUInt8(least(if(_s.1 = 0, 32, bitCount(bitXor(_s.1, _s.1 - 1)) - 1), floor(log2(toFloat64(_s.2 - _s.1 + 1)))))"
)
_BLOCKS = (
    "arrayFold((_s, _i) -> if(_s.1 > _s.2, _s, (toUInt64(_s.1 + bitShiftLeft(toUInt64(1), BITS)), _s.2, "
    "arrayPushBack(_s.3, concat(IPv4NumToString(toUInt32(_s.1)), '/', toString(32 - BITS))))), range(64), "
    "(toUInt64(ifNull(START, 1)), toUInt64(ifNull(END, 0)), emptyArrayString())).3"
).replace("BITS", _BLOCK_BITS)


ROWS: tuple[FunctionSpec, ...] = (
    row("parse_ipv4(string) long", f"toInt64({_BASE})", nulls=_ALWAYS),
    row("ipv4_is_private(string) bool", _PRIVATE.replace("A", _BASE), nulls=_ALWAYS),
    row("ipv4_is_in_range(string, string) bool", _in_range, nulls=_ALWAYS),
    row("ipv4_is_match(string, string, long?) bool", _is_match, nulls=_ALWAYS),
    row("ipv4_compare(string, string, long?) long", _compare, nulls=_ALWAYS),
    row("ipv4_is_in_any_range(string, texts) bool", _in_any_range, nulls=_NEVER),
    row("ipv4_is_in_any_range(string, string, string...) bool", _in_any_range, nulls=_NEVER),
    row("ipv4_netmask_suffix(string) long", f"toInt64({_BITS})", nulls=_ALWAYS),
    row("format_ipv4(string, long?) string", _format),
    row("format_ipv4(long, long?) string", _format),
    row("format_ipv4_mask(long, long?) string", _format_mask),
    row("format_ipv4_mask(string, long?) string", _format_mask),
    row(
        "has_ipv4(string, string) bool",
        "(isIPv4String({1}) AND match({0}, concat('(?:^|[^0-9A-Za-z.])', regexpQuoteMeta({1}), '(?:$|[^0-9A-Za-z.]|\\\\.(?:$|[^0-9]))')))",
        nulls=_NEVER,
    ),
    row("has_any_ipv4(string, texts) bool", _has_any, nulls=_NEVER),
    row("has_any_ipv4(string, string, string...) bool", _has_any, nulls=_NEVER),
    row("has_ipv4_prefix(string, string) bool", _has_any_prefix, nulls=_NEVER),
    row("has_any_ipv4_prefix(string, texts) bool", _has_any_prefix, nulls=_NEVER),
    row("has_any_ipv4_prefix(string, string, string...) bool", _has_any_prefix, nulls=_NEVER),
    row(
        "parse_ipv4_mask(string, long) long",
        f"if({{1}} BETWEEN 0 AND 32, toInt64(bitShiftLeft(bitShiftRight({_BASE}, 32 - {{1}}), 32 - {{1}})), NULL)",
        nulls=_ALWAYS,
    ),
    row(
        "ipv4_range_to_cidr_list(string, string) array:string",
        _BLOCKS.replace("START", _BASE).replace("END", _BASE.replace("{0}", "{1}")),
    ),
)
