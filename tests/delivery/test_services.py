"""E-mail rules: what they take, and since when they count."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huntline.audit.models import Entry
from huntline.delivery import queries, services
from huntline.delivery.addresses import checked_address, checked_line, folded
from huntline.delivery.errors import (
    AddressInvalid,
    HeaderInvalid,
    NotARecipient,
    RuleIncomplete,
    RuleNotFound,
    SeverityUnknown,
)
from huntline.delivery.models import Mail, MailKind, MailState, RuleRecipient
from huntline.delivery.services import RuleForm
from huntline.kernel import PageRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(scope_of):
    return scope_of("aurora_admin", "aurora")


def form(**fields):
    values = {"name": "Night watch", "severities": ["High"], "recipients": ["soc@aurora.example"]}
    return RuleForm(**(values | fields))


def addresses(scope, rule):
    return [row.address for row in queries.find_rule(scope, rule.pk).recipients.all()]


class TestCreateRule:
    @pytest.mark.requirement("R29")
    def test_keeps_what_it_says(self, admin, clock):
        rule = services.create_rule(
            admin, form(recipients=["SOC@Aurora.example", "night@aurora.example"], language="ko")
        )
        assert rule.severities == {"High": clock.now().isoformat()}
        assert set(addresses(admin, rule)) == {"SOC@aurora.example", "night@aurora.example"}
        assert rule.created_by == "admin@aurora.example"

    def test_the_same_mailbox_twice_is_once(self, admin):
        rule = services.create_rule(admin, form(recipients=["soc@aurora.example", "SOC@AURORA.example"]))
        assert len(addresses(admin, rule)) == 1

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"name": " "}, RuleIncomplete),
            ({"name": "x" * 201}, RuleIncomplete),
            ({"name": "a\r\nBcc: x@y.example"}, HeaderInvalid),
            ({"severities": []}, RuleIncomplete),
            ({"severities": ["Severe"]}, SeverityUnknown),
            ({"recipients": []}, RuleIncomplete),
            ({"recipients": [f"p{n}@aurora.example" for n in range(101)]}, RuleIncomplete),
            ({"recipients": ["nobody"]}, AddressInvalid),
            ({"recipients": ["a@b.example\r\nBcc: c@d.example"]}, AddressInvalid),
            ({"recipients": ["Mina <mina@aurora.example>"]}, AddressInvalid),
            ({"recipients": ["미나@aurora.example"]}, AddressInvalid),
        ],
    )
    def test_refuses_what_could_not_be_sent(self, admin, fields, error):
        with pytest.raises(error):
            services.create_rule(admin, form(**fields))
        assert queries.rules_within(admin, PageRequest()).total == 0


class TestChangeRule:
    @pytest.mark.requirement("R30")
    def test_what_stays_keeps_its_time_and_what_is_new_counts_from_now(self, admin, clock):
        start = clock.now()
        rule = services.create_rule(admin, form())
        later = clock.advance(timedelta(days=1))
        changed = services.change_rule(
            admin, rule.pk, form(severities=["High", "Low"], recipients=["soc@aurora.example", "new@aurora.example"])
        )
        assert changed.severities == {"High": start.isoformat(), "Low": later.isoformat()}
        added = dict(RuleRecipient.objects.within(admin).values_list("address", "added"))
        assert added == {"soc@aurora.example": start, "new@aurora.example": later}

    @pytest.mark.requirement("R32")
    def test_a_rule_that_was_off_counts_from_when_it_is_on(self, admin, clock):
        rule = services.create_rule(admin, form(enabled=False))
        later = clock.advance(timedelta(days=1))
        assert services.change_rule(admin, rule.pk, form()).severities == {"High": later.isoformat()}

    def test_a_recipient_who_left_and_came_back_is_new(self, admin, clock):
        rule = services.create_rule(admin, form())
        services.change_rule(admin, rule.pk, form(recipients=["other@aurora.example"]))
        later = clock.advance(timedelta(days=1))
        services.change_rule(admin, rule.pk, form())
        assert RuleRecipient.objects.within(admin).get().added == later

    def test_of_another_tenant_is_not_found(self, admin, scope_of):
        rule = services.create_rule(admin, form())
        stranger = scope_of("bluefin_admin", "bluefin")
        for attempt in (
            lambda: services.change_rule(stranger, rule.pk, form()),
            lambda: services.delete_rule(stranger, rule.pk),
            lambda: services.send_test(stranger, rule.pk, "soc@aurora.example"),
            lambda: queries.find_rule(stranger, rule.pk),
            lambda: queries.mails_of_rule(stranger, rule.pk, PageRequest()),
        ):
            with pytest.raises(RuleNotFound):
                attempt()


class TestDeleteRule:
    @pytest.mark.requirement("R30")
    def test_its_mails_stay(self, admin):
        rule = services.create_rule(admin, form())
        services.send_test(admin, rule.pk, "soc@aurora.example")
        services.delete_rule(admin, rule.pk)
        assert queries.rules_within(admin, PageRequest()).total == 0
        assert Mail.objects.within(admin).get().rule_id is None


class TestSendTest:
    @pytest.mark.requirement("R31")
    def test_goes_to_a_recipient_in_the_rules_language(self, admin):
        rule = services.create_rule(admin, form(language="ja"))
        mail = services.send_test(admin, rule.pk, "soc@aurora.example")
        assert (mail.kind, mail.state, mail.language) == (MailKind.TEST, MailState.KEPT, "ja")
        assert "Night watch" in mail.subject
        assert "テスト" in mail.subject

    def test_every_request_is_a_mail(self, admin):
        rule = services.create_rule(admin, form())
        assert len({services.send_test(admin, rule.pk, "soc@aurora.example").pk for _ in range(3)}) == 3

    def test_goes_to_oneself_too_and_to_nobody_else(self, admin):
        rule = services.create_rule(admin, form())
        services.send_test(admin, rule.pk, "Admin@aurora.example")
        with pytest.raises(NotARecipient):
            services.send_test(admin, rule.pk, "victim@elsewhere.example")


class TestRecord:
    @pytest.mark.requirement("R79")
    def test_every_change_of_a_rule_is_in_the_audit_record(self, admin):
        rule = services.create_rule(admin, form())
        services.change_rule(admin, rule.pk, form(name="Day watch"))
        services.send_test(admin, rule.pk, "soc@aurora.example")
        services.delete_rule(admin, rule.pk)
        entries = Entry.objects.filter(object_type="email_rule")
        assert [entry.action.removeprefix("email_rule.") for entry in entries] == [
            "created",
            "changed",
            "tested",
            "deleted",
        ]
        assert entries[1].detail["name"] == "Day watch"


class TestAddresses:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.text(max_size=80))
    def test_what_passes_is_one_address_of_ascii_without_blanks(self, text):
        try:
            address = checked_address(text)
        except AddressInvalid:
            return
        assert address.isascii()
        assert address.isprintable()
        assert " " not in address
        assert checked_address(address) == address

    @given(st.text(max_size=80))
    def test_a_folded_text_is_always_a_line(self, text):
        assert checked_line(folded(text), "subject") == folded(text)
