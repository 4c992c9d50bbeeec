"""Densified lines and polygons: points are added until the great circles between them lie near the straight lines of the map.

An edge is halved while the two, a third and two thirds of the way, are further from each other than the tolerance; where exactly, and how
much of the tolerance is kept for what lies between, are the constants of the S2 library's tessellator.
"""

from collections.abc import Sequence

from huntline.kql.functions.geo.notation import each, each_two, fold, let, let_all
from huntline.kql.functions.geo.shapes import of_lines, of_polygons, written
from huntline.kql.functions.geo.vectors import RADIUS, angle_of_gap, between, dot, gap, vector
from huntline.kql.functions.spec import FunctionSpec, row
from huntline.kql.plan import Apply, Builder
from huntline.kql.sql import Sql, Text, fill

_SHARE = 0.31215691082248312
_KEPT = 0.83829992569888509
_HALVINGS = 24
"""More than the longest edge at the least tolerance needs."""


def _turned(longitude: str) -> str:
    """Return a longitude, or a difference of longitudes, from -180 to 180."""
    return f"({longitude} - 360 * round({longitude} / 360))"


def _on_map(p: str, q: str, share: str) -> str:
    """Return the pair of degrees at a share of the straight way between two named pairs, the shorter way round."""
    return let(
        f"{q}.1 - {p}.1",
        lambda way: let(
            f"{p}.1 + {share} * {_turned(way)}",
            lambda longitude: f"tuple({_turned(longitude)}, {p}.2 + {share} * ({q}.2 - {p}.2))",
        ),
    )


def _apart(p: str, q: str, a: str, b: str, share: str) -> str:
    """Return the angle between the edge on the map and the one on the sphere at a share of the way."""
    return let_all(
        (let(_on_map(p, q, share), lambda at: vector(f"{at}.1", f"{at}.2")), between(a, b, share)),
        lambda flat, round_: angle_of_gap(gap(flat, round_)),
    )


def _halve(p: str, q: str, tolerance: str) -> str:
    """Return the end of an edge, and its middle before it if the edge is to be halved."""
    return let_all(
        (vector(f"{p}.1", f"{p}.2"), vector(f"{q}.1", f"{q}.2")),
        lambda a, b: (
            f"if({dot(a, b)} < -1e-14 OR greatest({_apart(p, q, a, b, str(_SHARE))}, {_apart(p, q, a, b, str(1 - _SHARE))}) "
            f"> {_KEPT} * {tolerance} / {RADIUS}, [{_on_map(p, q, '0.5')}, {q}], [{q}])"
        ),
    )


def _densified(line: str, tolerance: str) -> str:
    return fold(
        f"range({_HALVINGS})",
        line,
        lambda points, _: (
            f"arrayConcat([{points}[1]], arrayFlatten("
            f"{each_two(f'arrayPopBack({points})', f'arrayPopFront({points})', lambda p, q: _halve(p, q, tolerance))}))"
        ),
    )


def _within(body: str) -> str:
    """Return the body where the tolerance {1} is one that is supported."""
    return f"if(ifNull({{1}} BETWEEN 0.1 AND 10000, false), {body}, '')"


def _named(plain: str, many: str, one: str, kind: str, text: str) -> str:
    """Return the JSON text of a shape that was one and of a shape that was many."""
    return f"if(JSONExtractString({text}, 'type') = '{kind}', {written(kind, f'{one}[1]')}, {written(plain, many)})"


_LINE = let_all(
    ("{0}", "ifNull({1}, 0)"),
    lambda text, tolerance: of_lines(
        text,
        lambda lines: let(
            each(lines, lambda line: _densified(line, tolerance)),
            lambda found: _named("MultiLineString", found, found, "LineString", text),
        ),
        "''",
    ),
)
_POLYGON = let_all(
    ("{0}", "ifNull({1}, 0)"),
    lambda text, tolerance: of_polygons(
        text,
        lambda polygons: let(
            each(polygons, lambda rings: each(rings, lambda ring: _densified(ring, tolerance))),
            lambda found: _named("MultiPolygon", found, found, "Polygon", text),
        ),
        "''",
    ),
)


def _with_tolerance(pattern: str) -> Builder:
    """Return the builder of a function whose tolerance is 10 m where none is given."""

    def build(_node: Apply, sql: Sequence[Sql]) -> Sql:
        return fill(_within(pattern), sql[0], sql[1] if len(sql) > 1 else Text("10"))

    return build


ROWS: tuple[FunctionSpec, ...] = (
    row("geo_line_densify(dynamic, real?) dynamic", _with_tolerance(_LINE)),
    row("geo_polygon_densify(dynamic, real?) dynamic", _with_tolerance(_POLYGON)),
)
