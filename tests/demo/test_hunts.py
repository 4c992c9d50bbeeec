"""The demo's hunts hit the steps that they name, by their meaning in Python and by the real compiler and engine."""

from itertools import pairwise
from pathlib import Path

import pytest

from demo.expectations import PREDICATES
from huntline.demo.hunts import HUNTS
from huntline.demo.moments import DAY, MINUTE
from huntline.demo.storyline import STEPS_BY_NAME
from huntline.kernel import FixedClock, use_clock


@pytest.mark.parametrize("hunt", HUNTS, ids=lambda hunt: hunt.name)
class TestHunts:
    def test_hits_are_the_steps_it_names_and_nothing_else(self, week, hunt):
        steps = {(label.device_name, label.ticks): step for step, labels in week.labels().items() for label in labels}
        hits = PREDICATES[hunt.name](week)
        assert hits
        assert {steps[hit] for hit in hits} == set(hunt.finds)

    def test_names_known_steps_of_its_customer(self, hunt):
        for step in hunt.finds:
            assert STEPS_BY_NAME[step].customer == hunt.customer
            assert not STEPS_BY_NAME[step].is_decoy
        assert hunt.technique in {STEPS_BY_NAME[step].technique for step in hunt.finds} | {"T1505.003"}


class TestStoryline:
    def test_every_step_has_rows_and_every_decoy_too(self, week):
        assert set(week.labels()) == set(STEPS_BY_NAME)

    def test_labels_are_beside_the_rows_not_in_them(self, week):
        # Names such as `cron` are words of the trade; those with a hyphen are ours alone.
        ours = {name for name in STEPS_BY_NAME if "-" in name} | {"decoy"}
        for batch in week.batches:
            for row in batch.rows:
                assert not ours & {value for value in row.values() if isinstance(value, str)}

    def test_steps_follow_one_another(self, week):
        firsts = [
            min(label.ticks for label in week.labels()[step])
            for step in (
                "lure-mail",
                "lure-download",
                "mshta",
                "encoded-powershell",
                "implant",
                "discovery",
                "run-key",
                "scheduled-task",
                "lsass-dump",
                "kerberoast",
                "lateral-service",
                "ntds-theft",
                "exfiltration",
                "shadow-copies",
            )
        ]
        assert all(earlier < later for earlier, later in pairwise(firsts))

    def test_alerts_were_raised_for_two_steps_only(self, week):
        titles = {row["Title"] for row in week.rows("aurora", "AlertInfo")}
        assert titles == {"Anomaly detected in ASEP registry", "File backups were deleted"}
        evidence = week.rows("aurora", "AlertEvidence")
        assert {row["AlertId"] for row in evidence} == {row["AlertId"] for row in week.rows("aurora", "AlertInfo")}
        assert {row["EntityType"] for row in evidence} == {"Machine", "User", "Process", "RegistryValue"}

    def test_exfiltration_takes_three_nights(self, week):
        nights = {(label.ticks + 9 * 60 * MINUTE) // DAY for label in week.labels()["exfiltration"]}
        assert len(nights) == 3

    def test_the_third_customer_has_no_storyline(self, week):
        assert {label.customer for labels in week.labels().values() for label in labels} == {"aurora", "bluefin"}


@pytest.mark.django_db(transaction=True)
def test_hunts_hit_the_same_on_the_engine(week):
    """One load for all hunts: each asks by the provider's hunter, and must name exactly the rows that the predicate names."""
    from huntline.demo.people import PROVIDER_SLUG, person_of
    from huntline.demo.services import load_demo
    from huntline.hunting.services import run
    from huntline.identity.models import Tenant
    from huntline.identity.permissions import Role
    from huntline.identity.queries import scope_of
    from huntline.telemetry.times import ticks_of_text

    with use_clock(FixedClock(week.plan.until)):
        *_, loaded = load_demo(scale=week.plan.scale, seed=week.plan.seed)
        assert loaded.loaded
        hunter = person_of(PROVIDER_SLUG, Role.HUNTER)
        for hunt in HUNTS:
            scope = scope_of(hunter, Tenant.objects.get(slug=hunt.customer))
            hits = {(row["DeviceName"], ticks_of_text(row["Timestamp"])) for row in run(scope, hunt.query).records()}
            assert hits == PREDICATES[hunt.name](week), hunt.name
            for other in {"aurora", "bluefin", "cobalt"} - {hunt.customer}:
                silent = run(scope_of(hunter, Tenant.objects.get(slug=other)), hunt.query)
                assert silent.row_count == 0, (hunt.name, other)


class TestDocument:
    def test_names_every_step_and_hunt(self):
        text = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()
        for step in STEPS_BY_NAME.values():
            assert f"| `{step.name}` | {step.technique} | {step.what}" in text, step.name
        for hunt in HUNTS:
            finds = ", ".join(f"`{step}`" for step in hunt.finds)
            assert f"| {hunt.name} | {hunt.technique} | {hunt.customer} | {finds} |" in text, hunt.name
