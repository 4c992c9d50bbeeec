"""Apply, decide, switch: the rules, whoever calls."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huntline.audit.models import Entry
from huntline.audit.services import verify
from huntline.enrolment import queries, services
from huntline.enrolment.errors import (
    ApplicationNotFound,
    ContactInvalid,
    MessageEmpty,
    NotApproved,
    ReasonMissing,
    ServiceOff,
    StatementNotAccepted,
    StatementOutdated,
    StepNotPossible,
)
from huntline.enrolment.models import Application, Enrolment
from huntline.enrolment.privacy import CURRENT, current_statement
from huntline.enrolment.services import ApplicationForm
from huntline.enrolment.states import TRANSITIONS, Outcome, State, Step
from huntline.identity.queries import provider_scope_of
from huntline.kernel import HuntlineError, PageRequest
from huntline.outbox.models import RecordedEvent

FORM = ApplicationForm("Mina Kim", "mina@aurora.example", CURRENT, accepted=True)


@pytest.fixture
def admin(scope_of):
    return scope_of("aurora_admin", "aurora")


@pytest.fixture
def manager(cast):
    return provider_scope_of(cast.account_manager)


class TestSubmitApplication:
    @pytest.mark.requirement("R6")
    @pytest.mark.requirement("R7")
    def test_keeps_contact_and_consent(self, admin, cast, clock):
        application = services.submit_application(admin, FORM)
        assert (application.name, application.email) == ("Mina Kim", "mina@aurora.example")
        statement = current_statement("en")
        assert application.statement_version == statement.version
        assert application.statement_sha256 == statement.sha256
        assert application.person_id == str(cast.aurora_admin.pk)
        assert application.submitted == clock.now()

    def test_records_the_language_in_which_the_statement_was_read(self, admin):
        form = ApplicationForm("Mina Kim", "mina@aurora.example", CURRENT, accepted=True, statement_language="ko")
        application = services.submit_application(admin, form)
        assert application.statement_language == "ko"
        assert application.statement_sha256 == current_statement("ko").sha256

    @pytest.mark.parametrize("name", ["", "   ", "Mina\r\nBcc: x@example.org"])
    def test_a_name_is_one_line_of_text(self, admin, name):
        with pytest.raises(ContactInvalid):
            services.submit_application(admin, ApplicationForm(name, "m@aurora.example", CURRENT, accepted=True))

    @pytest.mark.parametrize("email", ["", "mina", "mina@", "a@b.example\r\nBcc: x@example.org", "a b@c.example"])
    def test_an_address_is_an_address(self, admin, email):
        with pytest.raises(ContactInvalid):
            services.submit_application(admin, ApplicationForm("Mina", email, CURRENT, accepted=True))

    @pytest.mark.requirement("R7")
    def test_needs_the_statement_accepted_in_the_version_in_force(self, admin):
        with pytest.raises(StatementNotAccepted):
            services.submit_application(admin, ApplicationForm("M", "m@aurora.example", CURRENT, accepted=False))
        with pytest.raises(StatementOutdated):
            services.submit_application(admin, ApplicationForm("M", "m@aurora.example", "2020-01", accepted=True))
        assert queries.standing_of(admin).state is State.NOT_APPLIED

    def test_twice_is_refused(self, admin):
        services.submit_application(admin, FORM)
        with pytest.raises(StepNotPossible):
            services.submit_application(admin, FORM)

    @pytest.mark.django_db(transaction=True)
    def test_twice_at_once_leaves_one_application(self, admin):
        def submit(_):
            try:
                return services.submit_application(admin, FORM)
            except StepNotPossible:
                return None
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            made = [row for row in pool.map(submit, range(4)) if row]
        assert len(made) == 1
        assert Application.objects.within(admin).count() == 1


class TestDecide:
    @pytest.mark.requirement("R10")
    @pytest.mark.requirement("R12")
    def test_approval_switches_the_service_on_and_tells(self, admin, manager):
        application = services.submit_application(admin, FORM)
        services.approve_application(manager, application.pk)
        standing = queries.standing_of(admin)
        assert standing.state is State.APPROVED
        assert standing.service_on is True
        assert RecordedEvent.objects.get().name == "application_approved"

    @pytest.mark.requirement("R10")
    def test_decline_gives_the_reason_and_lets_apply_again(self, admin, manager):
        application = services.submit_application(admin, FORM)
        services.decline_application(manager, application.pk, " Only two devices send data. ")
        standing = queries.standing_of(admin)
        assert standing.state is State.DECLINED
        assert standing.application.reason == "Only two devices send data."
        assert RecordedEvent.objects.get().name == "application_declined"
        services.submit_application(admin, FORM)
        assert queries.standing_of(admin).state is State.SUBMITTED

    def test_decline_needs_a_reason(self, admin, manager):
        application = services.submit_application(admin, FORM)
        with pytest.raises(ReasonMissing):
            services.decline_application(manager, application.pk, "  ")

    def test_an_older_application_cannot_be_decided_again(self, admin, manager):
        old = services.submit_application(admin, FORM)
        services.withdraw_application(admin)
        services.submit_application(admin, FORM)
        with pytest.raises(StepNotPossible):
            services.approve_application(manager, old.pk)
        assert queries.standing_of(admin).state is State.SUBMITTED

    def test_an_application_outside_the_scope_is_not_found(self, admin, scope_of):
        application = services.submit_application(admin, FORM)
        with pytest.raises(ApplicationNotFound):
            services.approve_application(scope_of("bluefin_admin", "bluefin"), application.pk)

    @pytest.mark.requirement("R79")
    def test_every_decision_is_in_the_audit_record(self, admin, manager):
        first = services.submit_application(admin, FORM)
        services.decline_application(manager, first.pk, "No devices yet.")
        services.submit_application(admin, FORM)
        services.withdraw_application(admin)
        services.approve_application(manager, services.submit_application(admin, FORM).pk)
        services.switch_service(admin, on=False)
        entries = Entry.objects.filter(tenant_id=admin.tenant).exclude(action__in=["tenant.created", "member.added"])
        assert [(entry.action, entry.actor_name) for entry in entries] == [
            ("application.submitted", "admin@aurora.example"),
            ("application.declined", "account_manager@watchtower.example"),
            ("application.submitted", "admin@aurora.example"),
            ("application.withdrawn", "admin@aurora.example"),
            ("application.submitted", "admin@aurora.example"),
            ("application.approved", "account_manager@watchtower.example"),
            ("service.switched", "admin@aurora.example"),
        ]
        assert list(verify()) == []


class TestAskAndAnswer:
    @pytest.mark.requirement("R10")
    def test_a_question_waits_for_the_applicant_and_the_answer_for_the_manager(self, admin, manager):
        application = services.submit_application(admin, FORM)
        question = services.ask_for_details(manager, application.pk, "  Which sites are in scope?\n")
        assert queries.standing_of(admin).state is State.DETAILS_ASKED
        services.answer_question(admin, "Pohang and Gwangyang.")
        standing = queries.standing_of(admin)
        assert standing.state is State.SUBMITTED
        messages = queries.messages_of(admin, [application.pk])[application.pk]
        assert [(message.from_customer, message.text) for message in messages] == [
            (False, "Which sites are in scope?"),
            (True, "Pohang and Gwangyang."),
        ]
        event = RecordedEvent.objects.get(name="application_details_asked")
        assert event.payload["message_id"] == str(question.pk)
        actions = list(Entry.objects.order_by("sequence").values_list("action", flat=True))
        assert actions[-2:] == ["application.details_asked", "application.details_answered"]

    def test_without_words_nothing_is_asked_or_answered(self, admin, manager):
        application = services.submit_application(admin, FORM)
        with pytest.raises(MessageEmpty):
            services.ask_for_details(manager, application.pk, " \n")
        assert queries.standing_of(admin).state is State.SUBMITTED
        services.ask_for_details(manager, application.pk, "Which sites?")
        with pytest.raises(MessageEmpty):
            services.answer_question(admin, "")
        assert queries.standing_of(admin).state is State.DETAILS_ASKED

    def test_an_applicant_who_was_asked_may_withdraw_and_apply_anew(self, admin, manager):
        application = services.submit_application(admin, FORM)
        services.ask_for_details(manager, application.pk, "Which sites?")
        services.withdraw_application(admin)
        again = services.submit_application(admin, FORM)
        assert again.pk != application.pk
        assert not queries.messages_of(admin, [again.pk])


class TestSwitchService:
    @pytest.mark.requirement("R15")
    def test_there_is_no_switch_before_approval(self, admin):
        services.submit_application(admin, FORM)
        assert queries.standing_of(admin).service_on is None
        with pytest.raises(NotApproved):
            services.switch_service(admin, on=True)

    @pytest.mark.requirement("R13")
    def test_off_and_on(self, admin, manager):
        services.approve_application(manager, services.submit_application(admin, FORM).pk)
        services.switch_service(admin, on=False)
        assert queries.standing_of(admin).service_on is False
        services.switch_service(admin, on=True)
        assert queries.standing_of(admin).service_on is True

    def test_switching_to_where_it_stands_leaves_no_trace(self, admin, manager):
        services.approve_application(manager, services.submit_application(admin, FORM).pk)
        services.switch_service(admin, on=True)
        assert not Entry.objects.filter(action="service.switched").exists()


class TestRequireServiceOn:
    @pytest.mark.requirement("R15")
    def test_refuses_the_one_who_is_not_approved_and_the_one_who_is_off(self, admin, manager):
        with pytest.raises(NotApproved):
            services.require_service_on(admin)
        services.approve_application(manager, services.submit_application(admin, FORM).pk)
        services.require_service_on(admin)
        services.switch_service(admin, on=False)
        with pytest.raises(ServiceOff):
            services.require_service_on(admin)


class TestStandings:
    def test_names_every_tenant_in_one_query(self, admin, manager, cast, django_assert_num_queries):
        services.submit_application(admin, FORM)
        with django_assert_num_queries(1):
            found = queries.standings_within(manager)
        assert {tenant: standing.state for tenant, standing in found.items()} == {
            cast.aurora.pk: State.SUBMITTED,
            cast.bluefin.pk: State.NOT_APPLIED,
        }

    def test_lists_applications_with_their_tenants_in_two_queries(self, admin, manager, django_assert_num_queries):
        services.submit_application(admin, FORM)
        with django_assert_num_queries(2):
            page = queries.applications_within(manager, PageRequest(), Outcome.SUBMITTED)
            assert [row.tenant.slug for row in page.items] == ["aurora"]


class EnrolmentMachine(RuleBasedStateMachine):
    """Takes steps in any order. `admin` and `manager` are scopes, given by the test."""

    @initialize()
    def begin(self):
        Enrolment.objects.within(self.admin).delete()
        Application.objects.within(self.admin).delete()
        self.state, self.on = State.NOT_APPLIED, None

    @rule(step=st.sampled_from(Step))
    def take(self, step):
        possible = (self.state, step) in TRANSITIONS
        try:
            self.perform(step)
        except HuntlineError:
            assert not possible
        else:
            assert possible
            self.state = TRANSITIONS[self.state, step]
            self.on = True if self.state is State.APPROVED else None

    @rule(on=st.booleans())
    def switch(self, on):
        try:
            services.switch_service(self.admin, on=on)
        except NotApproved:
            assert self.state is not State.APPROVED
        else:
            assert self.state is State.APPROVED
            self.on = on

    @invariant()
    def stands_where_the_table_says(self):
        standing = queries.standing_of(self.admin)
        assert (standing.state, standing.service_on) == (self.state, self.on)
        open_ones = Application.objects.within(self.admin).filter(outcome=Outcome.SUBMITTED).count()
        assert open_ones == (1 if self.state in (State.SUBMITTED, State.DETAILS_ASKED) else 0)

    def perform(self, step):
        latest = Application.objects.within(self.admin).first()
        if step is Step.SUBMIT:
            services.submit_application(self.admin, FORM)
        elif step is Step.WITHDRAW:
            services.withdraw_application(self.admin)
        elif step is Step.ANSWER:
            services.answer_question(self.admin, "Two sites.")
        elif latest is None:
            raise ApplicationNotFound
        elif step is Step.APPROVE:
            services.approve_application(self.manager, latest.pk)
        elif step is Step.ASK:
            services.ask_for_details(self.manager, latest.pk, "Which sites?")
        else:
            services.decline_application(self.manager, latest.pk, "Not yet.")


class TestAnyOrderOfSteps:
    def test_the_row_is_where_the_table_says_and_a_refused_step_changes_nothing(self, admin, manager):
        bound = type("Bound", (EnrolmentMachine,), {"admin": admin, "manager": manager})
        run_state_machine_as_test(bound, settings=settings(max_examples=20, stateful_step_count=12, deadline=None))
