"""The cells of S2 that cover a shape: those of one level that have a point in common with it.

Beginning with the faces, a cell that meets the shape is cut in four, down to the level.
"""

from collections.abc import Sequence

from huntline.kql.functions.geo.lines import length_of
from huntline.kql.functions.geo.notation import One, each, fold, let, let_all, only, some
from huntline.kql.functions.geo.overlay import with_inner_points
from huntline.kql.functions.geo.regions import area, contains, region_edges, regions_of
from huntline.kql.functions.geo.s2cells import corners, token
from huntline.kql.functions.geo.shapes import line_edges, of_lines, of_polygons, vectors
from huntline.kql.functions.geo.vectors import NEAR, RADIUS, come_near, dot, meet, unit
from huntline.kql.functions.spec import FunctionSpec, row
from huntline.kql.plan import Apply, Builder
from huntline.kql.sql import Sql, Text, fill

_MOST = 65536
"""How many cells a covering may have (documentation of geo_polygon_to_s2cells)."""
# The largest area and the longest diagonal that a face could have (S2's metrics); a cell's is less by its level.
_LARGEST = "2.6358"
_LONGEST = "2.4387"
_FACES = "arrayMap(_f -> tuple(toUInt8(_f), toInt64(0), toInt64(0)), range(6))"


def _children(cell: str) -> str:
    return each(
        "[(0, 0), (0, 1), (1, 0), (1, 1)]",
        lambda d: f"tuple({cell}.1, toInt64({cell}.2 * 2 + {d}.1), toInt64({cell}.3 * 2 + {d}.2))",
    )


def _outline(cell: str, level: str) -> str:
    """Return a cell as a region of one ring."""
    return f"[{each(corners(f'{cell}.1', f'{cell}.2', f'{cell}.3', level), unit)}]"


def _within(edges: str, p: str) -> str:
    """Return whether a named point is in the cell of named edges: it is on the left of all of them."""
    return f"arrayAll(_e -> {dot('_e.3', p)} >= -{NEAR}, {edges})"


def _covering(level: str, meets: One) -> str:
    """Return (face, i, j) of the cells of a level that meet a shape; more than are allowed when there are more.

    `meets` says it of the edges of a cell.
    """

    def cut(cells: str, depth: str) -> str:
        quarters = f"if({depth} = 0, {cells}, arrayFlatten({each(cells, _children)}))"
        met = only(quarters, lambda cell: let(region_edges(_outline(cell, depth)), meets))
        return f"if(length({cells}) > {_MOST}, {cells}, {met})"

    return fold(f"range({level} + 1)", _FACES, cut)


def _tokens(cells: str, level: str) -> str:
    """Return the JSON array of the tokens, null where they are more than are allowed."""
    found = each(cells, lambda cell: token(f"{cell}.1", f"{cell}.2", f"{cell}.3", level))
    return f"if(length({cells}) > {_MOST}, '', toJSONString(arraySort({found})))"


def _leveled(level: str, fewest: One, body: One) -> str:
    """Return the body over a level as a whole number, null for one that does not exist or needs too many cells.

    `fewest` says how many cells it needs at least, from the squared number of cells on the side of a face.
    """
    return let(
        f"toUInt64(ifNull(if({level} BETWEEN 0 AND 30, {level}, 0), 0))",
        lambda deep: (
            f"if(NOT ifNull({level} BETWEEN 0 AND 30, false) OR {fewest(f'exp2(2 * {deep})')} > {_MOST}, '', {body(deep)})"
        ),
    )


def _covered_polygon(text: str, level: str) -> str:
    def covered(regions: str) -> str:
        return _leveled(
            level,
            lambda cells: f"arrayMax({each(regions, area)}) / {_LARGEST} * {cells}",
            lambda deep: let_all(
                (f"arrayFlatten({each(regions, region_edges)})", with_inner_points(regions)),
                lambda edges, sides: let(
                    _covering(deep, lambda cell: meets(cell, edges, sides)), lambda found: _tokens(found, deep)
                ),
            ),
        )

    def meets(cell: str, edges: str, sides: str) -> str:
        crossing = some(edges, lambda e: some(cell, lambda f: meet(e, f)))
        corner_in = let(f"{cell}[1].1", lambda p: some(sides, lambda side: contains(f"{side}.1", f"{side}.2", p)))
        polygon_in = some(sides, lambda side: let(f"{side}.1[1].1", lambda p: _within(cell, p)))
        return f"({crossing} OR {corner_in} OR {polygon_in})"

    return of_polygons(text, lambda polygons: let(regions_of(polygons), covered), "''")


def _covered_line(text: str, level: str, radius: str) -> str:
    def covered(lines: str) -> str:
        edges = line_edges(each(lines, vectors))
        return let_all(
            (edges, f"greatest(pow(2 * sin({radius} / {RADIUS} / 2), 2), {NEAR} * {NEAR})"),
            lambda all_, squared: _leveled(
                level,
                lambda cells: (
                    f"greatest({length_of(all_)} / {RADIUS} / {_LONGEST} * sqrt({cells}), pi() * {squared} / {_LARGEST} * {cells})"
                ),
                lambda deep: let(
                    _covering(deep, lambda cell: meets(cell, all_, squared)), lambda found: _tokens(found, deep)
                ),
            ),
        )

    def meets(cell: str, edges: str, squared: str) -> str:
        near = some(edges, lambda e: some(cell, lambda f: come_near(e, f, squared)))
        return f"({near} OR {let(f'{edges}[1].1', lambda p: _within(cell, p))})"

    return of_lines(text, covered, "''")


def _with_level(pattern: str) -> Builder:
    """Return the builder of a function whose level is 11 where none is given, and whose radius may be left out."""

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        level = sql[1] if len(sql) > 1 else Text("11")
        return fill(pattern, sql[0], level, sql[2] if len(sql) > 2 else Text("0"))

    return build


_POLYGON = let_all(("{0}", "{1}"), _covered_polygon)
_LINE = let_all(
    ("{0}", "{1}", "{2}"),
    lambda text, level, radius: (
        f"if(ifNull({radius} >= 0, false), {let(f'ifNull({radius}, 0)', lambda metres: _covered_line(text, level, metres))}, '')"
    ),
)

ROWS: tuple[FunctionSpec, ...] = (
    row("geo_polygon_to_s2cells(dynamic, long?) dynamic", _with_level(_POLYGON)),
    row("geo_line_to_s2cells(dynamic, long?, real?) dynamic", _with_level(_LINE)),
)
