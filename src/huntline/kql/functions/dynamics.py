"""Functions over dynamic values (rule 6)."""

from collections.abc import Sequence

from huntline.kql.functions.spec import FunctionSpec, row
from huntline.kql.plan import Apply, Constant
from huntline.kql.sql import Sql, fill


def _split(node: Apply, sql: Sequence[Sql]) -> Sql:
    delimiter = node.arguments[1]
    parts = fill("splitByString({1}, {0})", sql[0], sql[1])
    if isinstance(delimiter, Constant) and delimiter.value == "":
        parts = fill("[{0}]", sql[0])
    if len(sql) == 2:
        return parts
    return fill("arraySlice({0}, {1} + 1, 1)", parts, sql[2])


def _array_slice(_node: Apply, sql: Sequence[Sql]) -> Sql:
    start = fill("if({1} < 0, greatest(toInt64(length({0})) + {1}, 0), {1})", sql[0], sql[1])
    end = fill("if({1} < 0, toInt64(length({0})) + {1}, {1})", sql[0], sql[2])
    return fill("arraySlice({0}, toInt64({1}) + 1, greatest(toInt64({2}) - toInt64({1}) + 1, 0))", sql[0], start, end)


# The first line, where quotes hold line ends together; then its fields, of which quoted ones have their quotes doubled inside.
_CSV = (
    "arrayMap(_g -> concat(replaceAll(_g[1], '\"\"', '\"'), _g[2]), extractAllGroupsVertical("
    'concat(\',\', extract({0}, \'^((?:[^"\\r\\n]|"(?:[^"]|"")*")*)\')), \',(?:"((?:[^"]|"")*)"|([^,]*))\'))'
)


ROWS: tuple[FunctionSpec, ...] = (
    row("split(text, const text, long?) array:string", _split, rules=(6,)),
    row("strcat_array(texts, const string) string", "arrayStringConcat({0}, {1})"),
    row("array_strcat(texts, const string) string", "arrayStringConcat({0}, {1})"),
    row("bag_keys(dynamic) array:string", "JSONExtractKeys({0})"),
    row("array_slice(array, long, long) =0", _array_slice),
    row("array_reverse(array) =0", "arrayReverse({0})"),
    row("array_rotate_left(array, long) =0", "arrayRotateLeft({0}, {1})"),
    row("array_rotate_right(array, long) =0", "arrayRotateRight({0}, {1})"),
    row("dynamic_to_json(dynamic) string", "{0}"),
    row("parse_csv(string) array:string", _CSV),
)
