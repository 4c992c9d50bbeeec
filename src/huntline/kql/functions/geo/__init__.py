"""Geometry on the sphere, as SQL over arrays of unit vectors.

`notation` names values inside an expression, `vectors` holds the arithmetic, `shapes` reads and writes GeoJSON; the other modules
hold rows.
The sphere is that of the S2 library, which Kusto uses: a radius of 6,371,010 m, edges that are parts of great circles.
"""

from huntline.kql.functions.geo import coverings, densify, intersections, lines, polygons, s2cells, wkt
from huntline.kql.functions.spec import FunctionSpec

__all__ = ["ROWS"]

ROWS: tuple[FunctionSpec, ...] = (
    *coverings.ROWS,
    *densify.ROWS,
    *intersections.ROWS,
    *lines.ROWS,
    *polygons.ROWS,
    *s2cells.ROWS,
    *wkt.ROWS,
)
