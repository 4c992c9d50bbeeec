"""After publication: a new version by two people, and a withdrawal; one object all the way."""

import pytest

from huntline.audit.models import Entry
from huntline.hunting.errors import EvidenceNotFound
from huntline.identity.queries import scope_of
from huntline.incidents import AlertStatus, Classification, IncidentStatus, Severity
from huntline.incidents.errors import (
    DraftIncomplete,
    NotificationNotFound,
    OwnDraft,
    RevisionOpen,
    WithdrawalReasonMissing,
    Withdrawn,
)
from huntline.incidents.events import NotificationPublished, NotificationUpdated
from huntline.incidents.jobs import write_alert_rows
from huntline.incidents.models import Alert, Draft, Incident, Notification
from huntline.incidents.publication import publish_draft
from huntline.incidents.queries import detections_of, find_notification, versions_of
from huntline.incidents.revision import revise_notification, withdraw_notification
from huntline.incidents.services import change_draft, delete_draft, submit_draft
from huntline.incidents.triage import AlertChange, change_alert
from huntline.outbox.models import RecordedEvent
from huntline.outbox.services import dispatch
from huntline.telemetry.engine import get_engine
from publishing import ROW, capture, enrol, form_for, publish, publish_again

pytestmark = pytest.mark.django_db
LATER = ROW | {
    "Timestamp": "2026-11-15T23:40:00.0000000Z",
    "DeviceId": "d2" * 20,
    "DeviceName": "ws02.aurora.example",
    "ReportId": 78,
}


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def hunter(cast):
    return scope_of(cast.hunter, cast.aurora)


@pytest.fixture
def lead(cast):
    return scope_of(cast.hunt_lead, cast.aurora)


@pytest.fixture
def notification(cast, admin):
    return publish(cast)


def second_version(cast, notification, **fields):
    changes = {"title": "Script host on two devices", "severity": Severity.MEDIUM, "change_note": "A second device."}
    return publish_again(cast, notification, rows=[ROW, LATER], **(changes | fields))


class TestReviseNotification:
    def test_begins_with_the_words_and_evidence_of_the_present_version(self, hunter, notification):
        draft = revise_notification(hunter, notification.pk)
        assert (draft.title, draft.summary) == (notification.alert.title, notification.summary)
        assert (draft.evidence_ids, draft.revises_id) == (notification.evidence_ids, notification.pk)
        assert draft.author == hunter.subject.name

    def test_one_at_a_time(self, hunter, lead, notification):
        draft = revise_notification(hunter, notification.pk)
        with pytest.raises(RevisionOpen) as refused:
            revise_notification(lead, notification.pk)
        assert refused.value.detail["draft_id"] == str(draft.pk)
        delete_draft(hunter, draft.pk)
        assert revise_notification(lead, notification.pk).pk != draft.pk

    def test_another_tenants_is_not_found(self, cast, notification):
        with pytest.raises(NotificationNotFound):
            revise_notification(scope_of(cast.hunter, cast.bluefin), notification.pk)


class TestPublishVersion:
    @pytest.mark.requirement("R26")
    def test_it_is_the_same_object_with_new_words(self, cast, hunter, lead, notification, clock):
        made = second_version(cast, notification)
        assert (made.pk, made.alert_id, made.version) == (notification.pk, notification.alert_id, 2)
        alert = Alert.objects.within(lead).get()
        assert (alert.title, alert.severity) == ("Script host on two devices", "Medium")
        assert alert.created == notification.alert.created
        assert {one.device_name for one in detections_of(lead, alert.pk)} == {
            "ws01.aurora.example",
            "ws02.aurora.example",
        }
        incident = Incident.objects.within(lead).get()
        assert (incident.title, incident.severity, incident.last_activity) == (
            alert.title,
            "Medium",
            alert.last_activity,
        )

    def test_each_version_is_kept_with_what_it_changed(self, cast, hunter, lead, notification):
        second_version(cast, notification)
        assert [(one.number, one.title, one.change_note) for one in versions_of(lead, notification.pk)] == [
            (2, "Script host on two devices", "A second device."),
            (1, "Script host started by a document", ""),
        ]

    def test_what_the_customer_did_with_the_alert_stays(self, cast, admin, hunter, lead, notification):
        change_alert(
            admin, notification.alert_id, AlertChange(AlertStatus.IN_PROGRESS, "mina", Classification.TRUE_POSITIVE)
        )
        second_version(cast, notification)
        alert = Alert.objects.within(admin).get()
        assert (alert.status, alert.assigned_to, alert.classification) == ("InProgress", "mina", "TruePositive")

    def test_needs_a_second_person_and_a_word_about_what_changed(self, cast, hunter, lead, notification):
        draft = revise_notification(lead, notification.pk)
        with pytest.raises(DraftIncomplete):
            submit_draft(lead, draft.pk)
        change_draft(lead, draft.pk, form_for(capture(cast.aurora.pk), change_note="Corrected."))
        submit_draft(lead, draft.pk)
        with pytest.raises(OwnDraft):
            publish_draft(lead, draft.pk)

    def test_a_second_click_changes_nothing(self, cast, hunter, lead, notification):
        made = second_version(cast, notification)
        draft = Draft.objects.within(lead).get(revises=notification)
        assert publish_draft(lead, draft.pk).version == made.version == 2
        assert RecordedEvent.objects.filter(name="notification_updated").count() == 1

    def test_evidence_of_another_tenant_is_not_found(self, cast, hunter, notification):
        draft = revise_notification(hunter, notification.pk)
        with pytest.raises(EvidenceNotFound):
            change_draft(hunter, draft.pk, form_for(capture(cast.bluefin.pk), change_note="x"))

    @pytest.mark.requirement("R21")
    def test_the_hunting_tables_say_what_the_latest_version_says(self, cast, hunter, lead, notification):
        subscribers = {
            NotificationPublished: {"incidents.alert_rows": write_alert_rows},
            NotificationUpdated: {"incidents.alert_rows_of_version": write_alert_rows},
        }
        dispatch(subscribers)
        assert titles(cast.aurora) == [("Script host started by a document", 1)]
        second_version(cast, notification)
        dispatch(subscribers)
        assert titles(cast.aurora) == [("Script host on two devices", 2)]

    @pytest.mark.requirement("R21")
    def test_events_that_are_handed_out_late_leave_the_latest_version(self, cast, hunter, lead, notification):
        second_version(cast, notification)
        updated = NotificationUpdated(
            tenant_id=cast.aurora.pk, notification_id=notification.pk, alert_id=notification.alert_id, version=2
        )
        first = NotificationPublished(
            tenant_id=cast.aurora.pk,
            notification_id=notification.pk,
            alert_id=notification.alert_id,
            incident_id=notification.alert.incident_id,
        )
        for happened in (updated, first, updated):
            write_alert_rows(happened)
        assert titles(cast.aurora) == [("Script host on two devices", 2)]


class TestWithdrawNotification:
    @pytest.mark.requirement("R26")
    def test_the_alert_is_resolved_and_marked_and_stays_to_be_read(self, lead, notification, clock):
        withdraw_notification(lead, notification.pk, " It was an exercise. ")
        found = find_notification(lead, notification.pk)
        assert (found.withdrawal_reason, found.withdrawn_by) == ("It was an exercise.", lead.subject.name)
        assert (found.alert.status, found.alert.resolved) == ("Resolved", found.withdrawn)
        assert found.alert.tags == ["Threat experts", "Withdrawn"]
        assert Incident.objects.within(lead).get().status == IncidentStatus.RESOLVED
        assert Entry.objects.filter(action="notification.withdrawn").count() == 1

    def test_a_second_time_changes_nothing(self, lead, notification):
        first = withdraw_notification(lead, notification.pk, "Wrong.")
        again = withdraw_notification(lead, notification.pk, "Still wrong.")
        assert (again.withdrawal_reason, again.withdrawn) == ("Wrong.", first.withdrawn)
        assert RecordedEvent.objects.filter(name="notification_withdrawn").count() == 1

    def test_says_why(self, lead, notification):
        with pytest.raises(WithdrawalReasonMissing):
            withdraw_notification(lead, notification.pk, " ")
        assert Notification.objects.within(lead).get().withdrawn is None

    def test_what_is_withdrawn_has_no_new_version(self, cast, hunter, lead, notification):
        draft = revise_notification(hunter, notification.pk)
        change_draft(hunter, draft.pk, form_for(capture(cast.aurora.pk), change_note="More."))
        submit_draft(hunter, draft.pk)
        withdraw_notification(lead, notification.pk, "Wrong.")
        with pytest.raises(Withdrawn):
            publish_draft(lead, draft.pk)
        with pytest.raises(Withdrawn):
            revise_notification(hunter, notification.pk)
        assert find_notification(lead, notification.pk).version == 1


class TestRoutes:
    @pytest.mark.parametrize(
        ("act", "who", "status"),
        [
            ("revise", None, 401),
            ("revise", "bluefin_admin", 404),
            ("revise", "aurora_admin", 403),
            ("revise", "hunter", 201),
            ("withdraw", None, 401),
            ("withdraw", "aurora_admin", 403),
            ("withdraw", "hunter", 403),
            ("withdraw", "hunt_lead", 200),
        ],
    )
    def test_who_may(self, sign_in, notification, act, who, status):
        page = f"/api/v1/tenants/aurora/notifications/{notification.pk}/{act}"
        answer = sign_in(who).post(page, {"reason": "Wrong."}, content_type="application/json")
        assert answer.status_code == status

    def test_the_customer_reads_versions_and_withdrawal(self, cast, sign_in, hunter, lead, notification):
        second_version(cast, notification)
        withdraw_notification(lead, notification.pk, "An exercise.")
        page = sign_in("aurora_reader").get(f"/api/v1/tenants/aurora/notifications/{notification.pk}").json()
        assert [one["number"] for one in page["versions"]] == [2, 1]
        assert (page["version"], page["withdrawal_reason"]) == (2, "An exercise.")
        assert page["withdrawn"]


def titles(tenant):
    class Asked:
        sql = "SELECT Title, count() FROM DeviceAlertEvents GROUP BY Title"
        parameters: dict[str, object] = {}

    return get_engine().run(Asked, tenants=[str(tenant.id)]).fetch()
