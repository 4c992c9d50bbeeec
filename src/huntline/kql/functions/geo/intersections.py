"""Functions that say whether shapes meet, and what they have in common. Edges and corners belong to a polygon."""

from collections.abc import Callable

from huntline.kql.functions.geo.chains import paths_of, rings_of
from huntline.kql.functions.geo.notation import Two, each, let, let_all, only, some
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


def _of_lines(one: str, two: str) -> str:
    """Return what two named arrays of lines have in common."""

    def common(pieces: str) -> str:
        shared = only(f"{pieces}[1]", lambda piece: f"has({pieces}[2], {piece}) OR has({pieces}[2], {turned(piece)})")
        return let(
            shared,
            lambda kept: common_points(
                pieces, kept, lambda points: let(paths_of(kept), lambda paths: _parts(points, paths, None))
            ),
        )

    return let(snapped(two, one), lambda moved: let(cut_both(line_edges(one), line_edges(moved)), common))


def _of_line_and_polygon(lines: str, regions: str) -> str:
    """Return what named lines and polygons have in common."""

    def common(pieces: str, edges: str, inner: str) -> str:
        kept = only(
            f"{pieces}[1]",
            lambda piece: (
                f"has({pieces}[2], {piece}) OR has({pieces}[2], {turned(piece)}) OR {inside(piece, edges, inner)}"
            ),
        )
        return let(
            kept,
            lambda found: common_points(
                pieces, found, lambda points: let(paths_of(found), lambda paths: _parts(points, paths, None))
            ),
        )

    return let(
        union_of(regions),
        lambda region: let_all(
            (snapped(lines, region), with_inner_points(f"[{region}]")),
            lambda moved, side: let(
                cut_both(line_edges(moved), f"{side}[1].1"),
                lambda pieces: common(pieces, f"{side}[1].1", f"{side}[1].2"),
            ),
        ),
    )


def _of_both(piece: str, i: str, others: str, edges: str, inner: str) -> str:
    """A piece of the intersection: inside the other region, or of both, and then once."""
    return f"NOT has({others}, {turned(piece)}) AND if(has({others}, {piece}), {i} = 1, {inside(piece, edges, inner)})"


def _of_regions(one: str, two: str) -> str:
    """Return what two named regions have in common: where only edges or corners touch, those."""

    def common(pieces: str, kept: str) -> str:
        return let_all(
            (
                f"arrayConcat({kept}[1], {kept}[2])",
                only(f"{pieces}[1]", lambda piece: f"has({pieces}[2], {turned(piece)})"),
            ),
            lambda area, border: common_points(
                pieces,
                f"arrayConcat({area}, {border})",
                lambda points: let_all(
                    (paths_of(border), rings_of(area)), lambda paths, region: _parts(points, paths, region)
                ),
            ),
        )

    return let(snapped(two, one), lambda moved: overlay(one, moved, _of_both, common))


def _of_polygons(one: str, two: str) -> str:
    return let(each(f"[{one}, {two}]", union_of), lambda both: let_all((f"{both}[1]", f"{both}[2]"), _of_regions))


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
