"""Functions over lines: lengths, middles, points on a line and near it.

A MultiLineString is the union of its lines: an edge that occurs twice counts once.
"""

from huntline.kql.functions.geo.chains import paths_of
from huntline.kql.functions.geo.notation import One, each, every, let, let_all, only, pipe
from huntline.kql.functions.geo.shapes import all_edges, lines_of, of_lines, written
from huntline.kql.functions.geo.vectors import (
    RADIUS,
    angle,
    angle_of_gap,
    between,
    degrees,
    held_vector,
    minus,
    nearest,
    place_exists,
    plus,
    size,
    times,
    total,
)
from huntline.kql.functions.spec import FunctionSpec, Nulls, row

_ALWAYS = Nulls.ALWAYS


def length_of(edges: str) -> str:
    """Return the length of edges in metres."""
    return f"{RADIUS} * arraySum({each(edges, lambda edge: angle(f'{edge}.1', f'{edge}.2'))})"


def _once(edges: str) -> str:
    """Return the edges without those that occurred before, in either direction."""
    turned = each(edges, lambda edge: f"if({edge}.1 <= {edge}.2, {edge}, tuple({edge}.2, {edge}.1))")
    return f"arrayDistinct({turned})"


def point_of(vector: str) -> str:
    """Return the JSON text of a Point."""
    return written("Point", degrees(vector))


def _middle(edge: str) -> str:
    """Return the middle of an edge, as long as the edge: their sum points at the middle of a line."""
    return let_all(
        (plus(f"{edge}.1", f"{edge}.2"), minus(f"{edge}.1", f"{edge}.2")),
        lambda both, way: let(f"{size(way)} / {size(both)}", lambda weight: times(both, weight)),
    )


_CENTRE = let(
    "{0}", lambda text: of_lines(text, lambda lines: point_of(total(each(_once(all_edges(lines)), _middle))), "''")
)


def _near_line(body: One, null: str) -> str:
    """Return the body over (point, gap) of the point of line {2} that is nearest to the place {0}, {1}."""
    # The edges are computed outside of what is computed for a place: once for all rows where the line is a constant.
    return let_all(
        ("{0}", "{1}", pipe("{2}", lines_of, all_edges)),
        lambda longitude, latitude, edges: (
            f"if({place_exists(longitude, latitude)} AND notEmpty({edges}), "
            + let(held_vector(longitude, latitude), lambda p: let(nearest(p, edges), body))
            + f", {null})"
        ),
    )


def of_line(text: str, body: One, null: str) -> str:
    """Return the body over the edges of the one line of a text."""
    return of_lines(text, lambda lines: f"if(length({lines}) = 1, {let(all_edges(lines), body)}, {null})", null)


def _lengths(edges: str) -> str:
    return each(edges, lambda edge: angle(f"{edge}.1", f"{edge}.2"))


def _interpolated(edges: str, fraction: str) -> str:
    """Return the point at a share of the length of edges."""

    def point(lengths: str, ends: str) -> str:
        way = f"({fraction} * {ends}[-1])"
        edge = f"greatest(arrayFirstIndex(_e -> _e > {way}, {ends}), 1)"
        return (
            f"if({way} >= {ends}[-1], {edges}[-1].2, "
            + let(
                edge,
                lambda i: between(
                    f"{edges}[{i}].1", f"{edges}[{i}].2", f"(({way} - ({ends}[{i}] - {lengths}[{i}])) / {lengths}[{i}])"
                ),
            )
            + ")"
        )

    return let(_lengths(edges), lambda lengths: let(f"arrayCumSum({lengths})", lambda ends: point(lengths, ends)))


_INTERPOLATE = let_all(
    ("{0}", "{1}"),
    lambda text, fraction: (
        f"if(ifNull({fraction} BETWEEN 0 AND 1, false), "
        + let(
            f"ifNull({fraction}, 0)",
            lambda share: of_line(text, lambda edges: point_of(_interpolated(edges, share)), "''"),
        )
        + ", '')"
    ),
)


def _located(edges: str, p: str) -> str:
    """Return the share of the length of edges that lies before the point nearest to a named point."""
    return let_all(
        (_lengths(edges), nearest(p, edges) + ".2"),
        lambda lengths, least: let(
            f"arrayFirstIndex(_e -> {nearest(p, '[_e]')}.2 = {least}, {edges})",
            lambda i: (
                f"if(arraySum({lengths}) = 0, 0, least(1, (arraySum(arraySlice({lengths}, 1, {i} - 1)) + "
                + let_all((f"{edges}[{i}].1", nearest(p, f"[{edges}[{i}]]") + ".1"), angle)
                + f") / arraySum({lengths})))"
            ),
        ),
    )


_LOCATE = let_all(
    ("{0}", "{1}", "{2}"),
    lambda text, longitude, latitude: (
        f"if({place_exists(longitude, latitude)}, "
        + of_line(text, lambda edges: let(held_vector(longitude, latitude), lambda p: _located(edges, p)), "NULL")
        + ", NULL)"
    ),
)

_LENGTH = let(
    "{0}",
    lambda text: of_lines(text, lambda lines: let(_once(all_edges(lines)), length_of), "NULL"),
)


def _united(lines: str) -> str:
    """Return the JSON text of the union of named lines: lines that go on with one another are one, up to where several meet."""

    def first_time(all_: str) -> str:
        return only(
            all_,
            lambda piece: (
                f"NOT has(arraySlice({all_}, 1, indexOf({all_}, {piece}) - 1), tuple({piece}.2, {piece}.1)) "
                f"AND {piece}.1 != {piece}.2"
            ),
        )

    paths = let(
        f"arrayDistinct({all_edges(lines)})",
        lambda all_: let(first_time(all_), lambda pieces: each(paths_of(pieces), lambda path: each(path, degrees))),
    )
    return let(
        paths,
        lambda found: (
            f"if(length({found}) = 1, {written('LineString', f'{found}[1]')}, {written('MultiLineString', found)})"
        ),
    )


_UNION_OF_ARRAY = let(
    each("{0}", lines_of),
    lambda all_: (
        f"if(notEmpty({all_}) AND {every(all_, lambda lines: f'notEmpty({lines})')}, "
        + let(f"arrayReduce('groupArrayArray', {all_})", _united)
        + ", '')"
    ),
)

ROWS: tuple[FunctionSpec, ...] = (
    row("geo_union_lines_array(array) dynamic", _UNION_OF_ARRAY),
    row("geo_line_length(dynamic) real", _LENGTH, nulls=_ALWAYS),
    row("geo_line_centroid(dynamic) dynamic", _CENTRE),
    row("geo_line_interpolate_point(dynamic, real) dynamic", _INTERPOLATE),
    row("geo_line_locate_point(dynamic, real, real) real", _LOCATE, nulls=_ALWAYS),
    row(
        "geo_distance_point_to_line(real, real, dynamic) real",
        _near_line(lambda found: f"{RADIUS} * {angle_of_gap(f'{found}.2')}", "NULL"),
        nulls=_ALWAYS,
    ),
    row(
        "geo_closest_point_on_line(real, real, dynamic) dynamic", _near_line(lambda found: point_of(f"{found}.1"), "''")
    ),
)
