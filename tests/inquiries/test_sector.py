"""“Was it only us?”: who takes part, who asks, and what is told."""

from datetime import timedelta

import pytest

from huntline.audit.models import Entry
from huntline.hunting.errors import IndicatorInvalid
from huntline.hunting.models import HuntRun
from huntline.hunting.services import read_indicator
from huntline.identity.services import create_tenant
from huntline.inquiries import disclosure, sector
from huntline.inquiries.errors import (
    CaseAccessMissing,
    SectorNotJoined,
    SectorQuestionInvalid,
    SectorQuestionsUsedUp,
    SectorTooSmall,
)
from huntline.inquiries.models import SectorMembership
from huntline.inquiries.vocabulary import Sector
from huntline.kernel import new_id
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import ticks_of

pytestmark = pytest.mark.django_db
HASH = "a" * 40


@pytest.fixture
def others(db, clock):
    """Eight other organizations of the sector."""
    made = [create_tenant(f"other-{number}", f"Other {number}") for number in range(8)]
    for tenant in made:
        SectorMembership(tenant=tenant, sector=Sector.ENERGY, joined_by="x").save(force_insert=True)
    return made


@pytest.fixture
def joined(admin, others):
    sector.join(admin, Sector.ENERGY)
    return others


def see(tenant, clock, sha1=HASH):
    get_engine().insert(
        find_table("DeviceFileEvents"),
        tenant.pk,
        {"Timestamp": [ticks_of(clock.now() - timedelta(days=1))], "FileName": ["x.exe"], "SHA1": [sha1]},
        token=str(new_id()),
        ingested=clock.now(),
    )


@pytest.fixture
def quiet(monkeypatch):
    """No noise: what is counted can be read from what is told."""
    monkeypatch.setattr(sector, "noise", lambda *_: 0)


class TestCompare:
    @pytest.mark.requirement("R68")
    def test_counts_the_others_and_not_the_asker(self, hunter, opened, joined, quiet, clock, cast):
        for tenant in (*joined[:6], cast.aurora):
            see(tenant, clock)
        found = sector.compare(hunter, opened.number, [HASH.upper()], 30)
        assert (found.sector, found.seen, found.period) == (Sector.ENERGY, 5, "2026-Q4")  # six, told in steps of five

    @pytest.mark.requirement("R68")
    def test_few_are_told_as_few_or_none(self, hunter, opened, joined, quiet, clock):
        for tenant in joined[:2]:
            see(tenant, clock)
        assert sector.compare(hunter, opened.number, [HASH], 30).seen is None

    def test_who_takes_no_part_is_not_looked_into(self, hunter, opened, joined, quiet, clock, cast):
        for tenant in (*joined[:2], cast.bluefin):
            see(tenant, clock)
        assert sector.compare(hunter, opened.number, [HASH], 30).seen is None
        assert not Entry.objects.filter(action="sector.counted", tenant_id=cast.bluefin.pk).exists()

    def test_the_others_find_it_in_their_record_without_what_was_asked(self, hunter, opened, joined, clock):
        sector.compare(hunter, opened.number, [HASH], 30)
        entry = Entry.objects.get(action="sector.counted", tenant_id=joined[0].pk)
        assert (entry.detail, entry.actor_name) == ({}, "Huntline")
        assert not HuntRun.objects.unscoped("a test").exists()
        assert Entry.objects.latest("sequence").action == "sector.compared"

    def test_the_same_question_has_the_same_answer_whoever_joins_or_leaves(self, hunter, opened, joined, clock, cast):
        first = sector.compare(hunter, opened.number, [HASH], 30)
        for tenant in joined[:6]:
            see(tenant, clock)
            SectorMembership.objects.unscoped("a test").filter(tenant=tenant).delete()
        assert sector.compare(hunter, opened.number, [HASH], 30) == first

    def test_the_questions_of_a_quarter_are_counted(self, hunter, opened, joined, clock):
        for number in range(sector.QUESTIONS):
            sector.compare(hunter, opened.number, [f"evil{number}.example"], 30)
        with pytest.raises(SectorQuestionsUsedUp):
            sector.compare(hunter, opened.number, ["evil.example"], 30)
        sector.compare(hunter, opened.number, ["evil0.example"], 30)  # known: it tells nothing new

    def test_only_those_that_take_part_ask(self, hunter, opened, others):
        with pytest.raises(SectorNotJoined):
            sector.compare(hunter, opened.number, [HASH], 30)

    def test_a_small_sector_is_told_nothing(self, hunter, admin, opened, others):
        for tenant in others[: 9 - disclosure.SMALLEST_COHORT]:
            SectorMembership.objects.unscoped("a test").filter(tenant=tenant).delete()
        sector.join(admin, Sector.ENERGY)
        with pytest.raises(SectorTooSmall):
            sector.compare(hunter, opened.number, [HASH], 30)

    def test_needs_the_case_open(self, lead, opened, joined):
        with pytest.raises(CaseAccessMissing):
            sector.compare(lead, opened.number, [HASH], 30)

    @pytest.mark.parametrize(("indicators", "days"), [([], 30), ([HASH], 0), ([HASH], 181), ([HASH] * 21, 30)])
    def test_has_bounds(self, hunter, opened, joined, indicators, days):
        with pytest.raises(SectorQuestionInvalid):
            sector.compare(hunter, opened.number, indicators, days)


class TestReadIndicator:
    @pytest.mark.parametrize(
        ("text", "kind", "value"),
        [
            (" AAAA" + "a" * 28, "hash", "a" * 32),
            ("2001:DB8::0001", "address", "2001:db8::1"),
            ("evil[.]example", "domain", "evil.example"),
            ("Boss@Evil.example", "sender", "boss@evil.example"),
        ],
    )
    def test_names_what_it_is(self, text, kind, value):
        found = read_indicator(text)
        assert (found.kind, found.value) == (kind, value)

    @pytest.mark.parametrize(
        "text",
        ["", "x", 'evil"example', "evil.example\n| take 1", '"; drop table', "a" * 33, "evil.exam ple", "évil.example"],
    )
    def test_what_could_end_a_query_is_none(self, text):
        with pytest.raises(IndicatorInvalid):
            read_indicator(text)

    @pytest.mark.parametrize("text", [HASH, "203.0.113.9", "2001:db8::1", "evil.example", "boss@evil.example"])
    def test_every_kind_is_looked_for(self, hunter, opened, joined, clock, text):
        assert sector.compare(hunter, opened.number, [text], 30).days == 30


class TestRoutes:
    PAGE = "/api/v1/tenants/aurora/sector"

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("hunt_lead", 403), ("aurora_admin", 200)],
    )
    def test_who_may_join_and_leave(self, sign_in, who, status):
        client = sign_in(who)
        assert client.put(self.PAGE, {"sector": "energy"}, content_type="application/json").status_code == status
        assert client.delete(self.PAGE).status_code == status

    def test_says_where_it_takes_part(self, sign_in):
        admin = sign_in("aurora_admin")
        assert admin.get(self.PAGE).json() == {"sector": None}
        admin.put(self.PAGE, {"sector": "energy"}, content_type="application/json")
        assert sign_in("aurora_reader").get(self.PAGE).json() == {"sector": "energy"}

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("hunt_lead", 403), ("hunter", 201)],
    )
    def test_who_may_compare(self, sign_in, opened, joined, who, status):
        path = f"/api/v1/tenants/aurora/inquiries/{opened.number}/comparisons"
        answer = sign_in(who).post(path, {"indicators": [HASH]}, content_type="application/json")
        assert answer.status_code == status
