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


ROWS: tuple[FunctionSpec, ...] = (
    row("split(text, const text, long?) array:string", _split, rules=(6,)),
    row("strcat_array(texts, const string) string", "arrayStringConcat({0}, {1})"),
    row("bag_keys(dynamic) array:string", "JSONExtractKeys({0})"),
    row("array_slice(array, long, long) =0", _array_slice),
    row("array_reverse(array) =0", "arrayReverse({0})"),
    row("array_rotate_left(array, long) =0", "arrayRotateLeft({0}, {1})"),
    row("array_rotate_right(array, long) =0", "arrayRotateRight({0}, {1})"),
    row(
        "repeat(string, long) array:string",
        "arrayWithConstant(toUInt64(ifNull(greatest(least({1}, 1048576), 0), 0)), {0})",
    ),
    row("dynamic_to_json(dynamic) string", "{0}"),
    row("parse_csv(string) array:string", "splitByChar(',', {0})"),
)
