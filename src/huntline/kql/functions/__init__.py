"""The functions of the language as tables of rows: signature, result, null rule, SQL, rules kept.

`spec` says what a row is; every other module holds the rows of one family.
"""

from huntline.kql.functions import (
    datetimes,
    dynamics,
    encodings,
    formats,
    geo,
    geography,
    hexagons,
    markup,
    network,
    network_v6,
    probability,
    punycode,
    scalars,
    text_search,
    units,
)
from huntline.kql.functions.spec import FunctionSpec

__all__ = ["FUNCTIONS", "OPERATORS"]


def _by_name(*tables: tuple[FunctionSpec, ...]) -> dict[str, tuple[FunctionSpec, ...]]:
    found: dict[str, tuple[FunctionSpec, ...]] = {}
    for rows in tables:
        for spec in rows:
            found[spec.name] = (*found.get(spec.name, ()), spec)
    return found


FUNCTIONS = _by_name(
    scalars.ROWS,
    dynamics.ROWS,
    datetimes.ROWS,
    encodings.ROWS,
    formats.ROWS,
    geo.ROWS,
    geography.ROWS,
    hexagons.ROWS,
    markup.ROWS,
    network.ROWS,
    network_v6.ROWS,
    probability.ROWS,
    punycode.ROWS,
    units.ROWS,
)
"""Scalar functions by name, each with its overloads."""
OPERATORS = _by_name(text_search.ROWS)
"""The string operators by their KQL spelling."""
