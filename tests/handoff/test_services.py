"""Ask for packages and take them back."""

import uuid
from datetime import timedelta

import pytest

from huntline.audit.models import Entry
from huntline.handoff.errors import (
    HandoffBeyondGroups,
    HandoffNotFound,
    HandoffNotReady,
    HandoffWithdrawn,
    RecipientInvalid,
    TooManyHandoffs,
)
from huntline.handoff.jobs import make_due
from huntline.handoff.links import token_of, url_of
from huntline.handoff.models import Handoff, HandoffState, SubjectKind
from huntline.handoff.queries import About, find_handoff, handoffs_within
from huntline.handoff.services import HandoffForm, make_handoff, take_file, withdraw_handoff
from huntline.handoff.storage import file_of
from huntline.identity.models import Membership
from huntline.identity.queries import scope_of as scope_in
from huntline.incidents.errors import IncidentNotFound
from huntline.kernel import PageRequest
from publishing import enrol, publish

pytestmark = pytest.mark.django_db
PAGE = PageRequest(100, 0)


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def told(admin, cast):
    return publish(cast)


def form(told, **changes):
    values = {
        "subject_kind": SubjectKind.NOTIFICATION,
        "subject_id": str(told.pk),
        "recipient_name": "Bo Response",
        "recipient_email": "bo@responders.example",
        "recipient_organization": "Responders Ltd",
    }
    return HandoffForm(**(values | changes))


class TestMake:
    @pytest.mark.requirement("R75")
    def test_is_a_row_before_it_is_a_file(self, admin, told, clock):
        made = make_handoff(admin, form(told))
        row = find_handoff(admin, made.pk)
        assert row.state == HandoffState.MAKING
        assert not file_of(row.pk).exists()
        assert (row.made_by, row.made_by_name) == ("admin@aurora.example", "aurora admin")
        assert row.expires - row.created == timedelta(days=30)
        entry = Entry.objects.get(action="handoff.made")
        assert (entry.object_id, entry.detail["recipient"]) == (str(row.pk), "bo@responders.example")
        assert entry.detail["subject"] == f"notification:{told.pk}"

    def test_the_secret_stands_nowhere(self, admin, told):
        made = make_handoff(admin, form(told))
        token = token_of(made.pk, made.token_seed)
        assert url_of(made).endswith(token)
        assert token not in str(list(Handoff.objects.unscoped("a test").values()))
        assert token not in str(list(Entry.objects.values()))

    def test_two_of_the_same_have_links_of_their_own(self, admin, told):
        assert url_of(make_handoff(admin, form(told))) != url_of(make_handoff(admin, form(told)))

    def test_the_days_of_a_link_are_a_setting(self, admin, told, settings):
        settings.HUNTLINE_HANDOFF_DAYS = 3
        made = make_handoff(admin, form(told))
        assert made.expires - made.created == timedelta(days=3)

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [
            ("recipient_name", "  "), ("recipient_name", "Bo\r\nBcc: x@y.example"), ("recipient_name", "x" * 201),
            ("recipient_organization", "a\nb"), ("recipient_email", "bo"), ("recipient_email", ""),
            ("recipient_email", "bo@x.example\nBcc: a@b.example"),
            ("recipient_email", "보@x.example"),
        ],
    )  # fmt: skip
    def test_a_recipient_that_is_none_is_refused(self, admin, told, field, wrong):
        with pytest.raises(RecipientInvalid):
            make_handoff(admin, form(told, **{field: wrong}))
        assert not Handoff.objects.within(admin).exists()

    def test_what_is_not_there_cannot_be_handed_over(self, admin, told):
        with pytest.raises(IncidentNotFound):
            make_handoff(admin, form(told, subject_kind=SubjectKind.INCIDENT, subject_id="999999"))

    def test_no_more_than_so_many_a_day(self, admin, told, clock, monkeypatch):
        monkeypatch.setattr("huntline.handoff.services.MOST_A_DAY", 2)
        for _ in range(2):
            make_handoff(admin, form(told))
        with pytest.raises(TooManyHandoffs):
            make_handoff(admin, form(told))
        clock.advance(timedelta(days=1, seconds=1))
        make_handoff(admin, form(told))


class TestLimitedRole:
    @pytest.fixture
    def limited(self, admin, told, cast):
        """An analyst whose role is limited to a group that has none of the devices, or all."""

        def scope(*groups):
            Membership.objects.filter(person=cast.aurora_analyst).update(device_groups=[str(group) for group in groups])
            return scope_in(cast.aurora_analyst, cast.aurora)

        return scope

    def test_hands_over_nothing_of_other_devices(self, told, limited):
        with pytest.raises(HandoffBeyondGroups):
            make_handoff(limited(uuid.uuid4()), form(told))

    def test_hands_over_what_is_within(self, told, limited, admin):
        from huntline.telemetry.queries import groups_of_devices

        groups = groups_of_devices(admin, {told.alert.device_id})
        assert make_handoff(limited(*groups), form(told)).state == HandoffState.MAKING


class TestWithdraw:
    @pytest.fixture
    def ready(self, admin, told):
        made = make_handoff(admin, form(told))
        assert make_due() == 1
        return find_handoff(admin, made.pk)

    def test_the_file_goes_and_the_row_stays(self, admin, ready, django_capture_on_commit_callbacks):
        assert file_of(ready.pk).is_file()
        with django_capture_on_commit_callbacks(execute=True):
            withdraw_handoff(admin, ready.pk)
        assert not file_of(ready.pk).exists()
        row = find_handoff(admin, ready.pk)
        assert (row.state, row.withdrawn_by, row.sha256) == (
            HandoffState.WITHDRAWN,
            "admin@aurora.example",
            ready.sha256,
        )
        assert Entry.objects.get(action="handoff.withdrawn").detail["sha256"] == ready.sha256

    def test_once(self, admin, ready):
        withdraw_handoff(admin, ready.pk)
        with pytest.raises(HandoffWithdrawn):
            withdraw_handoff(admin, ready.pk)

    def test_one_that_is_being_made_is_never_ready(self, admin, told):
        made = make_handoff(admin, form(told))
        withdraw_handoff(admin, made.pk)
        assert make_due() == 0
        assert not file_of(made.pk).exists()

    def test_of_another_tenant_is_none(self, ready, scope_of):
        with pytest.raises(HandoffNotFound):
            withdraw_handoff(scope_of("bluefin_admin", "bluefin"), ready.pk)


class TestTakeFile:
    def test_is_recorded_and_is_no_receipt(self, admin, told):
        made = make_handoff(admin, form(told))
        with pytest.raises(HandoffNotReady):
            take_file(admin, made.pk)
        make_due()
        take_file(admin, made.pk)
        assert Entry.objects.get(action="handoff.downloaded").actor_name == "admin@aurora.example"
        assert list(find_handoff(admin, made.pk).receipts.all()) == []

    def test_not_after_it_expired(self, admin, told, clock):
        made = make_handoff(admin, form(told))
        make_due()
        clock.advance(timedelta(days=30))
        with pytest.raises(HandoffNotReady):
            take_file(admin, made.pk)


class TestList:
    def test_by_what_it_is_about(self, admin, told, cast):
        make_handoff(admin, form(told))
        number = str(told.alert.incident_id)
        make_handoff(admin, form(told, subject_kind=SubjectKind.INCIDENT, subject_id=number))
        assert handoffs_within(admin, PAGE).total == 2
        (one,) = handoffs_within(admin, PAGE, About(SubjectKind.INCIDENT, number)).items
        assert one.subject_kind == SubjectKind.INCIDENT
        assert handoffs_within(admin, PAGE, About(SubjectKind.INCIDENT, "0")).total == 0

    def test_a_stranger_has_none(self, admin, told, scope_of):
        make_handoff(admin, form(told))
        assert handoffs_within(scope_of("bluefin_admin", "bluefin"), PAGE).total == 0
