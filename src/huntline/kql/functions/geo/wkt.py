"""Well-known text of shapes, as GeoJSON. A text that is none, or has more than two coordinates, gives null."""

from huntline.kql.functions.geo.notation import each, every, let
from huntline.kql.functions.spec import FunctionSpec, row

_NUMBER = r"-?[0-9]+(?:\\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"
_PAIR = rf"\\s*{_NUMBER}\\s+{_NUMBER}\\s*"


def _list(item: str) -> str:
    """Return the expression of things in brackets with commas between them."""
    return rf"\\s*\\({item}(?:,{item})*\\)\\s*"


_ONE = rf"\\s*\\({_PAIR}\\)\\s*"
_LINE = _list(_PAIR)
_RINGS = _list(_LINE)
# The type of GeoJSON, the name in well-known text, and what its brackets hold.
_KINDS = (
    ("Point", "POINT", _ONE),
    ("LineString", "LINESTRING", _LINE),
    ("Polygon", "POLYGON", _RINGS),
    ("MultiPoint", "MULTIPOINT", f"(?:{_LINE}|{_list(_ONE)})"),
    ("MultiLineString", "MULTILINESTRING", _RINGS),
    ("MultiPolygon", "MULTIPOLYGON", _list(_RINGS)),
)
_PLAIN = "|".join(name for _, name, _ in _KINDS)
_COLLECTION = r"^(?i)\\s*GEOMETRYCOLLECTION\\s*\\((.*)\\)\\s*$"
_ITEM = rf"(?i)(?:{_PLAIN})[-+0-9.eE,()\\s]*\\)"


def _shape(text: str) -> str:
    """Return the JSON text of a shape that is no collection, '' for what is none."""
    pairs = rf"replaceRegexpAll({text}, '({_NUMBER})\\s+({_NUMBER})', '[\\1,\\2]')"
    brackets = rf"replaceRegexpAll(translate({pairs}, '()', '[]'), '[A-Za-z]{{2,}}|\\s+', '')"
    # A point has no list round its coordinates, and the points of a list may have brackets of their own.
    single = rf"replaceRegexpAll({brackets}, '\\[(\\[[^][]*\\])\\]', '\\1')"
    cases = ", ".join(
        f'match({text}, \'^(?i)\\\\s*{name}{inside}$\'), concat(char(123), \'"type":"{kind}","coordinates":\', '
        + (_multipoint(single) if kind == "MultiPoint" else single if kind == "Point" else brackets)
        + ", char(125))"
        for kind, name, inside in _KINDS
    )
    return f"multiIf({cases}, '')"


def _multipoint(single: str) -> str:
    return let(single, lambda points: f"if(startsWith({points}, '[['), {points}, concat('[', {points}, ']'))")


def _collection(text: str) -> str:
    inside = f"extract({text}, '{_COLLECTION}')"
    left_over = f"match(replaceRegexpAll({inside}, '{_ITEM}', ';'), '^\\\\s*;(?:\\\\s*,?;?)*$')"
    return let(
        each(f"extractAll({inside}, '{_ITEM}')", _shape),
        lambda shapes: (
            f"if(notEmpty({shapes}) AND {left_over} AND {every(shapes, lambda shape: f'notEmpty({shape})')}, "
            f"concat(char(123), '\"type\":\"GeometryCollection\",\"geometries\":[', arrayStringConcat({shapes}, ','), ']', char(125)), '')"
        ),
    )


ROWS: tuple[FunctionSpec, ...] = (
    row(
        "geo_from_wkt(string) dynamic",
        let("{0}", lambda text: f"if(match({text}, '{_COLLECTION}'), {_collection(text)}, {_shape(text)})"),
    ),
)
