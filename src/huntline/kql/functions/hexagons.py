"""Functions over H3 cells. A text that is no cell gives null."""

from collections.abc import Sequence

from huntline.kql.functions.geo.notation import each, let, let_all
from huntline.kql.functions.geo.regions import area, regions_of
from huntline.kql.functions.geo.shapes import of_polygons
from huntline.kql.functions.geo.vectors import RADIUS
from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply, Builder
from huntline.kql.sql import Sql, Text, fill

_ALWAYS = Nulls.ALWAYS
_MOST_CHILDREN = 5
"""How many levels the children may lie below a cell (documentation of geo_h3cell_children)."""
_NUMBER = "reinterpretAsUInt64(reverse(unhex(leftPad(if(match({0}, '^[0-9A-Fa-f]+$') AND length({0}) < 17, {0}, ''), 16, '0'))))"
_VALID = f"(h3IsValid({_NUMBER}) = 1)"
# The engine refuses what is no cell even in a branch that is not taken: cell 8009fffffffffff stands in.
_CELL = f"if({_VALID}, {_NUMBER}, toUInt64(576636674163867647))"
_LEVEL = f"toInt64(h3GetResolution({_CELL}))"


def _names(cells: str) -> str:
    return f"arrayMap(_h -> h3ToString(_h), {cells})"


def _texts(cells: str) -> str:
    return f"toJSONString({_names(cells)})"


def _with_number(pattern: str, default: str) -> Builder:
    """Return the builder of a function of a cell and a whole number that has a default."""

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        number = fill("ifNull({0}, -1)", sql[1]) if len(sql) > 1 else fill(default, sql[0])
        return fill(pattern, sql[0], number)

    return build


def _point_to_cell(_node: Apply, sql: Sequence[Sql]) -> Sql:
    level = sql[2] if len(sql) > 2 else Text("6")
    place = "abs({0}) <= 180 AND abs({1}) <= 90"
    held = "toFloat64(ifNull(if(abs({1}) <= 90, {1}, 0), 0)), toFloat64(ifNull(if(abs({0}) <= 180, {0}, 0), 0)), "
    held += "toUInt8(ifNull(least(greatest({2}, 0), 15), 0))"
    return fill(
        f"if(ifNull({place} AND {{2}} BETWEEN 0 AND 15, false), h3ToString(geoToH3({held})), '')", *sql[:2], level
    )


_DISK = "h3kRing(" + _CELL + ", toUInt16(least(greatest({r}, 0), 142)))"


def _ring(distance: str) -> str:
    """Return the cells at a distance: those within it without those nearer, in the order of the library."""
    inner, outer = _DISK.replace("{r}", f"{distance} - 1"), _DISK.replace("{r}", distance)
    return f"arrayFilter(_k -> {distance} = 0 OR NOT has({inner}, _k), {outer})"


_CENTRE = (
    'concat(char(123), \'"type":"Point","coordinates":\', toJSONString([h3ToGeo({c}).2, h3ToGeo({c}).1]), char(125))'
)
_CORNERS = "arrayMap(_p -> [_p.2, _p.1], h3ToGeoBoundary({c}))"
_OUTLINE = (
    'concat(char(123), \'"type":"Polygon","coordinates":[\', '
    "toJSONString(arrayPushBack({k}, {k}[1])), ']', char(125))"
).replace("{k}", _CORNERS)

_MOST_OF_POLYGON = 61680
"""How many cells a polygon may have (documentation of geo_polygon_to_h3cells)."""


def _polygon_to_cells(_node: Apply, sql: Sequence[Sql]) -> Sql:
    return fill(_CELLS_OF_POLYGON, sql[0], sql[1] if len(sql) > 1 else Text("6"))


def _filled(polygons: str, level: str) -> str:
    """Return the cells whose middle is in polygons, whose edges are straight lines of the map here; null where they are too many."""
    fewest = f"arraySum({each(regions_of(polygons), area)}) * {RADIUS} * {RADIUS} / h3HexAreaM2({level})"
    # Cells differ in size by less than two. What is too much is not even begun.
    return let(
        f"if({fewest} > {2 * _MOST_OF_POLYGON}, arraySlice({polygons}, 1, 0), {polygons})",
        lambda some: let(
            f"h3PolygonToCells(CAST({some}, 'MultiPolygon'), {level})",
            lambda cells: (
                f"if(empty({some}) OR length({cells}) > {_MOST_OF_POLYGON}, '', toJSONString(arraySort({_names(cells)})))"
            ),
        ),
    )


_CELLS_OF_POLYGON = let_all(
    ("{0}", "{1}"),
    lambda text, level: (
        f"if(ifNull({level} BETWEEN 0 AND 15, false), "
        + of_polygons(
            text,
            lambda polygons: let(
                f"toUInt8(ifNull(least(greatest({level}, 0), 15), 0))", lambda deep: _filled(polygons, deep)
            ),
            "''",
        )
        + ", '')"
    ),
)

ROWS: tuple[FunctionSpec, ...] = (
    row("geo_point_to_h3cell(real, real, long?) string", _point_to_cell),
    row("geo_h3cell_level(string) int", f"if({_VALID}, {_LEVEL}, NULL)", nulls=_ALWAYS),
    row(
        "geo_h3cell_parent(string, long?) string",
        _with_number(
            f"if({_VALID} AND {{1}} BETWEEN 0 AND {_LEVEL} - 1, "
            f"h3ToString(h3ToParent({_CELL}, toUInt8(least(greatest({{1}}, 0), {_LEVEL})))), '')",
            f"({_LEVEL} - 1)",
        ),
    ),
    row(
        "geo_h3cell_children(string, long?) dynamic",
        _with_number(
            f"if({_VALID} AND {{1}} BETWEEN {_LEVEL} + 1 AND least({_LEVEL} + {_MOST_CHILDREN}, 15), "
            + _texts(
                f"h3ToChildren({_CELL}, toUInt8(least(greatest({{1}}, {_LEVEL}), {_LEVEL} + {_MOST_CHILDREN}, 15)))"
            )
            + ", '')",
            f"({_LEVEL} + 1)",
        ),
    ),
    row("geo_h3cell_neighbors(string) dynamic", f"if({_VALID}, {_texts(_ring('1'))}, '')"),
    row(
        "geo_h3cell_rings(string, long) dynamic",
        f"if(ifNull({_VALID} AND {{1}} BETWEEN 0 AND 142, false), concat('[', arrayStringConcat(arrayMap(_r -> {_texts(_ring('_r'))}, "
        "range(toUInt64(ifNull(least(greatest({1}, 0), 142), 0)) + 1)), ','), ']'), '')",
    ),
    row("geo_polygon_to_h3cells(dynamic, long?) dynamic", _polygon_to_cells),
    row("geo_h3cell_to_central_point(string) dynamic", f"if({_VALID}, {_CENTRE.replace('{c}', _CELL)}, '')"),
    row("geo_h3cell_to_polygon(string) dynamic", f"if({_VALID}, {_OUTLINE.replace('{c}', _CELL)}, '')"),
)
