"""Drafts: the rules, whoever calls."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from huntline.audit.models import Entry
from huntline.hunting.errors import EvidenceNotFound
from huntline.incidents import queries, services
from huntline.incidents.errors import (
    DraftChanged,
    DraftIncomplete,
    DraftNotFound,
    DraftStepNotPossible,
    OwnDraft,
    ReturnReasonMissing,
    StepsInvalid,
    TechniqueInvalid,
    TitleInvalid,
    TooMuchEvidence,
)
from huntline.incidents.models import Alert, Draft, Notification
from huntline.incidents.publication import publish_draft
from huntline.incidents.states import TRANSITIONS, DraftState, DraftStep
from huntline.kernel import HuntlineError
from publishing import capture, enrol, form_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def hunter(scope_of):
    return scope_of("hunter", "aurora")


@pytest.fixture
def lead(scope_of):
    return scope_of("hunt_lead", "aurora")


@pytest.fixture
def evidence(cast):
    return capture(cast.aurora.pk)


class TestCreateDraft:
    @pytest.mark.requirement("R27")
    def test_keeps_what_the_hunter_wrote(self, hunter, evidence):
        draft = services.create_draft(hunter, form_for(evidence))
        assert draft.state == DraftState.DRAFT
        assert draft.author == "hunter@watchtower.example"
        assert draft.writers == [hunter.subject.id]
        assert draft.evidence == [evidence.pk]
        assert draft.revision == 1

    @pytest.mark.parametrize("title", ["", "  ", "x" * 201, "Two\nlines", "A\r\nBcc: x@y.example", "zero\u200bwidth"])
    def test_a_title_is_one_visible_line(self, hunter, title):
        with pytest.raises(TitleInvalid):
            services.create_draft(hunter, form_for(title=title))

    @pytest.mark.parametrize("technique", ["T1", "1059", "t1059", "T1059.1", "T1059.001\n", "T١٠٥٩", "TA0001"])
    def test_techniques_are_those_of_attack(self, hunter, technique):
        with pytest.raises(TechniqueInvalid, match="ATT&CK"):
            services.create_draft(hunter, form_for(techniques=[technique]))

    def test_a_step_is_never_empty(self, hunter):
        with pytest.raises(StepsInvalid):
            services.create_draft(hunter, form_for(recommended_steps=["Isolate.", " "]))

    def test_there_is_an_end_to_evidence(self, hunter, cast):
        captured = [capture(cast.aurora.pk) for _ in range(21)]
        with pytest.raises(TooMuchEvidence):
            services.create_draft(hunter, form_for(*captured))

    def test_evidence_of_another_customer_is_not_found(self, hunter, cast):
        foreign = capture(cast.bluefin.pk)
        with pytest.raises(EvidenceNotFound):
            services.create_draft(hunter, form_for(foreign))


class TestChangeDraft:
    def test_raises_the_revision_and_names_the_writer(self, hunter, lead, evidence):
        draft = services.create_draft(hunter, form_for(evidence))
        changed = services.change_draft(lead, draft.pk, form_for(evidence, title="Better"), seen=1)
        assert (changed.title, changed.revision) == ("Better", 2)
        assert set(changed.writers) == {hunter.subject.id, lead.subject.id}

    def test_what_somebody_saved_meanwhile_is_not_overwritten(self, hunter, evidence):
        draft = services.create_draft(hunter, form_for(evidence))
        services.change_draft(hunter, draft.pk, form_for(evidence, title="First"), seen=1)
        with pytest.raises(DraftChanged):
            services.change_draft(hunter, draft.pk, form_for(evidence, title="Second"), seen=1)

    def test_is_not_possible_while_somebody_reviews_it(self, hunter, evidence):
        draft = services.create_draft(hunter, form_for(evidence))
        services.submit_draft(hunter, draft.pk)
        with pytest.raises(DraftStepNotPossible):
            services.change_draft(hunter, draft.pk, form_for(evidence))

    def test_of_another_tenant_is_not_found(self, hunter, evidence, scope_of):
        draft = services.create_draft(hunter, form_for(evidence))
        with pytest.raises(DraftNotFound):
            services.change_draft(scope_of("hunter", "bluefin"), draft.pk, form_for())


class TestSubmitDraft:
    @pytest.mark.requirement("R70")
    @pytest.mark.parametrize(
        ("field", "nothing"), [("summary", ""), ("what_happened", " "), ("recommended_steps", []), ("evidence_ids", [])]
    )
    def test_needs_everything_that_a_notification_has(self, hunter, evidence, field, nothing):
        draft = services.create_draft(hunter, form_for(evidence, **{field: nothing}))
        with pytest.raises(DraftIncomplete) as refused:
            services.submit_draft(hunter, draft.pk)
        assert refused.value.values["field"] == field


class TestReturnDraft:
    def test_says_why_and_lets_the_author_go_on(self, hunter, lead, evidence):
        draft = services.create_draft(hunter, form_for(evidence))
        services.submit_draft(hunter, draft.pk)
        with pytest.raises(ReturnReasonMissing):
            services.return_draft(lead, draft.pk, " ")
        returned = services.return_draft(lead, draft.pk, "Name the account.")
        assert (returned.state, returned.return_reason) == (DraftState.RETURNED, "Name the account.")
        services.change_draft(hunter, draft.pk, form_for(evidence))
        assert services.submit_draft(hunter, draft.pk).return_reason == ""

    def test_does_not_make_the_lead_a_writer(self, hunter, lead, evidence, cast):
        enrol(cast)
        draft = services.create_draft(hunter, form_for(evidence))
        services.submit_draft(hunter, draft.pk)
        services.return_draft(lead, draft.pk, "Name the account.")
        services.submit_draft(hunter, draft.pk)
        assert publish_draft(lead, draft.pk).published_by == "hunt_lead@watchtower.example"


class TestDeleteDraft:
    def test_is_possible_while_it_is_with_its_author(self, hunter, evidence):
        draft = services.create_draft(hunter, form_for(evidence))
        services.delete_draft(hunter, draft.pk)
        assert not Draft.objects.within(hunter).exists()
        assert Entry.objects.latest("sequence").action == "draft.deleted"


class DraftMachine(RuleBasedStateMachine):
    """Takes steps in any order; `hunter`, `lead` and `evidence` are given by the test."""

    @initialize()
    def begin(self):
        self.draft = services.create_draft(self.hunter, form_for(self.evidence))
        self.state, self.writers = DraftState.DRAFT, {"hunter"}

    @rule(step=st.sampled_from(DraftStep), who=st.sampled_from(["hunter", "lead"]))
    def take(self, step, who):
        possible = (self.state, step) in TRANSITIONS
        if step is DraftStep.PUBLISH:
            # Publishing again is no error; publishing one's own always is.
            possible = (possible or self.state is DraftState.PUBLISHED) and who not in self.writers
        try:
            self.perform(step, getattr(self, who))
        except HuntlineError:
            assert not possible
            return
        assert possible
        self.state = TRANSITIONS.get((self.state, step), self.state)
        if step in {DraftStep.EDIT, DraftStep.SUBMIT}:
            self.writers.add(who)
        if step is DraftStep.DELETE:
            self.begin()

    @invariant()
    def stands_where_the_table_says(self):
        row = queries.find_draft(self.hunter, self.draft.pk)
        assert row.state == self.state
        published = Notification.objects.within(self.hunter).filter(draft=row).count()
        assert published == (1 if self.state is DraftState.PUBLISHED else 0)
        notifications = Notification.objects.within(self.hunter).count()
        assert Alert.objects.within(self.hunter).count() == notifications

    def perform(self, step, scope):
        if step is DraftStep.EDIT:
            services.change_draft(scope, self.draft.pk, form_for(self.evidence))
        elif step is DraftStep.DELETE:
            services.delete_draft(scope, self.draft.pk)
        elif step is DraftStep.SUBMIT:
            services.submit_draft(scope, self.draft.pk)
        elif step is DraftStep.RETURN:
            services.return_draft(scope, self.draft.pk, "Not yet.")
        else:
            publish_draft(scope, self.draft.pk)


class TestAnyOrderOfSteps:
    def test_the_draft_is_where_the_table_says_and_nobody_publishes_the_own(self, hunter, lead, evidence, cast):
        enrol(cast)
        bound = type("Bound", (DraftMachine,), {"hunter": hunter, "lead": lead, "evidence": evidence})
        run_state_machine_as_test(bound, settings=settings(max_examples=25, stateful_step_count=12, deadline=None))

    def test_own_draft_has_a_code(self, hunter):
        assert OwnDraft().code == "draft_own"
