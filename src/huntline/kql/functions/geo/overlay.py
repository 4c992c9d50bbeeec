"""Two regions over one another: their union and their intersection.

The edges of each are cut where they meet those of the other; then a piece is kept or not, as a whole. The pieces that are kept are joined
to rings. Points keep their numbers to the last bit, so that pieces fit by equality. A ring starts where the S2 library lets it start: after
its edge that came last, counting those of the first region before those of the second.
"""

from collections.abc import Callable

from huntline.kql.functions.geo.notation import Two, each, each_two, fold, let, let_all, only
from huntline.kql.functions.geo.regions import contains, inner_point, region_edges
from huntline.kql.functions.geo.vectors import cross, crosses, crossing, dot, gap, is_on, is_same, plus, unit

_ROUNDS = 20
"""Doublings of the way along a ring: for a million edges."""


def snapped(region: str, to: str) -> str:
    """Return a region whose points are those of another region where they are one place with them."""
    return let(
        f"arrayFlatten({to})",
        lambda points: each(
            region,
            lambda ring: each(
                ring,
                lambda p: let(
                    f"arrayFirstIndex(_q -> {is_same('_q', p)}, {points})", lambda i: f"if({i} > 0, {points}[{i}], {p})"
                ),
            ),
        ),
    )


def cut(edges: str, others: str) -> str:
    """Return the pieces (start, end) of edges that others cut, in order."""

    def pieces(edge: str) -> str:
        touching = each(
            only(others, lambda other: let(f"{other}.1", lambda c: is_on(edge, c))), lambda other: f"{other}.1"
        )
        through = each(only(others, lambda other: crosses(edge, other)), lambda other: crossing(edge, other))
        return let(
            f"arraySort(_c -> {gap('_c', f'{edge}.1')}, arrayConcat([{edge}.1], {touching}, {through}))",
            lambda points: each_two(
                points, f"arrayPushBack(arrayPopFront({points}), {edge}.2)", lambda a, b: f"tuple({a}, {b})"
            ),
        )

    return f"arrayFlatten({each(edges, pieces)})"


def turned(piece: str) -> str:
    """Return a named piece in the other direction."""
    return f"tuple({piece}.2, {piece}.1)"


def _turn(before: str, at: str, after: str) -> str:
    """Return the angle, clockwise, from the way back to the way on, over zero and at most once round."""
    return let_all(
        (
            let(cross(before, after), lambda n: dot(at, n)),
            f"{dot(before, after)} - {dot(before, at)} * {dot(after, at)}",
        ),
        lambda sine, cosine: f"if({sine} < 0, atan2(-{sine}, {cosine}), 2 * pi() - atan2({sine}, {cosine}))",
    )


def rings_of(pieces: str) -> str:
    """Return the rings that named pieces make: at a point with several ways on, the one that keeps the region together is taken."""
    following = each(
        pieces,
        lambda piece: let(
            f"arrayFilter(_i -> {pieces}[_i].1 = {piece}.2, arrayEnumerate({pieces}))",
            lambda ways: (
                f"if(length({ways}) = 1, {ways}[1], arraySort(_i -> {_turn(f'{piece}.1', f'{piece}.2', f'{pieces}[_i].2')}, {ways})[1])"
            ),
        ),
    )

    def doubled(so_far: str, _round: str) -> str:
        """Return for each piece twice the way on, and the last piece that was met on the way."""
        return (
            f"tuple({each(f'{so_far}.1', lambda way: f'{so_far}.1[{way}]')}, "
            + each_two(f"{so_far}.1", f"{so_far}.2", lambda way, last: f"greatest({last}, {so_far}.2[{way}])")
            + ")"
        )

    def last_of(ways: str) -> str:
        return fold(f"range({_ROUNDS})", f"tuple({ways}, arrayEnumerate({ways}))", doubled) + ".2"

    def ring(ways: str, last: str, root: str) -> str:
        walked = fold(
            f"range(countEqual({last}, {root}) - 1)",
            f"[{ways}[{root}]]",
            lambda so_far, _step: f"arrayPushBack({so_far}, {ways}[{so_far}[-1]])",
        )
        return each(walked, lambda i: f"{pieces}[{i}].1")

    return let(
        each(following, lambda way: f"toUInt32({way})"),
        lambda ways: let(
            last_of(ways), lambda last: each(f"arrayDistinct({last})", lambda root: ring(ways, last, root))
        ),
    )


def sides_of(first: str, second: str) -> str:
    """Return for each of two regions (its edges, those of the other, a point inside the other)."""
    with_inner = each(each(f"[{first}, {second}]", region_edges), lambda edges: f"tuple({edges}, {inner_point(edges)})")
    return let(
        with_inner,
        lambda both: f"[tuple({both}[1].1, {both}[2].1, {both}[2].2), tuple({both}[2].1, {both}[1].1, {both}[1].2)]",
    )


def inside(piece: str, side: str) -> str:
    """Return whether the middle of a named piece is in the other region of its side."""
    return let(unit(plus(f"{piece}.1", f"{piece}.2")), lambda at: contains(f"{side}.2", f"{side}.3", at))


def overlay(first: str, second: str, kept: Callable[[str, str, str, str], str], result: Two) -> str:
    """Return `result` of (the pieces of each region, those of each that are kept).

    `kept` says it of (a piece, its side, the pieces of the other region, the number of the region: 1 or 2).
    """
    return let(
        sides_of(first, second),
        lambda sides: let(
            each(sides, lambda side: cut(f"{side}.1", f"{side}.2")),
            lambda pieces: let(
                each_two(
                    sides,
                    "[1, 2]",
                    lambda side, i: only(f"{pieces}[{i}]", lambda piece: kept(piece, side, f"{pieces}[3 - {i}]", i)),
                ),
                lambda found: result(pieces, found),
            ),
        ),
    )


def _outside(piece: str, side: str, others: str, i: str) -> str:
    """A piece of the union: outside the other region, or of both, and then once."""
    return f"NOT has({others}, {turned(piece)}) AND if(has({others}, {piece}), {i} = 1, NOT {inside(piece, side)})"


def union(first: str, second: str) -> str:
    """Return the union of two named regions."""
    return let(
        snapped(second, first),
        lambda moved: overlay(
            first,
            moved,
            _outside,
            lambda _pieces, kept: let(f"arrayConcat({kept}[1], {kept}[2])", rings_of),
        ),
    )


def union_of(regions: str) -> str:
    """Return the union of an array of regions. The two with the fewest points are united first, over and over, as the S2 library does."""

    def step(queue: str, i: str) -> str:
        return let(
            f"arraySort(_r -> tuple(_r.1, _r.2), {queue})",
            lambda ordered: (
                f"arrayPushBack(arraySlice({ordered}, 3), tuple(toUInt64({ordered}[1].1 + {ordered}[2].1), toUInt64({i}), "
                + let_all((f"{ordered}[1].3", f"{ordered}[2].3"), union)
                + "))"
            ),
        )

    def united(all_: str) -> str:
        start = each_two(
            all_,
            f"arrayEnumerate({all_})",
            lambda region, i: f"tuple(toUInt64(length(arrayFlatten({region}))), toUInt64({i}), {region})",
        )
        return f"if(length({all_}) < 2, {all_}[1], {fold(f'range(length({all_}) + 1, 2 * length({all_}))', start, step)}[1].3)"

    return let(regions, united)
