"""Pieces of edges put together: to rings, and to paths.

A piece is (start, end); what fits together has the same numbers to the last bit. Pieces are followed by their numbers in the array, from 1.
"""

from collections.abc import Callable

from huntline.kql.functions.geo.notation import Two, each, each_two, fold, let, pipe
from huntline.kql.functions.geo.vectors import turn


def _followed(ways: str) -> str:
    """Return for each piece (where the way on from it ends, the last piece on the way, how many steps it is).

    `ways` has for each piece the next one, or itself at the end. In a circle the way is followed round, more often than needed.
    """

    def doubled(so_far: str, _round: str) -> str:
        return (
            f"tuple({each(f'{so_far}.1', lambda way: f'{so_far}.1[{way}]')}, "
            + each_two(f"{so_far}.1", f"{so_far}.2", lambda way, last: f"greatest({last}, {so_far}.2[{way}])")
            + ", "
            + each_two(f"{so_far}.1", f"{so_far}.3", lambda way, steps: f"toUInt64({steps} + {so_far}.3[{way}])")
            + ")"
        )

    rounds = f"range(toUInt64(ceil(log2(length({ways}) + 1))) + 1)"
    steps = each_two(ways, f"arrayEnumerate({ways})", lambda way, i: f"toUInt64({way} != {i})")
    return fold(rounds, f"tuple({ways}, arrayEnumerate({ways}), {steps})", doubled)


def _ordered(ways: str) -> str:
    """Return the numbers of the pieces that follow one another, an array for each ring or path. A ring ends with its last piece."""

    def opened(found: str) -> str:
        return (
            f"arrayMap((_w, _e, _l, _i) -> if({found}.1[_e] != _e AND _l = _i, _i, _w), "
            f"{found}.1, {found}.2.1, {found}.2.2, arrayEnumerate({found}.1))"
        )

    def path(found: str, end: str) -> str:
        return f"arrayReverseSort(_i -> {found}.3[_i], arrayFilter(_i -> {found}.1[_i] = {end}, arrayEnumerate({found}.1)))"

    return pipe(
        ways,
        lambda all_: f"tuple({all_}, {_followed(all_)})",
        opened,
        _followed,
        lambda found: each(f"arrayDistinct({found}.1)", lambda end: path(found, end)),
    )


def _ways(pieces: str, piece: str) -> str:
    """Return the numbers of the pieces that start where a named one ends."""
    return f"arrayFilter(_i -> {pieces}[_i].1 = {piece}.2, arrayEnumerate({pieces}))"


def rings_of(pieces: str) -> str:
    """Return the rings of points that pieces make: where there are several ways on, the one that keeps the region together."""

    def following(all_: str, piece: str, i: str) -> str:
        return let(
            _ways(all_, piece),
            lambda ways: (
                f"multiIf(length({ways}) = 1, {ways}[1], empty({ways}), {i}, "
                f"arraySort(_i -> {turn(f'{piece}.1', f'{piece}.2', f'{all_}[_i].2')}, {ways})[1])"
            ),
        )

    return _put_together(pieces, following, lambda all_, ring: each(ring, lambda i: f"{all_}[{i}].1"))


def paths_of(pieces: str) -> str:
    """Return the paths of points that pieces make. Where more than two meet, paths end."""

    def following(all_: str, piece: str, i: str) -> str:
        return let(
            _ways(all_, piece),
            lambda ways: f"if(length({ways}) = 1 AND arrayCount(_p -> _p.2 = {piece}.2, {all_}) = 1, {ways}[1], {i})",
        )

    def points(all_: str, path: str) -> str:
        return f"arrayPushBack({each(path, lambda i: f'{all_}[{i}].1')}, {all_}[{path}[-1]].2)"

    return _put_together(pieces, following, points)


def _put_together(pieces: str, following: Callable[[str, str, str], str], points: Two) -> str:
    """Return `points` of (the pieces, the numbers of those of one chain) for each chain.

    `following` gives of (the pieces, a piece, its number) the number of the next one, its own where there is none.
    """
    return pipe(
        pieces,
        lambda all_: (
            f"tuple({all_}, "
            + each_two(all_, f"arrayEnumerate({all_})", lambda piece, i: following(all_, piece, i))
            + ")"
        ),
        lambda found: f"tuple({found}.1, {_ordered(f'{found}.2')})",
        lambda found: each(f"{found}.2", lambda chain: points(f"{found}.1", chain)),
    )
