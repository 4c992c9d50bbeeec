"""An expert's access to a case: just in time, time-boxed, shown, revocable."""

from datetime import timedelta

import pytest

from huntline.audit.models import Entry
from huntline.inquiries import access, answers, queries
from huntline.inquiries.errors import (
    AccessSpanInvalid,
    CaseAccessMissing,
    CaseAccessNotFound,
    CaseAccessRevoked,
    InquiryNotFound,
)
from huntline.kernel import new_id

pytestmark = pytest.mark.django_db


class TestOpenCase:
    def test_lasts_as_long_as_it_says_and_not_a_minute_longer(self, hunter, inquiry, clock):
        with pytest.raises(CaseAccessMissing):
            queries.find_inquiry(hunter, inquiry.number)
        access.open_case(hunter, inquiry.number, "To answer it.", 2)
        clock.advance(timedelta(hours=2) - timedelta(seconds=1))
        assert queries.find_inquiry(hunter, inquiry.number).pk == inquiry.pk
        clock.advance(timedelta(seconds=1))
        with pytest.raises(CaseAccessMissing):
            queries.find_inquiry(hunter, inquiry.number)

    def test_is_the_experts_own(self, hunter, lead, opened):
        assert queries.find_inquiry(hunter, opened.number).pk == opened.pk
        with pytest.raises(CaseAccessMissing):
            queries.find_inquiry(lead, opened.number)

    def test_is_for_one_case(self, admin, hunter, opened, form):
        from huntline.inquiries.asking import ask

        other = ask(admin, form())
        with pytest.raises(CaseAccessMissing):
            queries.find_inquiry(hunter, other.number)

    def test_is_audited_with_its_reason(self, opened):
        entry = Entry.objects.latest("sequence")
        assert (entry.action, entry.detail["reason"]) == ("case.opened", "To answer it.")

    @pytest.mark.parametrize(("reason", "hours"), [("", 8), ("  ", 8), ("x" * 501, 8), ("Why.", 0), ("Why.", 25)])
    def test_has_a_reason_and_a_span(self, hunter, inquiry, reason, hours):
        with pytest.raises(AccessSpanInvalid):
            access.open_case(hunter, inquiry.number, reason, hours)

    def test_a_case_of_another_tenant_is_not_there(self, inquiry, scope_of):
        with pytest.raises(InquiryNotFound):
            access.open_case(scope_of("hunter", "bluefin"), inquiry.number, "Why.", 1)


class TestShown:
    def test_the_customer_sees_who_looks_now(self, admin, hunter, opened, clock):
        shown = [answers.access(row) for row in access.accesses_of(admin, opened)]
        assert [(one.lasting, one.present) for one in shown] == [(True, False)]
        queries.find_inquiry(hunter, opened.number)
        assert answers.access(access.accesses_of(admin, opened)[0]).present
        clock.advance(timedelta(minutes=3))
        assert not answers.access(access.accesses_of(admin, opened)[0]).present
        clock.advance(timedelta(hours=8))
        assert not answers.access(access.accesses_of(admin, opened)[0]).lasting


class TestRevokeAccess:
    def test_ends_it_at_once_and_only_the_customer_lets_the_expert_back(self, admin, hunter, opened):
        row = access.accesses_of(admin, opened)[0]
        access.revoke_access(admin, opened.number, row.pk)
        with pytest.raises(CaseAccessMissing):
            queries.find_inquiry(hunter, opened.number)
        with pytest.raises(CaseAccessRevoked):
            access.open_case(hunter, opened.number, "Again.", 1)
        access.allow_access(admin, opened.number, row.pk)
        access.open_case(hunter, opened.number, "Again.", 1)
        assert queries.find_inquiry(hunter, opened.number).pk == opened.pk

    def test_one_that_is_over_can_be_revoked_for_the_future(self, admin, hunter, opened):
        access.leave_case(hunter, opened.number)
        access.revoke_access(admin, opened.number, access.accesses_of(admin, opened)[0].pk)
        with pytest.raises(CaseAccessRevoked):
            access.open_case(hunter, opened.number, "Again.", 1)

    def test_what_is_not_there_is_named(self, admin, opened):
        with pytest.raises(CaseAccessNotFound):
            access.revoke_access(admin, opened.number, new_id())


class TestLeaveCase:
    def test_ends_the_own_access(self, hunter, opened):
        access.leave_case(hunter, opened.number)
        with pytest.raises(CaseAccessMissing):
            queries.find_inquiry(hunter, opened.number)
        with pytest.raises(CaseAccessMissing):
            access.leave_case(hunter, opened.number)
