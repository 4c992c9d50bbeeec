"""Load the demo into a real installation: database, engine, ledger."""

import pytest

from huntline.demo.customers import AURORA, BLUEFIN, COBALT
from huntline.demo.errors import DemoNeedsEmpty, DemoScaleInvalid, LoadedDifferently
from huntline.demo.hunts import HUNTS
from huntline.demo.people import demo_password, sign_ins
from huntline.demo.services import Loaded, Step, load_demo

SCALE = 0.2


def load(**options) -> tuple[list[Step], Loaded]:
    *steps, loaded = load_demo(**{"scale": SCALE, **options})
    return steps, loaded


@pytest.fixture
def counted():
    """Return how many rows of telemetry a tenant has in the engine."""
    from dataclasses import dataclass, field

    from huntline.identity.models import Tenant
    from huntline.telemetry.engine import get_engine

    @dataclass
    class Count:
        sql: str
        parameters: dict = field(default_factory=dict)

    def count(slug: str, table: str) -> int:
        tenant = Tenant.objects.get(slug=slug)
        with get_engine().run(Count(f"SELECT count() FROM {table}"), tenants=[str(tenant.pk)]) as rows:
            return next(value for block in rows for row in block for value in row)

    return count


@pytest.mark.django_db(transaction=True)
class TestLoad:
    def test_whole(self, counted):
        from huntline.delivery.queries import rules_within
        from huntline.demo.findings import IN_REVIEW, PUBLISHED
        from huntline.enrolment.queries import standing_of
        from huntline.hunting.models import SavedHunt
        from huntline.identity.models import Membership, Person, Tenant
        from huntline.identity.queries import scope_of
        from huntline.incidents.queries import alerts_within, drafts_within
        from huntline.kernel import PageRequest
        from huntline.telemetry.models import Device

        steps, loaded = load()

        assert loaded.loaded
        assert loaded.total > 15_000
        assert [step.name for step in steps if step.done == step.total] == [
            "People",
            "Enrolment",
            "Telemetry of Aurora Grid",
            "Telemetry of Bluefin Logistics",
            "Telemetry of Cobalt Foods",
            "Hunts",
            "Notification",
            "Inquiries",
        ]
        for customer in (AURORA, BLUEFIN, COBALT):
            for table in ("DeviceProcessEvents", "DeviceNetworkEvents", "DeviceTvmSoftwareInventory"):
                assert counted(customer.key, table) == loaded.rows[customer.key][table] > 0
            tenant = Tenant.objects.get(slug=customer.key)
            assert Device.objects.unscoped("test").filter(tenant=tenant).count() > 10
            assert tenant.timezone == customer.zone

        roles = {(row.tenant.slug, row.role) for row in Membership.objects.select_related("tenant")}
        assert {(item.tenant, item.role) for item in sign_ins()} == roles
        assert all(person.check_password(demo_password()) for person in Person.objects.all())

        def standing(slug):
            tenant, person = Tenant.objects.get(slug=slug), Person.objects.get(email=f"admin@{slug}.example")
            return standing_of(scope_of(person, tenant))

        assert (standing("aurora").state, standing("aurora").service_on) == ("approved", True)
        assert standing("bluefin").state == "submitted"
        assert standing("cobalt").state == "not_applied"
        assert SavedHunt.objects.unscoped("test").count() == len(HUNTS)

        hunter = scope_of(Person.objects.get(email="hunter@watchtower.example"), Tenant.objects.get(slug="aurora"))
        assert {(draft.title, draft.state) for draft in drafts_within(hunter, PageRequest()).items} == {
            (PUBLISHED.title, "published"),
            (IN_REVIEW.title, "in_review"),
        }
        (alert,) = alerts_within(hunter, PageRequest()).items
        assert (alert.title, alert.severity) == (PUBLISHED.title, "High")
        analyst = scope_of(Person.objects.get(email="admin@aurora.example"), Tenant.objects.get(slug="aurora"))
        (rule,) = rules_within(analyst, PageRequest()).items
        assert [row.address for row in rule.recipients.all()] == ["analyst@aurora.example"]

        again_steps, again = load()
        assert again_steps == []
        assert not again.loaded
        assert (again.rows, again.sign_ins) == (loaded.rows, loaded.sign_ins)
        with pytest.raises(LoadedDifferently):
            load(scale=0.3)
        assert load(scale=0.3, if_empty=True)[1].sign_ins == sign_ins()

    def test_cut_off_and_loaded_again_adds_nothing_twice(self, counted):
        unfinished = load_demo(scale=SCALE)
        while not next(unfinished).name.startswith("Telemetry"):
            pass
        unfinished.close()

        _, loaded = load()

        assert loaded.loaded
        # Of DeviceInfo the ingest door itself adds rows, for days on which a device was seen and did not report.
        for table, rows in loaded.rows["aurora"].items() - {("DeviceInfo", loaded.rows["aurora"]["DeviceInfo"])}:
            assert counted("aurora", table) == rows, table

    @pytest.mark.slow
    def test_the_exercise_range_may_follow_as_one_more_customer(self, counted):
        load()

        steps, loaded = load(exercise=True)

        assert loaded.loaded
        assert {step.name for step in steps} == {"Telemetry of Driftwood Range"}
        for table in ("DeviceProcessEvents", "CloudAppEvents", "DeviceTvmSoftwareVulnerabilities"):
            assert counted("driftwood", table) == loaded.rows["driftwood"][table] > 0
        again_steps, again = load(exercise=True)
        assert again_steps == []
        assert (again.loaded, again.rows) == (False, loaded.rows)

    def test_refuses_an_installation_with_tenants(self, cast):
        with pytest.raises(DemoNeedsEmpty):
            load()
        assert load(if_empty=True) == ([], Loaded(loaded=False))

    def test_refuses_a_scale_out_of_range(self):
        with pytest.raises(DemoScaleInvalid):
            load(scale=0)


class TestPassword:
    def test_follows_from_the_secret_of_the_installation(self, settings):
        first = demo_password()
        assert first == demo_password()
        settings.SECRET_KEY = "another"
        assert demo_password() != first
        assert len(first) == 19
