"""Functions over IPv6 addresses; an IPv4 address is read as its mapped one (`::ffff:a.b.c.d`). What is no address gives null or ''."""

from collections.abc import Sequence

from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply
from huntline.kql.sql import Sql, Text, fill
from huntline.kql.types import Form

_ALWAYS, _NEVER = Nulls.ALWAYS, Nulls.NEVER
_PLAIN = "splitByChar('/', trimBoth({0}))[1]"
_DOTTED = "(position({0}, '.') > 0)"
_ADDRESS = (
    "toIPv6OrNull(if("
    + _DOTTED
    + ", concat('::ffff:', replaceRegexpOne("
    + _PLAIN
    + ", '^::(?:ffff:)?', '')), "
    + _PLAIN
    + "))"
)
# The length of a prefix counts 32 bits for an address in dots, 128 for any other.
_BITS = (
    "if(position({0}, '/') > 0, toInt64OrNull(splitByChar('/', trimBoth({0}))[2]) + if(" + _DOTTED + ", 96, 0), 128)"
)
_LOWEST = "IPv6CIDRToRange(ifNull({0}, toIPv6('::')), toUInt8(ifNull(least(greatest({1}, 0), 128), 128))).1"


def _masked(address: Sql, bits: Sql) -> Sql:
    """Return the first address of the network, as bytes; null where one of the two is none."""
    plain = fill(_ADDRESS, address)
    return fill("if(isNull({0}) OR isNull({1}) OR NOT {1} BETWEEN 0 AND 128, NULL, hex(" + _LOWEST + "))", plain, bits)


def _pair(sql: Sequence[Sql]) -> tuple[Sql, Sql]:
    """Return two addresses, each masked by the shortest of their prefixes and the one that is given."""
    bits = fill(
        "least(" + _BITS + ", " + _BITS.replace("{0}", "{1}") + ", {2})",
        sql[0],
        sql[1],
        sql[2] if len(sql) > 2 else Text("128"),
    )
    return _masked(sql[0], bits), _masked(sql[1], bits)


def _compare(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill("toInt64(multiIf({0} = {1}, 0, {0} < {1}, -1, isNull({0}) OR isNull({1}), NULL, 1))", *_pair(sql))


def _is_match(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill("({0} = {1})", *_pair(sql))


def in_range(address: Sql, network: Sql) -> Sql:
    """Return whether an address lies in a network in CIDR notation."""
    bits = fill(_BITS, network)
    return fill("({0} = {1})", _masked(address, bits), _masked(network, bits))


def _in_range(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return in_range(sql[0], sql[1])


def _in_any_range(node: Apply, sql: Sequence[Sql]) -> Sql:
    inside = _in_range(node, (sql[0], Text("_v")))
    if node.arguments[1].type.form is Form.ARRAY:
        return fill("arrayExists(_v -> ifNull({0}, false), {1})", inside, sql[1])
    whole = [fill("ifNull({0}, false)", _in_range(node, (sql[0], item))) for item in sql[1:]]
    result = whole[0]
    for item in whole[1:]:
        result = fill("({0} OR {1})", result, item)
    return result


def _canonical(_node: Apply, sql: Sequence[Sql]) -> Sql:
    bits = fill(_BITS, sql[0]) if len(sql) == 1 else fill("least(" + _BITS + ", {1})", sql[0], sql[1])
    written = "ifNull(arrayStringConcat(extractAll(lower({0}), '....'), ':'), '')"
    return fill(written, fill("assumeNotNull(ifNull({0}, ''))", _masked(sql[0], bits)))


ROWS: tuple[FunctionSpec, ...] = (
    row("ipv6_compare(string, string, long?) long", _compare, nulls=_ALWAYS),
    row("ipv6_is_match(string, string, long?) bool", _is_match, nulls=_ALWAYS),
    row("ipv6_is_in_range(string, string) bool", _in_range, nulls=_ALWAYS),
    row("ipv6_is_in_any_range(string, texts) bool", _in_any_range, nulls=_NEVER),
    row("ipv6_is_in_any_range(string, string, string...) bool", _in_any_range, nulls=_NEVER),
    row("parse_ipv6(string) string", _canonical),
    row("parse_ipv6_mask(string, long) string", _canonical),
)
