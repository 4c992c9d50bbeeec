"""Functions that need more than a row of a table, a module for each family; importing one enters its functions."""

from huntline.kql.binder.special import (
    arrays,
    digests,
    filters,
    fits,
    geometry,
    seasons,
    shapes,
    texts,
    user_agents,
    values,
)

FAMILIES = (arrays, digests, filters, fits, geometry, seasons, shapes, texts, user_agents, values)
