"""Passes over a plan that change how it is answered and never what it means, one file each.

What other systems need passes for happens here on the way: columns that nobody asks for are left out by the emitter, which carries what is
needed down; bounds on time are constants since the binder; other filters reach the scan because consecutive operators share a SELECT.
"""

from huntline.kql.plan import Plan
from huntline.kql.rewrite.early_filters import filter_early
from huntline.kql.rewrite.registry_paths import join_registry_paths

__all__ = ["rewrite"]

PASSES = (filter_early, join_registry_paths)


def rewrite(plan: Plan) -> Plan:
    """Return the plan after all passes."""
    for one in PASSES:
        plan = one(plan)
    return plan
