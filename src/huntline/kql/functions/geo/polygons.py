"""Functions over polygons: sizes, middles, points inside and near, unions.

A MultiPolygon is the union of its polygons.
"""

from huntline.kql.functions.geo.lines import length_of, point_of
from huntline.kql.functions.geo.notation import One, each, each_two, every, let, let_all, only, pipe, some
from huntline.kql.functions.geo.overlay import union_of, with_inner_points
from huntline.kql.functions.geo.regions import (
    area,
    contains,
    flat,
    holds,
    moment,
    on_flat,
    region_edges,
    regions_of,
)
from huntline.kql.functions.geo.shapes import of_polygons, polygons_of, written
from huntline.kql.functions.geo.vectors import (
    RADIUS,
    angle_of_gap,
    degrees,
    held_vector,
    nearest,
    place_exists,
    plus,
    ring_area,
    total,
    unit,
)
from huntline.kql.functions.spec import FunctionSpec, Nulls, row

_ALWAYS = Nulls.ALWAYS


def of_region(text: str, body: One, null: str) -> str:
    """Return the body over the region of a text's polygons, null where it holds none."""
    return of_polygons(text, lambda polygons: let(union_of(regions_of(polygons)), body), null)


def _sided(regions: str) -> str:
    """Return for each region (it on a plane, its edges, a point inside), without edges where the plane is enough."""
    return each(
        regions,
        lambda region: pipe(
            f"tuple({flat(region)}, {with_inner_points(f'[{region}]')}[1])",
            lambda found: (
                f"tuple({found}.1, if(notEmpty({found}.1.1), arraySlice({found}.2.1, 1, 0), {found}.2.1), {found}.2.2)"
            ),
        ),
    )


def _in_some(sides: str, p: str) -> str:
    return some(
        sides,
        lambda side: f"if(notEmpty({side}.1.1), {on_flat(f'{side}.1', p)}, {contains(f'{side}.2', f'{side}.3', p)})",
    )


# What is made of the polygons stands outside of what is computed for a place: once for all rows where the polygon is a constant.
_POINT_IN_POLYGON = let_all(
    ("{0}", "{1}", pipe("{2}", polygons_of, regions_of, _sided)),
    lambda longitude, latitude, sides: (
        f"if({place_exists(longitude, latitude)} AND notEmpty({sides}), "
        f"{let(held_vector(longitude, latitude), lambda p: _in_some(sides, p))}, NULL)"
    ),
)


def _near_polygon(body: One, inside: One, null: str) -> str:
    """Return the body over (point, gap) of the nearest point of the edges, or what it is inside a polygon, for place {0}, {1} and {2}."""

    def near(longitude: str, latitude: str, sides: str) -> str:
        return let(
            held_vector(longitude, latitude),
            lambda p: (
                f"if({some(sides, lambda side: contains(f'{side}.1', f'{side}.2', p))}, {inside(p)}, "
                + let(nearest(p, f"arrayFlatten({each(sides, lambda side: f'{side}.1')})"), body)
                + ")"
            ),
        )

    return let_all(
        ("{0}", "{1}", pipe("{2}", polygons_of, regions_of, with_inner_points)),
        lambda longitude, latitude, found: (
            f"if({place_exists(longitude, latitude)} AND notEmpty({found}), {near(longitude, latitude, found)}, {null})"
        ),
    )


def _closed(ring: str) -> str:
    """Return a ring of vectors as pairs, the first of them again at the end."""
    return let(each(ring, degrees), lambda pairs: f"arrayPushBack({pairs}, {pairs}[1])")


def polygons_text(region: str) -> str:
    """Return the JSON text of a region that is not empty: a Polygon, or a MultiPolygon where there are several."""

    def place(shells: str, hole: str) -> str:
        # A hole is in the smallest shell that holds it. Its corners may touch the shell: the middle of an edge tells.
        return let(
            unit(plus(f"{hole}[1]", f"{hole}[2]")),
            lambda p: f"arrayFirstIndex(_s -> {holds('[_s]', p)}, {shells})",
        )

    def polygon(found: str, shell: str, i: str) -> str:
        own = each(only(f"{found}.2", lambda hole: f"{hole}.1 = {i}"), lambda hole: f"{hole}.2")
        return each(f"arrayConcat([{shell}], {own})", _closed)

    return pipe(
        each(region, lambda ring: f"tuple({ring_area(ring)}, {ring})"),
        lambda rings: (
            f"tuple({each(_by_area(only(rings, lambda ring: f'{ring}.1 > 0')), lambda ring: f'{ring}.2')}, "
            f"{each(only(rings, lambda ring: f'{ring}.1 < 0'), lambda ring: f'{ring}.2')})"
        ),
        lambda found: (
            f"tuple({found}.1, " + each(f"{found}.2", lambda hole: f"tuple({place(f'{found}.1', hole)}, {hole})") + ")"
        ),
        lambda found: each_two(f"{found}.1", f"arrayEnumerate({found}.1)", lambda shell, i: polygon(found, shell, i)),
        lambda found: f"if(length({found}) = 1, {written('Polygon', f'{found}[1]')}, {written('MultiPolygon', found)})",
    )


def _by_area(rings: str) -> str:
    return f"arraySort(_r -> _r.1, {rings})"


_UNION_OF_ARRAY = let(
    each("{0}", polygons_of),
    lambda all_: (
        f"if(notEmpty({all_}) AND {every(all_, lambda polygons: f'notEmpty({polygons})')}, "
        + let(union_of(regions_of(f"arrayReduce('groupArrayArray', {all_})")), polygons_text)
        + ", '')"
    ),
)

ROWS: tuple[FunctionSpec, ...] = (
    row("geo_point_in_polygon(real, real, dynamic) bool", _POINT_IN_POLYGON, nulls=_ALWAYS),
    row(
        "geo_polygon_area(dynamic) real",
        let("{0}", lambda text: of_region(text, lambda region: f"{RADIUS} * {RADIUS} * {area(region)}", "NULL")),
        nulls=_ALWAYS,
    ),
    row(
        "geo_polygon_perimeter(dynamic) real",
        let("{0}", lambda text: of_region(text, lambda region: let(region_edges(region), length_of), "NULL")),
        nulls=_ALWAYS,
    ),
    row(
        "geo_polygon_centroid(dynamic) dynamic",
        let("{0}", lambda text: of_region(text, lambda region: point_of(total(moment(region_edges(region)))), "''")),
    ),
    row(
        "geo_distance_point_to_polygon(real, real, dynamic) real",
        _near_polygon(lambda found: f"{RADIUS} * {angle_of_gap(f'{found}.2')}", lambda _p: "0.", "NULL"),
        nulls=_ALWAYS,
    ),
    row(
        "geo_closest_point_on_polygon(real, real, dynamic) dynamic",
        _near_polygon(lambda found: point_of(f"{found}.1"), point_of, "''"),
    ),
    row("geo_union_polygons_array(array) dynamic", _UNION_OF_ARRAY),
)
