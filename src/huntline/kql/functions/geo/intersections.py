"""Functions that say whether shapes meet, and what they have in common. Edges and corners belong to a polygon."""

from collections.abc import Callable

from huntline.kql.functions.geo.chains import paths_of, rings_of
from huntline.kql.functions.geo.notation import Two, each, let, let_all, only, pipe, some
from huntline.kql.functions.geo.overlay import (
    common_points,
    cut_both,
    inside,
    overlay,
    snapped,
    turned,
    union_of,
    with_inner_points,
)
from huntline.kql.functions.geo.polygons import polygons_text
from huntline.kql.functions.geo.regions import holds, region_edges, regions_of
from huntline.kql.functions.geo.shapes import line_edges, lines_of, nothing, polygons_of, vectors, written
from huntline.kql.functions.geo.vectors import degrees, meet
from huntline.kql.functions.spec import FunctionSpec, Nulls, row

_ALWAYS = Nulls.ALWAYS


def _of_two(first: Callable[[str], str], second: Callable[[str], str], body: Two, null: str) -> str:
    """Return the body over what two readers of shapes make of the arguments, null where one finds nothing."""
    return let_all(
        (first("{0}"), second("{1}")),
        lambda one, two: f"if(notEmpty({one}) AND notEmpty({two}), {body(one, two)}, {null})",
    )


def _lines(text: str) -> str:
    """Return the lines of a text as vectors."""
    return each(lines_of(text), vectors)


def _regions(text: str) -> str:
    return let(polygons_of(text), regions_of)


def _edges_meet(one: str, two: str) -> str:
    return let_all((one, two), lambda a, b: some(a, lambda e: some(b, lambda f: meet(e, f))))


def _edges_of_regions(regions: str) -> str:
    return f"arrayFlatten({each(regions, region_edges)})"


def _starts_in(lines: str, regions: str) -> str:
    """Return whether the first point of a line is in a region: one that no edge meets is in it as a whole, or not at all."""
    return some(lines, lambda line: let(f"{line}[1]", lambda p: some(regions, lambda region: holds(region, p))))


def _parts(points: str, paths: str, region: str | None) -> str:
    """Return the JSON text of named points, paths and region: a collection where there is more than one kind."""
    places = let(
        each(points, degrees),
        lambda all_: (
            f"multiIf(empty({all_}), '', length({all_}) = 1, {written('Point', f'{all_}[1]')}, {written('MultiPoint', all_)})"
        ),
    )
    lines = let(
        each(paths, lambda path: each(path, degrees)),
        lambda all_: (
            f"multiIf(empty({all_}), '', length({all_}) = 1, {written('LineString', f'{all_}[1]')}, "
            f"{written('MultiLineString', all_)})"
        ),
    )
    polygons = "" if region is None else f", if(empty({region}), '', {polygons_text(region)})"
    return let(
        only(f"[{places}, {lines}{polygons}]", lambda part: f"notEmpty({part})"),
        lambda parts: (
            f"multiIf(empty({parts}), {nothing()}, length({parts}) = 1, {parts}[1], "
            f"concat(char(123), '\"type\":\"GeometryCollection\",\"geometries\":[', arrayStringConcat({parts}, ','), ']', char(125)))"
        ),
    )


def _points_and_paths(found: str) -> str:
    """Return the JSON text of what (pieces of both shapes, those that are kept) make: paths, and the points that are left."""
    return pipe(
        f"tuple({common_points(f'{found}.1', f'{found}.2')}, {paths_of(f'{found}.2')})",
        lambda parts: _parts(f"{parts}.1", f"{parts}.2", None),
    )


def _is_of(piece: str, pieces: str) -> str:
    """Return whether a named piece is one of others, in one direction or the other."""
    return f"(has({pieces}, {piece}) OR has({pieces}, {turned(piece)}))"


def _of_lines(one: str, two: str) -> str:
    """Return what two arrays of lines have in common."""
    return pipe(
        snapped(f"[{one}, {two}]"),
        lambda lines: each(lines, line_edges),
        cut_both,
        lambda pieces: f"tuple({pieces}, {only(f'{pieces}[1]', lambda piece: _is_of(piece, f'{pieces}[2]'))})",
        _points_and_paths,
    )


def _of_line_and_polygon(lines: str, regions: str) -> str:
    """Return what lines and polygons have in common."""
    return pipe(
        f"[{union_of(regions)}, {lines}]",
        snapped,
        lambda both: f"tuple(line_edges, {with_inner_points(f'[{both}[1]]')}[1])".replace(
            "line_edges", line_edges(f"{both}[2]")
        ),
        lambda both: f"tuple({both}.2, {pipe(f'[{both}.1, {both}.2.1]', cut_both)})",
        lambda found: (
            f"tuple({found}.2, "
            + only(
                f"{found}.2[1]",
                lambda piece: f"{_is_of(piece, f'{found}.2[2]')} OR {inside(piece, f'{found}.1.1', f'{found}.1.2')}",
            )
            + ")"
        ),
        _points_and_paths,
    )


def _of_both(piece: str, i: str, others: str, edges: str, inner: str) -> str:
    """A piece of the intersection: inside the other region, or of both, and then once."""
    return f"NOT has({others}, {turned(piece)}) AND if(has({others}, {piece}), {i} = 1, {inside(piece, edges, inner)})"


def _of_regions(one: str, two: str) -> str:
    """Return what two regions have in common: where only edges or corners touch, those."""

    def border(pieces: str) -> str:
        return only(f"{pieces}[1]", lambda piece: f"has({pieces}[2], {turned(piece)})")

    return pipe(
        overlay(
            one,
            two,
            _of_both,
            lambda pieces, kept: f"tuple({pieces}, arrayConcat({kept}[1], {kept}[2]), {border(pieces)})",
        ),
        lambda found: (
            f"tuple({common_points(f'{found}.1', f'arrayConcat({found}.2, {found}.3)')}, "
            f"{paths_of(f'{found}.3')}, {rings_of(f'{found}.2')})"
        ),
        lambda parts: _parts(f"{parts}.1", f"{parts}.2", f"{parts}.3"),
    )


def _of_polygons(one: str, two: str) -> str:
    return pipe(each(f"[{one}, {two}]", union_of), lambda both: _of_regions(f"{both}[1]", f"{both}[2]"))


ROWS: tuple[FunctionSpec, ...] = (
    row(
        "geo_intersects_2lines(dynamic, dynamic) bool",
        _of_two(_lines, _lines, lambda a, b: _edges_meet(line_edges(a), line_edges(b)), "NULL"),
        nulls=_ALWAYS,
    ),
    row(
        "geo_intersects_line_with_polygon(dynamic, dynamic) bool",
        _of_two(
            _lines,
            _regions,
            lambda a, b: f"({_edges_meet(line_edges(a), _edges_of_regions(b))} OR {_starts_in(a, b)})",
            "NULL",
        ),
        nulls=_ALWAYS,
    ),
    row(
        "geo_intersects_2polygons(dynamic, dynamic) bool",
        _of_two(
            _regions,
            _regions,
            lambda a, b: (
                f"({_edges_meet(_edges_of_regions(a), _edges_of_regions(b))} "
                f"OR {some(a, lambda region: _starts_in(region, b))} OR {some(b, lambda region: _starts_in(region, a))})"
            ),
            "NULL",
        ),
        nulls=_ALWAYS,
    ),
    row("geo_intersection_2lines(dynamic, dynamic) dynamic", _of_two(_lines, _lines, _of_lines, "''")),
    row(
        "geo_intersection_line_with_polygon(dynamic, dynamic) dynamic",
        _of_two(_lines, _regions, _of_line_and_polygon, "''"),
    ),
    row("geo_intersection_2polygons(dynamic, dynamic) dynamic", _of_two(_regions, _regions, _of_polygons, "''")),
)
