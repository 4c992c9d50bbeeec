"""Cells of S2: squares on the six faces of a cube round the earth, cut in four thirty times.

A cell is computed with as (face, i, j, level): column and row among the 2^level squares of the face's side. Its token is the position
along a Hilbert curve in hexadecimal digits, without the zeros at the end. A text that is no token gives null.
"""

from collections.abc import Sequence

from huntline.kql.functions.geo.notation import each, fold, let, let_all
from huntline.kql.functions.geo.shapes import written
from huntline.kql.functions.geo.vectors import degrees, place_exists, vector
from huntline.kql.functions.spec import FunctionSpec, row
from huntline.kql.plan import Apply
from huntline.kql.sql import Sql, Text, fill

_LEVELS = 30
# The Hilbert curve: the position of a quarter (2 * column + row) and the quarter at a position, for each of four orientations,
# and how the orientation turns (exclusive or) in the quarter at a position.
_POSITION_OF_QUARTER = "[0,1,3,2, 0,3,1,2, 2,3,1,0, 2,1,3,0]"
_QUARTER_OF_POSITION = "[0,1,3,2, 0,2,3,1, 3,2,0,1, 3,1,0,2]"
_TURN = "[1,0,0,3]"


def face_of(p: str) -> str:
    """Return the face of the cube that a vector points at, from 0 to 5."""
    x, y, z = f"abs({p}.1)", f"abs({p}.2)", f"abs({p}.3)"
    return (
        f"multiIf({x} > {y} AND {x} > {z}, if({p}.1 < 0, 3, 0), {x} <= {y} AND {y} > {z}, if({p}.2 < 0, 4, 1), "
        f"if({p}.3 < 0, 5, 2))"
    )


def _on_face(p: str, face: str) -> str:
    """Return where a vector meets a face: a pair of numbers from -1 to 1."""
    return (
        f"[tuple({p}.2 / {p}.1, {p}.3 / {p}.1), tuple(-{p}.1 / {p}.2, {p}.3 / {p}.2), "
        f"tuple(-{p}.1 / {p}.3, -{p}.2 / {p}.3), tuple({p}.3 / {p}.1, {p}.2 / {p}.1), "
        f"tuple({p}.3 / {p}.2, -{p}.1 / {p}.2), tuple(-{p}.2 / {p}.3, -{p}.1 / {p}.3)][{face} + 1]"
    )


def _from_face(face: str, u: str, v: str) -> str:
    """Return the vector, not of length 1, to a point of a face."""
    return (
        f"[tuple(1., {u}, {v}), tuple(-{u}, 1., {v}), tuple(-{u}, -{v}, 1.), "
        f"tuple(-1., -{v}, -{u}), tuple({v}, -1., -{u}), tuple({v}, {u}, -1.)][{face} + 1]"
    )


def _spread(u: str) -> str:
    """Return the share of the side of a face, from 0 to 1, at a point: cells are of nearly the same size."""
    return f"if({u} >= 0, 0.5 * sqrt(1 + 3 * {u}), 1 - 0.5 * sqrt(1 - 3 * {u}))"


def _unspread(share: str) -> str:
    return let(share, lambda s: f"if({s} >= 0.5, (4 * {s} * {s} - 1) / 3, (1 - 4 * (1 - {s}) * (1 - {s})) / 3)")


def _square(share: str) -> str:
    """Return the number of the smallest square at a share of a side."""
    return f"toInt64(least(greatest(floor({share} * {2**_LEVELS}), 0), {2**_LEVELS - 1}))"


def smallest_cell(point: str) -> str:
    """Return (face, i, j) of the smallest cell that holds a vector."""
    return let(
        point,
        lambda p: let(
            face_of(p),
            lambda face: let(
                _on_face(p, face),
                lambda at: f"tuple({face}, {_square(_spread(f'{at}.1'))}, {_square(_spread(f'{at}.2'))})",
            ),
        ),
    )


def token(face: str, i: str, j: str, level: str) -> str:
    """Return the token of a cell."""

    def step(so_far: str, k: str) -> str:
        quarter = (
            f"2 * bitAnd(bitShiftRight({i}, {level} - 1 - {k}), 1) + bitAnd(bitShiftRight({j}, {level} - 1 - {k}), 1)"
        )
        return let(
            f"{_POSITION_OF_QUARTER}[{so_far}.2 * 4 + {quarter} + 1]",
            lambda position: (
                f"tuple(toUInt64({so_far}.1 * 4 + {position}), toUInt8(bitXor({so_far}.2, {_TURN}[{position} + 1])))"
            ),
        )

    position = fold(f"range(toUInt64({level}))", f"tuple(toUInt64(0), toUInt8(bitAnd({face}, 1)))", step) + ".1"
    number = (
        f"bitShiftLeft(toUInt64({face}), 61) + bitShiftLeft({position}, 61 - 2 * {level}) "
        f"+ bitShiftLeft(toUInt64(1), 60 - 2 * {level})"
    )
    return f"replaceRegexpOne(leftPad(lower(hex({number})), 16, '0'), '0+$', '')"


_EVEN = 0x1555_5555_5555_5555
"""The bits at which a number can end: two for each level."""
_NUMBER = "reinterpretAsUInt64(reverse(unhex(rightPad(if(match({0}, '^[0-9A-Fa-f]{1,16}$'), {0}, ''), 16, '0'))))"


def _last_bit(number: str) -> str:
    return f"bitAnd({number}, bitNot({number}) + 1)"


_VALID = let(
    _NUMBER,
    lambda n: f"bitShiftRight({n}, 61) < 6 AND bitAnd({_last_bit(n)}, {_EVEN}) != 0",
)


def _cell_of_number(n: str) -> str:
    """Return (face, i, j, level) of a cell from the number that its token stands for."""

    def step(level: str) -> str:
        def walk(so_far: str, k: str) -> str:
            return let(
                f"bitAnd(bitShiftRight({n}, 59 - 2 * {k}), 3)",
                lambda position: let(
                    f"{_QUARTER_OF_POSITION}[{so_far}.3 * 4 + {position} + 1]",
                    lambda quarter: (
                        f"tuple(toInt64({so_far}.1 * 2 + bitShiftRight({quarter}, 1)), "
                        f"toInt64({so_far}.2 * 2 + bitAnd({quarter}, 1)), "
                        f"toUInt8(bitXor({so_far}.3, {_TURN}[{position} + 1])))"
                    ),
                ),
            )

        start = f"tuple(toInt64(0), toInt64(0), toUInt8(bitAnd(bitShiftRight({n}, 61), 1)))"
        return let(
            fold(f"range({level})", start, walk),
            lambda at: f"tuple(toUInt8(bitShiftRight({n}, 61)), {at}.1, {at}.2, toUInt8({level}))",
        )

    return let(f"toUInt64({_LEVELS} - intDiv(bitCount({_last_bit(n)} - 1), 2))", step)


def of_cell(body: str) -> str:
    """Return a JSON text made from the cell `_cell` of a token, null for what is no token."""
    # What is no token is not computed with: the first face stands in.
    number = f"if({_VALID}, {_NUMBER}, toUInt64({2**60}))"
    return f"if({_VALID}, arrayMap(_cell -> {body}, [{let(number, _cell_of_number)}])[1], '')"


def at_square(face: str, column: str, line: str, level: str) -> str:
    """Return the vector to a point of a face in units of the squares of a level."""
    return let_all(
        (_unspread(f"({column}) / exp2({level})"), _unspread(f"({line}) / exp2({level})")),
        lambda u, v: _from_face(face, u, v),
    )


def corners(face: str, i: str, j: str, level: str) -> str:
    """Return the four corners of a cell, anticlockwise."""
    return each("[(0, 0), (1, 0), (1, 1), (0, 1)]", lambda d: at_square(face, f"{i} + {d}.1", f"{j} + {d}.2", level))


def _neighbour(column: str, line: str) -> str:
    """Return the token of the cell of `_cell`'s level that holds a square of the lowest level, which may lie beside the face."""
    high = 2**_LEVELS

    def across(side: str) -> str:
        """Return the square as a number on a cube whose sides are flat: just over the edge is on the next face."""
        flat = f"(2. * (least(greatest({side}, -1), {high}) - {high // 2}) + 1) / {high}"
        return f"greatest(least({flat}, 1.0000000000000002), -1.0000000000000002)"

    def step(i: str, j: str) -> str:
        inside = f"{i} BETWEEN 0 AND {high - 1} AND {j} BETWEEN 0 AND {high - 1}"
        there = let(
            let_all((across(i), across(j)), lambda u, v: _from_face("_cell.1", u, v)),
            lambda p: let(
                face_of(p),
                lambda face: let(
                    _on_face(p, face),
                    lambda at: f"tuple({face}, {_square(f'0.5 * ({at}.1 + 1)')}, {_square(f'0.5 * ({at}.2 + 1)')})",
                ),
            ),
        )
        return let(
            f"if({inside}, tuple(toUInt8(_cell.1), {i}, {j}), {there})",
            lambda found: token(
                f"{found}.1",
                f"bitShiftRight({found}.2, {_LEVELS} - _cell.4)",
                f"bitShiftRight({found}.3, {_LEVELS} - _cell.4)",
                "_cell.4",
            ),
        )

    return let_all((column, line), step)


def _origin(side: str, offset: str, width: str) -> str:
    return f"toInt64(({side} + {offset}) * {width})"


# In the order of the documentation of geo_s2cell_neighbors. At a corner of the cube two of the places are one cell.
_AROUND = "[(1, 1), (-1, -1), (1, -1), (0, -1), (0, 1), (1, 0), (-1, 0), (-1, 1)]"
_NEIGHBOURS = let(
    f"toInt64(bitShiftLeft(toUInt64(1), {_LEVELS} - _cell.4))",
    lambda width: each(
        _AROUND, lambda d: _neighbour(_origin("_cell.2", f"{d}.1", width), _origin("_cell.3", f"{d}.2", width))
    ),
)
_CENTRE = written("Point", degrees(at_square("_cell.1", "_cell.2 + 0.5", "_cell.3 + 0.5", "_cell.4")))
_OUTLINE = written(
    "Polygon",
    let(
        each(corners("_cell.1", "_cell.2", "_cell.3", "_cell.4"), degrees),
        lambda ring: f"[arrayPushBack({ring}, {ring}[1])]",
    ),
)


def _point_to_cell(_node: Apply, sql: Sequence[Sql]) -> Sql:
    level = sql[2] if len(sql) > 2 else Text("11")
    return fill(_TOKEN_OF_PLACE, *sql[:2], level)


_TOKEN_OF_PLACE = let_all(
    ("{0}", "{1}", "{2}"),
    lambda longitude, latitude, level: (
        f"if({place_exists(longitude, latitude)} AND ifNull({level} BETWEEN 0 AND {_LEVELS}, false), "
        + let_all(
            (
                f"toUInt8(ifNull(least(greatest({level}, 0), {_LEVELS}), 0))",
                let_all(
                    (f"ifNull({longitude}, 0)", f"ifNull({latitude}, 0)"), lambda x, y: smallest_cell(vector(x, y))
                ),
            ),
            lambda deep, cell: token(
                f"{cell}.1",
                f"bitShiftRight({cell}.2, {_LEVELS} - {deep})",
                f"bitShiftRight({cell}.3, {_LEVELS} - {deep})",
                deep,
            ),
        )
        + ", '')"
    ),
)

ROWS: tuple[FunctionSpec, ...] = (
    row("geo_point_to_s2cell(real, real, long?) string", _point_to_cell),
    row("geo_s2cell_to_central_point(string) dynamic", of_cell(_CENTRE)),
    row("geo_s2cell_to_polygon(string) dynamic", of_cell(_OUTLINE)),
    row("geo_s2cell_neighbors(string) dynamic", of_cell(f"toJSONString(arrayDistinct({_NEIGHBOURS}))")),
)
