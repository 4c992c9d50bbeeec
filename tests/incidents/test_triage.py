"""What customers do with an alert."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huntline.audit.models import Entry
from huntline.incidents import DETERMINATIONS, AlertStatus, Classification, Determination, IncidentStatus, queries
from huntline.incidents.errors import AlertNotFound, CommentEmpty, DeterminationNotAllowed, OwnerInvalid, TextInvalid
from huntline.incidents.models import AlertComment
from huntline.incidents.triage import AlertChange, change_alert
from huntline.outbox.models import RecordedEvent
from publishing import enrol, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def alert(admin, cast):
    return publish(cast).alert


def changes():
    return RecordedEvent.objects.filter(name="alert_changed")


class TestChangeAlert:
    def test_changes_what_is_given_and_leaves_the_rest(self, admin, alert, clock):
        clock.advance(timedelta(hours=1))
        changed = change_alert(
            admin, alert.pk, AlertChange(status=AlertStatus.IN_PROGRESS, assigned_to="m@aurora.example")
        )
        assert (changed.status, changed.assigned_to) == ("InProgress", "m@aurora.example")
        assert (changed.classification, changed.determination) == ("Unknown", "NotAvailable")
        assert changed.updated == queries.find_incident(admin, alert.incident_id).updated == clock.now()
        assert changed.created == alert.created

    def test_resolved_has_a_time_and_loses_it_again(self, admin, alert, clock):
        assert change_alert(admin, alert.pk, AlertChange(status=AlertStatus.RESOLVED)).resolved == clock.now()
        assert change_alert(admin, alert.pk, AlertChange(status=AlertStatus.NEW)).resolved is None

    @pytest.mark.parametrize(
        ("status", "incident"),
        [
            (AlertStatus.NEW, IncidentStatus.ACTIVE),
            (AlertStatus.IN_PROGRESS, IncidentStatus.IN_PROGRESS),
            (AlertStatus.RESOLVED, IncidentStatus.RESOLVED),
        ],
    )
    def test_the_incident_follows(self, admin, alert, status, incident):
        change_alert(admin, alert.pk, AlertChange(status=status))
        change_alert(admin, alert.pk, AlertChange(comment="Seen."))
        assert queries.find_incident(admin, alert.incident_id).status == incident

    def test_a_comment_is_kept_with_its_writer(self, admin, alert):
        change_alert(admin, alert.pk, AlertChange(comment=" We isolated ws01. "))
        comment = AlertComment.objects.within(admin).get()
        assert (comment.text, comment.created_by) == ("We isolated ws01.", "admin@aurora.example")

    @pytest.mark.requirement("R79")
    def test_is_recorded_and_told(self, admin, alert):
        change_alert(admin, alert.pk, AlertChange(status=AlertStatus.RESOLVED, comment="Done."))
        entry = Entry.objects.get(action="alert.changed")
        assert entry.detail == {"status": ["New", "Resolved"], "comment": "Done."}
        assert changes().get().payload["changed"] == ["status", "comment"]

    def test_nothing_new_leaves_no_trace(self, admin, alert):
        change_alert(admin, alert.pk, AlertChange(status=AlertStatus.NEW, classification=Classification.UNKNOWN))
        change_alert(admin, alert.pk, AlertChange())
        assert not changes().exists()
        assert not Entry.objects.filter(action="alert.changed").exists()

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"comment": " "}, CommentEmpty),
            ({"comment": "x" * 10_001}, TextInvalid),
            ({"comment": "a\x00b"}, TextInvalid),
            ({"assigned_to": "a\r\nb"}, OwnerInvalid),
            ({"assigned_to": "x" * 255}, OwnerInvalid),
        ],
    )
    def test_refuses_texts_that_cannot_be_kept(self, admin, alert, change, error):
        with pytest.raises(error):
            change_alert(admin, alert.pk, AlertChange(**change))

    def test_an_alert_of_another_tenant_is_not_found(self, alert, scope_of):
        with pytest.raises(AlertNotFound):
            change_alert(scope_of("bluefin_admin", "bluefin"), alert.pk, AlertChange(comment="Hello"))


class TestDetermination:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(Classification), st.sampled_from(Determination))
    def test_is_taken_exactly_when_it_goes_with_the_classification(self, admin, alert, classification, determination):
        change = AlertChange(classification=classification, determination=determination)
        if determination in DETERMINATIONS[classification]:
            changed = change_alert(admin, alert.pk, change)
            assert (changed.classification, changed.determination) == (classification, determination)
        else:
            with pytest.raises(DeterminationNotAllowed, match="allowed are"):
                change_alert(admin, alert.pk, change)

    def test_needs_a_classification(self, admin, alert):
        with pytest.raises(DeterminationNotAllowed):
            change_alert(admin, alert.pk, AlertChange(determination=Determination.MALWARE))

    def test_is_dropped_by_a_classification_that_it_does_not_go_with(self, admin, alert):
        change_alert(
            admin,
            alert.pk,
            AlertChange(classification=Classification.TRUE_POSITIVE, determination=Determination.MALWARE),
        )
        changed = change_alert(admin, alert.pk, AlertChange(classification=Classification.FALSE_POSITIVE))
        assert changed.determination == Determination.NOT_AVAILABLE
