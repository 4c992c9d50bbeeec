"""Unit vectors: places of the sphere as tuples (x, y, z), and the arcs between them."""

from huntline.kql.functions.geo.notation import each, each_two, fresh, let, let_all

RADIUS = "6371010."
"""The radius of the earth in metres."""
NEAR = "1e-14"
"""Places nearer than this (in radians: a tenth of a micrometre) are one place."""


def place_exists(longitude: str, latitude: str) -> str:
    """Return whether a longitude and a latitude in degrees name a place; false for nulls."""
    return f"ifNull({longitude} BETWEEN -180 AND 180 AND {latitude} BETWEEN -90 AND 90, false)"


def vector(longitude: str, latitude: str) -> str:
    """Return the unit vector of a place in degrees."""
    return (
        f"tuple(cos(radians({latitude})) * cos(radians({longitude})), "
        f"cos(radians({latitude})) * sin(radians({longitude})), sin(radians({latitude})))"
    )


def held_vector(longitude: str, latitude: str) -> str:
    """Return the unit vector of a place that may be null: then of some place, which the caller does not use."""
    return let_all((f"ifNull({longitude}, 0)", f"ifNull({latitude}, 0)"), vector)


def degrees(point: str) -> str:
    """Return longitude and latitude of a vector, which need not be of length 1, as a pair."""
    return let(
        point,
        lambda p: f"tuple(degrees(atan2({p}.2, {p}.1)), degrees(atan2({p}.3, sqrt({p}.1 * {p}.1 + {p}.2 * {p}.2))))",
    )


def dot(a: str, b: str) -> str:
    """Return the scalar product of two vectors."""
    return f"dotProduct({a}, {b})"


def cross(a: str, b: str) -> str:
    """Return the vector product of two named vectors."""
    return f"tuple({a}.2 * {b}.3 - {a}.3 * {b}.2, {a}.3 * {b}.1 - {a}.1 * {b}.3, {a}.1 * {b}.2 - {a}.2 * {b}.1)"


def plus(a: str, b: str) -> str:
    """Return the sum of two vectors."""
    return f"({a} + {b})"


def minus(a: str, b: str) -> str:
    """Return the difference of two vectors."""
    return f"({a} - {b})"


def times(a: str, factor: str) -> str:
    """Return a vector times a number."""
    return f"tupleMultiplyByNumber({a}, {factor})"


def size(a: str) -> str:
    """Return the length of a vector."""
    return f"L2Norm({a})"


def unit(value: str) -> str:
    """Return a vector of length 1 in the direction of another."""
    return f"L2Normalize({value})"


def total(vectors: str) -> str:
    """Return the sum of an array of vectors."""
    return let(vectors, lambda all_: "tuple(" + ", ".join(f"arraySum(_s -> _s.{i}, {all_})" for i in (1, 2, 3)) + ")")


def normal(a: str, b: str) -> str:
    """Return a vector at right angles to an arc; what lies left of the arc is on its side. Exact for near places too."""
    return let_all((plus(a, b), minus(b, a)), cross)


def angle(a: str, b: str) -> str:
    """Return the angle between two named vectors, in radians."""
    return let(cross(a, b), lambda n: f"atan2({size(n)}, {dot(a, b)})")


def turn(before: str, at: str, after: str) -> str:
    """Return the angle at a named point, clockwise, from the way to one point to the way to another: over zero, at most once round."""
    return let_all(
        (minus(before, at), minus(after, at)),
        lambda back, on: let_all(
            (
                let(cross(back, on), lambda n: dot(at, n)),
                f"{dot(back, on)} - {dot(back, at)} * {dot(on, at)}",
            ),
            # A zero is made positive: the angle of a negative one is half a turn the other way.
            lambda sine, cosine: f"if({sine} < 0, atan2(-{sine}, {cosine}), 2 * pi() - atan2({sine} + 0., {cosine}))",
        ),
    )


def between(a: str, b: str, share: str) -> str:
    """Return the point that lies a share of the way along the arc between two named points."""
    return let(
        angle(a, b),
        lambda whole: (
            f"if({whole} < {NEAR}, {a}, "
            + let_all(
                (f"sin((1 - {share}) * {whole}) / sin({whole})", f"sin({share} * {whole}) / sin({whole})"),
                lambda f, g: unit(let_all((times(a, f), times(b, g)), plus)),
            )
            + ")"
        ),
    )


def closest(p: str, a: str, b: str) -> str:
    """Return the point of the arc between two named points that is closest to a third."""
    nearer = f"if({dot(p, a)} >= {dot(p, b)}, {a}, {b})"
    return let(
        normal(a, b),
        lambda n: let_all(
            (cross(n, a), cross(n, b)),
            lambda start, end: (
                f"if({dot(start, p)} > 0 AND {dot(end, p)} < 0, "
                + let(f"{dot(p, n)} / {dot(n, n)}", lambda height: unit(let(times(n, height), lambda up: minus(p, up))))
                + f", {nearer})"
            ),
        ),
    )


def gap(a: str, b: str) -> str:
    """Return the square of the straight distance between two points: it orders points by nearness, and is exact for near ones."""
    return f"L2SquaredDistance({a}, {b})"


def angle_of_gap(squared: str) -> str:
    """Return the angle between two points, in radians, from their gap."""
    return f"(2 * asin(least(1., sqrt({squared}) / 2)))"


def nearest(p: str, edges: str) -> str:
    """Return the point of the edges that is closest to a named point, and its gap: (point, gap)."""
    found = each(
        edges,
        lambda edge: let(closest(p, f"{edge}.1", f"{edge}.2"), lambda at: f"tuple({at}, {gap(p, at)})"),
    )
    return f"arraySort(_s -> _s.2, {found})[1]"


def beside(edge: str, c: str) -> str:
    """Return the height of a named point over the great circle of a named edge, positive on its left; small heights are exact."""
    return f"({dot(f'{edge}.3', c)} / {size(f'{edge}.3')})"


def crosses(e: str, f: str) -> str:
    """Return whether two named edges cross at a point that is no end of either. An edge is (start, end, normal)."""
    heights = (beside(e, f"{f}.1"), beside(e, f"{f}.2"), beside(f, f"{e}.1"), beside(f, f"{e}.2"))
    return let_all(
        heights,
        lambda c, d, a, b: (
            f"(least(abs({a}), abs({b}), abs({c}), abs({d})) > {NEAR} "
            f"AND ({c} > 0) != ({d} > 0) AND ({a} > 0) != ({b} > 0) AND ({d} > 0) = ({a} > 0))"
        ),
    )


def crossing(e: str, f: str) -> str:
    """Return the point at which two named edges cross: to the last bit the same for the edges in the other order."""
    return let_all(
        (unit(cross(f"{e}.3", f"{f}.3")), plus(f"{e}.1", f"{e}.2")),
        lambda at, side: f"if({dot(at, side)} > 0, {at}, tuple(-{at}.1, -{at}.2, -{at}.3))",
    )


def is_near(edge: str, c: str, squared: str) -> str:
    """Return whether the gap between a named point and a named edge is below a square."""
    return let_all(
        (f"{edge}.1", f"{edge}.2"), lambda a, b: let(closest(c, a, b), lambda at: f"{gap(c, at)} < {squared}")
    )


def is_same(a: str, b: str) -> str:
    """Return whether two named points are one place."""
    return f"({gap(a, b)} < {NEAR} * {NEAR})"


def is_on(edge: str, c: str) -> str:
    """Return whether a named point lies on a named edge and is no end of it."""
    return f"NOT {is_same(c, f'{edge}.1')} AND NOT {is_same(c, f'{edge}.2')} AND {is_near(edge, c, f'{NEAR} * {NEAR}')}"


def come_near(e: str, f: str, squared: str) -> str:
    """Return whether the gap between two named edges is below a square: they cross, or one of the four ends is near."""
    ends = f"[tuple({e}, {f}.1), tuple({e}, {f}.2), tuple({f}, {e}.1), tuple({f}, {e}.2)]"
    near = let_all(("_t.1", "_t.2"), lambda edge, c: is_near(edge, c, squared))
    return f"({crosses(e, f)} OR arrayExists(_t -> {near}, {ends}))"


def meet(e: str, f: str) -> str:
    """Return whether two named edges have a point in common."""
    return come_near(e, f, f"{NEAR} * {NEAR}")


def ring_area(ring: str) -> str:
    """Return the area left of a named ring, in units of the radius: below zero where the smaller part is on the right."""

    def triangle(b: str, c: str) -> str:
        height = let_all(
            (minus(b, f"{ring}[1]"), minus(c, f"{ring}[1]")),
            lambda p, q: let(cross(p, q), lambda n: dot(f"{ring}[1]", n)),
        )
        return f"2 * atan2({height}, 1 + {dot(b, c)} + {dot(b, f'{ring}[1]')} + {dot(c, f'{ring}[1]')})"

    return f"arraySum({each_two(f'arrayPopBack(arrayPopFront({ring}))', f'arraySlice({ring}, 3)', triangle)})"


def is_simple(ring: str) -> str:
    """Return whether a named ring does not cross itself as an eight does.

    By the theorem of Gauss and Bonnet the area on its left and the turns to the left at its corners make one whole turn, either way. A ring
    that crosses itself twice, in both directions, is not told from a simple one.
    """
    before, after = f"arrayRotateRight({ring}, 1)", f"arrayRotateLeft({ring}, 1)"
    a, b, c = fresh(), fresh(), fresh()
    turns = f"arraySum(arrayMap(({a}, {b}, {c}) -> pi() - {turn(a, b, c)}, {before}, {ring}, {after}))"
    return f"cos(({turns} + {ring_area(ring)}) / 2) < 0"
