"""Two shapes over one another: their edges, cut where they meet, and what is made of the pieces.

A piece is kept or not, as a whole. Points keep their numbers to the last bit, so that pieces fit by equality.
"""

from collections.abc import Callable

from huntline.kql.functions.geo.chains import rings_of
from huntline.kql.functions.geo.notation import Two, each, each_two, fold, let, only, pipe
from huntline.kql.functions.geo.regions import contains, inner_point, region_edges
from huntline.kql.functions.geo.vectors import crosses, crossing, gap, is_on, is_same, plus, unit


def snapped(shapes: str) -> str:
    """Return shapes, arrays of lines or rings, with the points of the first in place of those that are one place with them."""

    def moved(points: str, p: str) -> str:
        return let(f"arrayFirstIndex(_q -> {is_same('_q', p)}, {points})", lambda i: f"if({i} > 0, {points}[{i}], {p})")

    return pipe(
        shapes,
        lambda all_: f"tuple({all_}, arrayFlatten({all_}[1]))",
        lambda found: each(
            f"{found}.1", lambda shape: each(shape, lambda line: each(line, lambda p: moved(f"{found}.2", p)))
        ),
    )


def points_of(pieces: str) -> str:
    """Return the ends of pieces or edges, each once."""
    return f"arrayDistinct(arrayConcat({each(pieces, lambda piece: f'{piece}.1')}, {each(pieces, lambda piece: f'{piece}.2')}))"


def _cut(edges: str, others: str) -> str:
    """Return the pieces of edges that others cut, in order."""

    def pieces(edge: str, ends: str) -> str:
        through = each(only(others, lambda other: crosses(edge, other)), lambda other: crossing(edge, other))
        touching = only(ends, lambda end: is_on(edge, end))
        return let(
            f"arraySort(_c -> {gap('_c', f'{edge}.1')}, arrayConcat([{edge}.1], {touching}, {through}))",
            lambda points: each_two(
                points, f"arrayPushBack(arrayPopFront({points}), {edge}.2)", lambda a, b: f"tuple({a}, {b})"
            ),
        )

    return let(points_of(others), lambda ends: f"arrayFlatten({each(edges, lambda edge: pieces(edge, ends))})")


def cut_both(both: str) -> str:
    """Return the pieces of each of two named arrays of edges, cut by the other."""
    return each(
        "[1, 2]", lambda i: pipe(f"tuple({both}[{i}], {both}[3 - {i}])", lambda pair: _cut(f"{pair}.1", f"{pair}.2"))
    )


def turned(piece: str) -> str:
    """Return a named piece in the other direction."""
    return f"tuple({piece}.2, {piece}.1)"


def inside(piece: str, edges: str, inner: str) -> str:
    """Return whether the middle of a named piece is in the region of named edges."""
    return let(unit(plus(f"{piece}.1", f"{piece}.2")), lambda at: contains(edges, inner, at))


def overlay(first: str, second: str, kept: Callable[[str, str, str, str, str], str], result: Two) -> str:
    """Return `result` of (the pieces of each of two regions, those of each that are kept).

    `kept` says it of (a piece, the number of its region, the pieces of the other, the other's edges, a point inside the other).
    """

    def chosen(found: str) -> str:
        sides, pieces = f"{found}.1", f"{found}.2"
        return each(
            "[1, 2]",
            lambda i: only(
                f"{pieces}[{i}]",
                lambda piece: kept(piece, i, f"{pieces}[3 - {i}]", f"{sides}[3 - {i}].1", f"{sides}[3 - {i}].2"),
            ),
        )

    return pipe(
        with_inner_points(snapped(f"[{first}, {second}]")),
        lambda sides: f"tuple({sides}, {pipe(each(sides, lambda side: f'{side}.1'), cut_both)})",
        lambda found: f"tuple({found}.2, {chosen(found)})",
        lambda found: result(f"{found}.1", f"{found}.2"),
    )


def with_inner_points(regions: str) -> str:
    """Return (edges, a point inside) of each region."""
    return each(each(regions, region_edges), lambda edges: f"tuple({edges}, {inner_point(edges)})")


def _outside(piece: str, i: str, others: str, edges: str, inner: str) -> str:
    """A piece of the union: outside the other region, or of both, and then once."""
    return (
        f"NOT has({others}, {turned(piece)}) AND if(has({others}, {piece}), {i} = 1, NOT {inside(piece, edges, inner)})"
    )


def union(first: str, second: str) -> str:
    """Return the union of two regions."""
    return pipe(overlay(first, second, _outside, lambda _pieces, kept: f"arrayConcat({kept}[1], {kept}[2])"), rings_of)


def union_of(regions: str) -> str:
    """Return the union of an array of regions. The two with the fewest points are united first, over and over, as the S2 library does."""

    def step(queue: str, i: str) -> str:
        ordered = f"arraySort(_r -> tuple(_r.1, _r.2), {queue})"
        return pipe(
            ordered,
            lambda all_: (
                f"arrayPushBack(arraySlice({all_}, 3), tuple(toUInt64({all_}[1].1 + {all_}[2].1), toUInt64({i}), "
                f"{union(f'{all_}[1].3', f'{all_}[2].3')}))"
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


def common_points(pieces: str, used: str) -> str:
    """Return the points at which two arrays of pieces meet, without the ends of the pieces that are used."""
    return pipe(
        f"tuple({points_of(f'{pieces}[1]')}, {points_of(f'{pieces}[2]')}, {points_of(used)})",
        lambda found: only(f"{found}.1", lambda p: f"has({found}.2, {p}) AND NOT has({found}.3, {p})"),
    )
