"""Regions of the sphere: arrays of rings of unit vectors, without the last point that is the first, the region on the left of each edge.

A ring cuts the sphere in two; the shell of a polygon is the smaller part, whichever way its points go round.
"""

from huntline.kql.functions.geo.notation import each, each_two, every, let, pipe
from huntline.kql.functions.geo.shapes import vectors
from huntline.kql.functions.geo.vectors import cross, dot, normal, ring_area, size, times, total, unit

_HORIZON = "0.05"
"""How high over the edge of the half of the sphere that a plane shows, as the sine of the angle, points are shown."""


def regions_of(polygons: str) -> str:
    """Return the regions of polygons of pairs: one for each."""

    def ring(pairs: str, place: str) -> str:
        return let(
            vectors(f"arrayPopBack({pairs})"),
            lambda points: f"if(({ring_area(points)} < 0) = ({place} = 1), arrayReverse({points}), {points})",
        )

    return each(polygons, lambda rings: each_two(rings, f"arrayEnumerate({rings})", ring))


def region_edges(region: str) -> str:
    """Return the edges of a region: (start, end, normal)."""
    return (
        "arrayFlatten("
        + each(
            region,
            lambda ring: each_two(ring, f"arrayRotateLeft({ring}, 1)", lambda a, b: f"tuple({a}, {b}, {normal(a, b)})"),
        )
        + ")"
    )


def inner_point(edges: str) -> str:
    """Return a point of a region, close to the left of its first edge."""
    # A share that no regular shape has a corner at: the way from here to a point hits no other corner by chance.
    start, end, left = (
        times(f"{edges}[1].{i}", share) for i, share in ((1, "0.58578644"), (2, "0.41421356"), (3, "5e-7"))
    )
    return unit(f"{start} + {end} + {left}")


def contains(edges: str, inner: str, p: str) -> str:
    """Return whether a region holds a named point: the way there from a named point inside crosses an even number of its edges."""
    return let(
        cross(inner, p),
        lambda way: (
            "(arrayCount(_f -> "
            f"({dot(way, '_f.1')} > 0) != ({dot(way, '_f.2')} > 0) AND ({dot('_f.3', inner)} > 0) != ({dot('_f.3', p)} > 0) "
            f"AND ({dot(way, '_f.2')} > 0) = ({dot('_f.3', inner)} > 0), {edges}) % 2 = 0 AND notEmpty({edges}))"
        ),
    )


def holds(region: str, p: str) -> str:
    """Return whether a region holds a named point."""
    return let(region_edges(region), lambda edges: let(inner_point(edges), lambda inner: contains(edges, inner, p)))


def flat(region: str) -> str:
    """Return (rings of pairs on the plane that touches the sphere at the region's middle, that middle, two axes of the plane).

    Seen from the centre great circles are straight lines there, so that the engine's own test of a point in a polygon is exact. A region
    that reaches too far round the sphere for that has no rings.
    """

    def on_plane(frame: str) -> str:
        def pair(p: str) -> str:
            return f"tuple({dot(p, f'{frame}.3')} / {dot(p, f'{frame}.2')}, {dot(p, f'{frame}.4')} / {dot(p, f'{frame}.2')})"

        near = every(f"arrayFlatten({frame}.1)", lambda p: f"{dot(p, f'{frame}.2')} > 2 * {_HORIZON}")
        rings = each(f"{frame}.1", lambda ring: each(ring, pair))
        return f"tuple(if({near}, {rings}, []), {frame}.2, {frame}.3, {frame}.4)"

    return pipe(
        region,
        lambda rings: f"tuple({rings}, {unit(total(f'arrayFlatten({rings})'))})",
        lambda found: f"tuple({found}.1, {found}.2, if(abs({found}.2.3) < 0.9, tuple(0., 0., 1.), tuple(1., 0., 0.)))",
        lambda found: f"tuple({found}.1, {found}.2, {unit(cross(f'{found}.2', f'{found}.3'))})",
        lambda found: f"tuple({found}.1, {found}.2, {found}.3, {cross(f'{found}.2', f'{found}.3')})",
        on_plane,
    )


def on_flat(plane: str, p: str) -> str:
    """Return whether a region that is `flat` holds a named point."""
    height = f"greatest({dot(p, f'{plane}.2')}, {_HORIZON})"
    return (
        f"({dot(p, f'{plane}.2')} > {_HORIZON} "
        f"AND pointInPolygon(tuple({dot(p, f'{plane}.3')} / {height}, {dot(p, f'{plane}.4')} / {height}), {plane}.1))"
    )


def area(region: str) -> str:
    """Return the area of a region, in units of the radius."""
    return f"arraySum({each(region, ring_area)})"


def moment(edges: str) -> str:
    """Return the sum of a region's points: a vector that points at its middle."""
    # By the theorem of Stokes half the sum of the edges' normals, each as long as the edge.
    return each(
        edges,
        lambda edge: let(
            f"atan2({size(f'{edge}.3')}, 2 * {dot(f'{edge}.1', f'{edge}.2')}) / {size(f'{edge}.3')}",
            lambda weight: times(f"{edge}.3", weight),
        ),
    )
