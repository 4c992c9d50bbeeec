"""Functions over points of the earth: distances, angles, circles, geohashes.

The earth is the sphere of Kusto's geometry library, with a radius of 6,371,010 m, and lines between points are parts of great
circles. A place is a longitude and a latitude in degrees; one that does not exist gives null.
"""

from collections.abc import Sequence

from huntline.kql.functions.geo.notation import let, let_all
from huntline.kql.functions.geo.vectors import NEAR, angle, held_vector, is_same, place_exists, turn
from huntline.kql.functions.spec import FunctionSpec, Nulls, row
from huntline.kql.plan import Apply
from huntline.kql.sql import Sql, Text, fill

_ALWAYS = Nulls.ALWAYS
_RADIUS = "6371010"


def _place(longitude: str, latitude: str) -> str:
    """Return the condition that a place exists."""
    return f"({longitude} BETWEEN -180 AND 180 AND {latitude} BETWEEN -90 AND 90)"


def _angle(places: tuple[str, str, str, str]) -> str:
    """Return the angle between two places, seen from the centre, in radians (haversine: exact for near places)."""
    x1, y1, x2, y2 = places
    return (
        f"2 * asin(least(1., sqrt(pow(sin(radians({y2} - {y1}) / 2), 2) "
        f"+ cos(radians({y1})) * cos(radians({y2})) * pow(sin(radians({x2} - {x1}) / 2), 2))))"
    )


_POINTS = ("{0}", "{1}", "{2}", "{3}")
_BOTH = f"{_place('{0}', '{1}')} AND {_place('{2}', '{3}')}"
_DISTANCE = f"({_RADIUS} * {_angle(_POINTS)})"
_AZIMUTH = (
    "atan2(sin(radians({2} - {0})) * cos(radians({3})), "
    "cos(radians({1})) * sin(radians({3})) - sin(radians({1})) * cos(radians({3})) * cos(radians({2} - {0})))"
)

_PLACES = (("{0}", "{1}"), ("{2}", "{3}"), ("{4}", "{5}"))


def _angle_between(p: str, q: str, r: str) -> str:
    """Return the angle at a place between the ways to two others, null where a way does not exist or is not the only one."""
    ways = " AND ".join(f"NOT {is_same(a, q)} AND {angle(a, q)} < pi() - {NEAR}" for a in (p, r))
    return f"if({ways}, {let(turn(p, q, r), lambda found: f'if({found} >= 2 * pi(), 0, {found})')}, NULL)"


_ANGLE = (
    f"if({' AND '.join(place_exists(x, y) for x, y in _PLACES)}, "
    f"{let_all(tuple(held_vector(x, y) for x, y in _PLACES), _angle_between)}, NULL)"
)
_TURN = "(_v - 360 * round(_v / 360))"

# Geohash: five bits for each character, longitude and latitude by turns.
_ALPHABET = "'0123456789bcdefghjkmnpqrstuvwxyz'"


def _geohash(longitude: str, latitude: str, length: str) -> str:
    bit = "bitShiftLeft(bitAnd(bitShiftRight(if(_n % 2 = 0, _z.1, _z.2), 44 - intDiv(_n, 2)), 1), 4 - _n % 5)"
    char = f"substring({_ALPHABET}, arraySum(arrayMap(_n -> {bit}, range(_i * 5, _i * 5 + 5))) + 1, 1)"
    scaled = f"[tuple({_scaled(longitude, 360)}, {_scaled(latitude, 180)})]"
    return f"arrayMap(_z -> arrayStringConcat(arrayMap(_i -> {char}, range(toUInt64({length})))), {scaled})[1]"


def _scaled(degrees: str, whole: int) -> str:
    steps = 2**45
    return f"toUInt64(least(greatest(({degrees} + {whole // 2}) / {whole} * {steps}., 0.), {steps - 1}.))"


_BITS = (
    f"arrayFlatten(arrayMap(_c -> arrayMap(_j -> bitAnd(bitShiftRight(position({_ALPHABET}, _c) - 1, 4 - _j), 1), range(5)), "
    "extractAll({0}, '.')))"
)


def _part(turn: int) -> str:
    """Return how far along its axis a cell starts, as a share of the whole."""
    return (
        f"arraySum(arrayMap((_b, _n) -> if(_n % 2 = {turn}, _b / exp2(intDiv(_n, 2) + 1), 0), _w, range(length(_w))))"
    )


# West, south, width, height of the cell.
_CELL = (
    f"arrayMap(_w -> tuple(360 * {_part(0)} - 180, 180 * {_part(1)} - 90, "
    f"360 / exp2(intDiv(length(_w) + 1, 2)), 180 / exp2(intDiv(length(_w), 2))), [{_BITS}])"
)
_IS_GEOHASH = "match({0}, '^[0-9b-hjkmnp-z]{1,18}$')"
_POINT_OF_CELL = (
    'concat(char(123), \'"type":"Point","coordinates":\', toJSONString([_e.1 + _e.3 / 2, _e.2 + _e.4 / 2]), char(125))'
)
_POLYGON_OF_CELL = (
    'concat(char(123), \'"type":"Polygon","coordinates":[\', toJSONString([[_e.1, _e.2], [_e.1 + _e.3, _e.2], '
    "[_e.1 + _e.3, _e.2 + _e.4], [_e.1, _e.2 + _e.4], [_e.1, _e.2]]), ']', char(125))"
)
_AROUND = "[(-1, -1), (-1, 1), (1, -1), (0, 1), (-1, 0), (1, 1), (1, 0), (0, -1)]"
_NEIGHBOURS = (
    "toJSONString(arrayMap(_h -> "
    + _geohash("_h.1", "_h.2", "length({0})")
    + ", arrayFilter(_h -> abs(_h.2) < 90, arrayMap(_d -> tuple("
    "arrayMap(_v -> " + _TURN + ", [_e.1 + _e.3 * (_d.1 + 0.5)])[1], _e.2 + _e.4 * (_d.2 + 0.5)), " + _AROUND + "))))"
)


def _of_cell(shape: str) -> str:
    """Return a JSON shape of a geohash's cell, null for a text that is no geohash."""
    return f"if({_IS_GEOHASH}, arrayMap(_e -> {shape}, {_CELL})[1], '')"


def _point_to_geohash(_node: Apply, sql: Sequence[Sql]) -> Sql:
    length = sql[2] if len(sql) > 2 else Text("5")
    held = "ifNull({0}, 0)", "ifNull({1}, 0)", "ifNull(least(greatest({2}, 1), 18), 1)"
    return fill(
        f"if(ifNull({_place('{0}', '{1}')} AND {{2}} BETWEEN 1 AND 18, false), {_geohash(*held)}, '')", *sql[:2], length
    )


ROWS: tuple[FunctionSpec, ...] = (
    row("geo_distance_2points(real, real, real, real) real", f"if({_BOTH}, {_DISTANCE}, NULL)", nulls=_ALWAYS),
    row(
        "geo_azimuth(real, real, real, real) real",
        f"if({_BOTH} AND NOT ({{0}} = {{2}} AND {{1}} = {{3}}), {_AZIMUTH}, NULL)",
        nulls=_ALWAYS,
    ),
    row("geo_angle(real, real, real, real, real, real) real", _ANGLE, nulls=_ALWAYS),
    row(
        "geo_point_in_circle(real, real, real, real, real) bool",
        f"if({_BOTH} AND {{4}} >= 0, {_DISTANCE} <= {{4}}, NULL)",
        nulls=_ALWAYS,
    ),
    row("geo_point_to_geohash(real, real, long?) string", _point_to_geohash),
    row("geo_geohash_to_central_point(string) dynamic", _of_cell(_POINT_OF_CELL)),
    row("geo_geohash_to_polygon(string) dynamic", _of_cell(_POLYGON_OF_CELL)),
    row("geo_geohash_neighbors(string) dynamic", _of_cell(_NEIGHBOURS)),
)
