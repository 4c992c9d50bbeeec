"""Pieces of edges put together: to rings, and to paths.

A piece is (start, end); what fits together has the same numbers to the last bit. Pieces are followed by their numbers in the array, from 1.
"""

from huntline.kql.functions.geo.notation import each, each_two, fold, let
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
    opened = let(
        ways,
        lambda all_: let(
            _followed(all_),
            lambda found: (
                f"arrayMap((_w, _e, _l, _i) -> if({all_}[_e] != _e AND _l = _i, _i, _w), "
                f"{all_}, {found}.1, {found}.2, arrayEnumerate({all_}))"
            ),
        ),
    )

    def path(found: str, end: str) -> str:
        return f"arrayReverseSort(_i -> {found}.3[_i], arrayFilter(_i -> {found}.1[_i] = {end}, arrayEnumerate({found}.1)))"

    return let(let(opened, _followed), lambda found: each(f"arrayDistinct({found}.1)", lambda end: path(found, end)))


def _ways(pieces: str, piece: str) -> str:
    """Return the numbers of the pieces that start where a named one ends."""
    return f"arrayFilter(_i -> {pieces}[_i].1 = {piece}.2, arrayEnumerate({pieces}))"


def rings_of(pieces: str) -> str:
    """Return the rings of points that named pieces make: where there are several ways on, the one that keeps the region together."""

    def following(piece: str, i: str) -> str:
        chosen = f"arraySort(_i -> {turn(f'{piece}.1', f'{piece}.2', f'{pieces}[_i].2')}, {{ways}})[1]"
        return let(
            _ways(pieces, piece),
            lambda ways: (
                f"multiIf(length({ways}) = 1, {ways}[1], empty({ways}), {i}, {chosen.replace('{ways}', ways)})"
            ),
        )

    ways = each_two(pieces, f"arrayEnumerate({pieces})", following)
    return each(_ordered(ways), lambda ring: each(ring, lambda i: f"{pieces}[{i}].1"))


def paths_of(pieces: str) -> str:
    """Return the paths of points that named pieces make. Where more than two meet, paths end."""

    def following(piece: str, i: str) -> str:
        return let(
            _ways(pieces, piece),
            lambda ways: f"if(length({ways}) = 1 AND arrayCount(_p -> _p.2 = {piece}.2, {pieces}) = 1, {ways}[1], {i})",
        )

    ways = each_two(pieces, f"arrayEnumerate({pieces})", following)
    return each(
        _ordered(ways),
        lambda path: f"arrayPushBack({each(path, lambda i: f'{pieces}[{i}].1')}, {pieces}[{path}[-1]].2)",
    )
