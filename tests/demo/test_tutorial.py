"""The tutorial for hunters runs: each of its queries, over the demo's telemetry, in the order of the text."""

import re
from pathlib import Path

import pytest

from huntline.kernel import FixedClock, use_clock

TEXT = (Path(__file__).parents[2] / "docs" / "hunting.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```kql([^\n]*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r" function (\w+)\((.*)\)")


def test_every_block_is_a_query():
    assert len(BLOCKS) > 12
    assert TEXT.count("```") == 2 * len(BLOCKS)


@pytest.mark.django_db(transaction=True)
def test_every_query_answers(week):
    from huntline.demo.people import PROVIDER_SLUG, person_of
    from huntline.demo.services import load_demo
    from huntline.hunting.services import run, save_hunt
    from huntline.identity.models import Tenant
    from huntline.identity.permissions import Role
    from huntline.identity.queries import scope_of

    with use_clock(FixedClock(week.plan.until)):
        for _ in load_demo(scale=week.plan.scale, seed=week.plan.seed):
            pass
        hunter = scope_of(person_of(PROVIDER_SLUG, Role.HUNTER), Tenant.objects.get(slug="aurora"))
        for info, query in BLOCKS:
            named = FUNCTION.fullmatch(info)
            if named is not None:
                save_hunt(
                    hunter,
                    kind="function",
                    name=named[1],
                    parameters=named[2],
                    description="",
                    query=query,
                    library="tenant",
                )
                continue
            result = run(hunter, query)
            assert result.row_count > 0, query
            assert result.warnings == (), (query, result.warnings)
