"""Functions that need more than a row of a table, a module for each family; importing one enters its functions."""

from huntline.kql.binder.special import digests, texts, user_agents, values

FAMILIES = (digests, texts, user_agents, values)
