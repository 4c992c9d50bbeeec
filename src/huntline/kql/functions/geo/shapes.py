"""GeoJSON: what shapes are read as, and how they are written.

Read, a line is an array of pairs (longitude, latitude), lines are an array of those; a ring is an array of pairs whose last is its first,
polygons are an array of arrays of rings. What is not of the type, or not valid, is read as an empty array.
"""

from huntline.kql.functions.geo.notation import One, each, each_two, every, let, pipe
from huntline.kql.functions.geo.vectors import is_simple, normal, vector

_NUMBERS = "Nullable(Float64)"


def _valid_place(pair: str) -> str:
    return f"length({pair}) >= 2 AND ifNull({pair}[1] BETWEEN -180 AND 180 AND {pair}[2] BETWEEN -90 AND 90, false)"


def _pairs(line: str) -> str:
    return each(line, lambda pair: f"tuple(assumeNotNull({pair}[1]), assumeNotNull({pair}[2]))")


def lines_of(text: str) -> str:
    """Return the lines of a LineString or MultiLineString."""
    one, many = f"Array(Array({_NUMBERS}))", f"Array(Array(Array({_NUMBERS})))"
    read = (
        f"multiIf(JSONExtractString({text}, 'type') = 'LineString', [JSONExtract({text}, 'coordinates', '{one}')], "
        f"JSONExtractString({text}, 'type') = 'MultiLineString', JSONExtract({text}, 'coordinates', '{many}'), "
        f"CAST([], '{many}'))"
    )
    return let(
        read,
        lambda lines: (
            f"if({every(lines, lambda line: f'length({line}) >= 2 AND ' + every(line, _valid_place))}, "
            f"{each(lines, _pairs)}, [])"
        ),
    )


def polygons_of(text: str) -> str:
    """Return the polygons of a Polygon or MultiPolygon."""
    one, many = f"Array(Array(Array({_NUMBERS})))", f"Array(Array(Array(Array({_NUMBERS}))))"

    def all_simple(polygons: str) -> str:
        return every(
            polygons,
            lambda rings: every(rings, lambda ring: let(vectors(f"arrayPopBack({ring})"), is_simple)),
        )

    return pipe(
        f"multiIf(JSONExtractString({text}, 'type') = 'Polygon', [JSONExtract({text}, 'coordinates', '{one}')], "
        f"JSONExtractString({text}, 'type') = 'MultiPolygon', JSONExtract({text}, 'coordinates', '{many}'), "
        f"CAST([], '{many}'))",
        lambda polygons: (
            f"if({every(polygons, lambda rings: f'notEmpty({rings}) AND ' + every(rings, _valid_ring))}, "
            f"{each(polygons, lambda rings: each(rings, _pairs))}, [])"
        ),
        lambda polygons: f"if({all_simple(polygons)}, {polygons}, [])",
    )


def _valid_ring(ring: str) -> str:
    """Return whether a ring is closed and has three corners or more, all of them different."""
    return (
        f"length({ring}) >= 4 AND {every(ring, _valid_place)} AND {ring}[1] = {ring}[-1] "
        f"AND arrayUniq({ring}) = length({ring}) - 1"
    )


def written(kind: str, coordinates: str) -> str:
    """Return the JSON text of a shape from nested arrays of numbers or pairs."""
    return f'concat(char(123), \'"type":"{kind}","coordinates":\', toJSONString({coordinates}), char(125))'


def nothing() -> str:
    """Return the JSON text of a shape without points."""
    return 'concat(char(123), \'"type":"GeometryCollection","geometries":[]\', char(125))'


def vectors(line: str) -> str:
    """Return the points of a line as unit vectors."""
    return each(line, lambda pair: vector(f"{pair}.1", f"{pair}.2"))


def edges(line: str) -> str:
    """Return the edges of one line of vectors: (start, end)."""
    return each_two(f"arrayPopBack({line})", f"arrayPopFront({line})", lambda a, b: f"tuple({a}, {b})")


def all_edges(lines: str) -> str:
    """Return the edges of all lines of pairs, as vectors."""
    return f"arrayFlatten({each(lines, lambda line: let(vectors(line), edges))})"


def line_edges(lines: str) -> str:
    """Return the edges of all lines of vectors: (start, end, normal)."""
    found = each(
        lines,
        lambda line: each_two(
            f"arrayPopBack({line})", f"arrayPopFront({line})", lambda a, b: f"tuple({a}, {b}, {normal(a, b)})"
        ),
    )
    return f"arrayFlatten({found})"


def of_lines(text: str, body: One, null: str) -> str:
    """Return the body over the lines of a text, null where it holds none."""
    return let(lines_of(text), lambda lines: f"if(notEmpty({lines}), {body(lines)}, {null})")


def of_polygons(text: str, body: One, null: str) -> str:
    """Return the body over the polygons of a text, null where it holds none."""
    return let(polygons_of(text), lambda polygons: f"if(notEmpty({polygons}), {body(polygons)}, {null})")
