"""Publish: one transaction, once, by somebody else, and only for customers who have the service."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from huntline.audit.models import Entry
from huntline.enrolment import services as enrolment
from huntline.enrolment.errors import NotApproved, ServiceOff
from huntline.hunting.errors import EvidenceNotFound
from huntline.hunting.models import Disclosure
from huntline.hunting.queries import find_evidence, view_evidence
from huntline.incidents import EntityType, queries, services
from huntline.incidents.errors import DraftChanged, DraftNotFound, OwnDraft
from huntline.incidents.models import Alert, AlertEntity, Detection, Incident, Notification
from huntline.incidents.publication import publish_draft
from huntline.outbox.models import RecordedEvent
from publishing import ROW, capture, enrol, form_for, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def hunter(scope_of):
    return scope_of("hunter", "aurora")


@pytest.fixture
def lead(scope_of):
    return scope_of("hunt_lead", "aurora")


@pytest.fixture
def submitted(hunter, cast):
    draft = services.create_draft(hunter, form_for(capture(cast.aurora.pk)))
    return services.submit_draft(hunter, draft.pk)


def events():
    return RecordedEvent.objects.filter(name="notification_published")


class TestOneObject:
    @pytest.mark.requirement("R26")
    @pytest.mark.requirement("R27")
    def test_notification_alert_and_incident_say_the_same(self, admin, lead, submitted, clock):
        notification = publish_draft(lead, submitted.pk)
        alert = notification.alert
        assert alert.pk == f"ta{notification.pk.hex}"
        assert isinstance(alert.incident_id, int)
        assert alert.incident_id > 0
        assert {alert.title, alert.incident.title} == {"Script host started by a document"}
        assert {alert.severity, alert.incident.severity} == {"High"}
        assert {notification.published, alert.created, alert.incident.created} == {clock.now()}
        span = (datetime(2026, 11, 15, 22, 14, 3, 123456, tzinfo=UTC),) * 2
        assert (alert.first_activity, alert.last_activity) == span
        assert (alert.incident.first_activity, alert.incident.last_activity) == span
        assert alert.techniques == ["T1218.005", "T1566"]

    @pytest.mark.requirement("R23")
    def test_is_marked_wherever_it_is_shown(self, admin, lead, submitted):
        alert = publish_draft(lead, submitted.pk).alert
        assert alert.tags == alert.incident.tags == ["Threat experts"]
        assert alert.detection_source == "ThreatExperts"

    @pytest.mark.requirement("R28")
    def test_holds_what_the_evidence_names(self, admin, lead, submitted):
        alert = publish_draft(lead, submitted.pk).alert
        kinds = [entity.entity_type for entity in queries.entities_of(admin, alert.pk)]
        assert kinds == [EntityType.MACHINE, EntityType.USER, EntityType.PROCESS, EntityType.PROCESS]
        assert (alert.device_id, alert.device_name) == (ROW["DeviceId"], ROW["DeviceName"])
        (detection,) = queries.detections_of(admin, alert.pk)
        assert (detection.table, detection.report_id) == ("DeviceProcessEvents", 77)

    @pytest.mark.requirement("R79")
    def test_is_recorded_with_author_and_publisher(self, admin, lead, submitted):
        notification = publish_draft(lead, submitted.pk)
        entry = Entry.objects.get(action="notification.published")
        assert entry.actor_name == "hunt_lead@watchtower.example"
        assert entry.detail["author"] == "hunter@watchtower.example"
        assert entry.object_id == str(notification.pk)

    def test_tells_the_others_once(self, admin, lead, submitted):
        notification = publish_draft(lead, submitted.pk)
        assert events().get().payload == {
            "tenant_id": str(notification.tenant_id),
            "notification_id": str(notification.pk),
            "alert_id": notification.alert_id,
            "incident_id": notification.alert.incident_id,
        }


class TestRefusals:
    @pytest.mark.requirement("R15")
    def test_a_customer_who_is_not_approved_gets_nothing(self, lead, submitted):
        with pytest.raises(NotApproved):
            publish_draft(lead, submitted.pk)
        assert not Alert.objects.within(lead).exists()

    @pytest.mark.requirement("R13")
    def test_a_customer_who_switched_off_gets_nothing(self, admin, lead, submitted):
        enrolment.switch_service(admin, on=False)
        with pytest.raises(ServiceOff):
            publish_draft(lead, submitted.pk)
        enrolment.switch_service(admin, on=True)
        assert publish_draft(lead, submitted.pk).pk

    def test_nobody_publishes_what_they_wrote(self, admin, lead, cast):
        draft = services.create_draft(lead, form_for(capture(cast.aurora.pk)))
        services.submit_draft(lead, draft.pk)
        with pytest.raises(OwnDraft):
            publish_draft(lead, draft.pk)

    def test_nobody_publishes_what_they_changed(self, admin, hunter, lead, cast):
        evidence = capture(cast.aurora.pk)
        draft = services.create_draft(hunter, form_for(evidence))
        services.change_draft(lead, draft.pk, form_for(evidence, title="My words"))
        services.submit_draft(hunter, draft.pk)
        with pytest.raises(OwnDraft):
            publish_draft(lead, draft.pk)

    def test_what_was_changed_since_it_was_read_is_not_published(self, admin, hunter, lead, submitted):
        services.return_draft(lead, submitted.pk, "Shorter.")
        services.change_draft(hunter, submitted.pk, form_for(title="Other words"))
        services.change_draft(hunter, submitted.pk, form_for(capture(hunter.tenant), title="Other words"))
        services.submit_draft(hunter, submitted.pk)
        with pytest.raises(DraftChanged):
            publish_draft(lead, submitted.pk, seen=submitted.revision)

    def test_a_draft_of_another_tenant_is_not_found(self, admin, submitted, scope_of):
        with pytest.raises(DraftNotFound):
            publish_draft(scope_of("hunt_lead", "bluefin"), submitted.pk)

    def test_a_failure_leaves_nothing_behind(self, admin, lead, submitted, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError("the power went")

        monkeypatch.setattr("huntline.incidents.publication.record_event", fail)
        with pytest.raises(RuntimeError):
            publish_draft(lead, submitted.pk)
        for model in (Notification, Alert, Incident, AlertEntity, Detection):
            assert not model.objects.within(lead).exists()
        monkeypatch.undo()
        assert publish_draft(lead, submitted.pk).pk


class TestOnce:
    def test_a_second_click_answers_the_same(self, admin, lead, submitted):
        assert publish_draft(lead, submitted.pk).pk == publish_draft(lead, submitted.pk).pk
        assert events().count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_two_leads_and_their_double_clicks_at_once_make_one(self, admin, cast, submitted):
        from huntline.identity.permissions import Role
        from huntline.identity.queries import scope_of as scope_in
        from huntline.identity.services import invite

        second = invite(cast.watchtower, "second@watchtower.example", Role.HUNT_LEAD).person
        scopes = [scope_in(person, cast.aurora) for person in (cast.hunt_lead, second)] * 3

        def work(scope):
            try:
                return publish_draft(scope, submitted.pk).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            made = set(pool.map(work, scopes))
        assert len(made) == 1
        assert Notification.objects.within(admin).count() == Alert.objects.within(admin).count() == 1
        assert Incident.objects.within(admin).count() == events().count() == 1


class TestDisclosure:
    @pytest.mark.requirement("R28")
    @pytest.mark.parametrize(
        ("disclosure", "query", "sha256"),
        [(Disclosure.FULL, True, True), (Disclosure.HASH, False, True), (Disclosure.NONE, False, False)],
    )
    def test_the_customer_sees_rows_and_as_much_of_the_query_as_was_chosen(
        self, admin, cast, scope_of, disclosure, query, sha256
    ):
        notification = publish(cast, disclosure=disclosure)
        view = view_evidence(admin, find_evidence(admin, notification.evidence[0]))
        assert len(view.rows) == 1
        assert (view.query is not None, view.query_sha256 is not None) == (query, sha256)

    def test_before_publication_the_customer_sees_no_evidence(self, admin, submitted):
        with pytest.raises(EvidenceNotFound):
            find_evidence(admin, submitted.evidence[0])
