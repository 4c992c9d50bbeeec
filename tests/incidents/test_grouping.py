"""Alerts that belong together are in one incident: by what they share, and as people say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from huntline.audit.models import Entry
from huntline.identity.queries import scope_of
from huntline.incidents import AlertStatus, Classification, IncidentStatus, Severity, answers, queries
from huntline.incidents.errors import (
    AlertNotFound,
    AlertsOfOther,
    IncidentNotFound,
    IncidentRedirected,
    NothingLeft,
    NothingToMerge,
)
from huntline.incidents.grouping import merge_incidents, move_alerts_out
from huntline.incidents.models import Alert, CorrelationKey, Incident
from huntline.incidents.publication import publish_draft
from huntline.incidents.revision import withdraw_notification
from huntline.incidents.services import create_draft, submit_draft
from huntline.incidents.triage import AlertChange, change_alert
from huntline.kernel import PageRequest
from huntline.outbox.models import RecordedEvent
from publishing import ROW, capture, enrol, form_for, publish, publish_again

pytestmark = pytest.mark.django_db
ELSEWHERE = ROW | {"DeviceId": "d2" * 20, "DeviceName": "ws02.aurora.example", "AccountName": "joon"}


@pytest.fixture
def admin(cast):
    return enrol(cast)


def at(row, days):
    return row | {"Timestamp": f"2026-11-{days:02}T22:14:03.0000000Z"}


def incidents(scope):
    return queries.incidents_within(scope, PageRequest(100)).items


class TestCorrelation:
    @pytest.mark.requirement("R27")
    @pytest.mark.parametrize(
        ("second", "together"),
        [
            (ROW, True),
            (ROW | {"AccountName": "joon"}, True),
            (ROW | {"DeviceId": "d2" * 20, "DeviceName": "ws02.aurora.example"}, True),
            (ELSEWHERE, False),
            (at(ROW, 22), True),
            (at(ROW, 8), False),
            (at(ROW, 9), True),
            (at(ROW, 23), False),
        ],
    )
    def test_a_shared_device_or_account_within_the_window(self, cast, admin, second, together):
        first = publish(cast)
        other = publish(cast, rows=[second])
        assert (first.alert.incident_id == other.alert.incident_id) is together
        entry = Entry.objects.filter(action="notification.published").latest("at")
        assert bool(entry.detail["joined_by"]) is together

    def test_what_every_machine_has_brings_nothing_together(self, cast, admin):
        system = {"AccountName": "SYSTEM", "AccountDomain": "NT AUTHORITY"}
        publish(cast, rows=[ROW | system])
        publish(cast, rows=[ELSEWHERE | system])
        assert len(incidents(admin)) == 2

    def test_another_customers_device_of_the_same_name_is_another(self, cast, admin):
        enrol(cast, "bluefin")
        assert publish(cast).alert.incident_id != publish(cast, "bluefin").alert.incident_id

    def test_a_resolved_incident_takes_no_more(self, cast, admin):
        first = publish(cast)
        change_alert(admin, first.alert_id, AlertChange(status=AlertStatus.RESOLVED))
        assert publish(cast).alert.incident_id != first.alert.incident_id

    def test_what_was_withdrawn_or_false_draws_nothing(self, cast, admin, scope_of):
        first = publish(cast)
        second = publish(cast, rows=[ROW | {"DeviceId": "d2" * 20, "DeviceName": "ws02.aurora.example"}])
        withdraw_notification(scope_of("hunt_lead", "aurora"), first.pk, "Wrong.")
        change_alert(admin, second.alert_id, AlertChange(classification=Classification.FALSE_POSITIVE))
        assert second.alert.incident_id == first.alert.incident_id
        assert publish(cast).alert.incident_id != first.alert.incident_id

    def test_of_several_the_oldest_takes_it(self, cast, admin):
        first = publish(cast, rows=[ELSEWHERE])
        publish(cast)
        both = publish(cast, rows=[ROW, ELSEWHERE])
        assert both.alert.incident_id == first.alert.incident_id

    def test_the_window_is_a_setting_and_none_is_off(self, cast, admin, settings):
        settings.HUNTLINE_CORRELATION_DAYS = 0
        assert publish(cast).alert.incident_id != publish(cast).alert.incident_id
        settings.HUNTLINE_CORRELATION_DAYS = 8
        assert len(incidents(admin)) == 2
        publish(cast, rows=[at(ROW, 23)])
        assert len(incidents(admin)) == 2

    def test_the_incident_follows_its_alerts(self, cast, admin):
        first = publish(cast, severity=Severity.LOW)
        change_alert(admin, first.alert_id, AlertChange(status=AlertStatus.IN_PROGRESS))
        publish(cast, rows=[at(ROW, 16)], title="It goes on", severity=Severity.HIGH)
        (incident,) = incidents(admin)
        said = answers.incident(incident)
        assert (said.title, said.severity, said.status) == (first.alert.title, "High", "InProgress")
        assert (said.first_activity.day, said.last_activity.day, said.alert_count) == (15, 16, 2)
        assert said.tags == ["Threat experts"]

    def test_a_new_version_is_found_by_its_new_evidence(self, cast, admin):
        first = publish(cast)
        publish_again(cast, first, rows=[ELSEWHERE])
        assert publish(cast, rows=[ELSEWHERE]).alert.incident_id == first.alert.incident_id
        assert publish(cast).alert.incident_id != first.alert.incident_id

    @pytest.mark.django_db(transaction=True)
    def test_of_two_that_come_at_once_the_second_joins_the_first(self, cast, admin):
        lead, hunter = (scope_of(person, cast.aurora) for person in (cast.hunt_lead, cast.hunter))
        drafts = []
        for number in range(6):
            draft = create_draft(hunter, form_for(capture(cast.aurora.pk), title=f"Finding {number}"))
            drafts.append(submit_draft(hunter, draft.pk).pk)

        def work(draft_id):
            try:
                return publish_draft(lead, draft_id).alert.incident_id
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            assert len(set(pool.map(work, drafts))) == 1
        (incident,) = incidents(admin)
        assert len(incident.alerts.all()) == 6

    def test_what_was_there_before_gets_its_keys(self, cast, admin):
        first = publish(cast)
        publish_again(cast, first)
        known = set(CorrelationKey.objects.within(admin).values_list("key", flat=True))
        CorrelationKey.objects.within(admin).delete()
        Alert.objects.within(admin).update(version=1)
        import_module("huntline.incidents.migrations.0004_keys_of_known_alerts").fill(apps, None)
        assert set(CorrelationKey.objects.within(admin).values_list("key", flat=True)) == known
        assert Alert.objects.within(admin).get().version == 2


@pytest.fixture
def apart(cast, admin):
    """Two incidents, the older of lower severity."""
    return publish(cast, severity=Severity.LOW).alert, publish(cast, rows=[ELSEWHERE], title="Elsewhere").alert


class TestMerge:
    def test_the_oldest_has_all_and_the_others_lead_there(self, admin, apart, clock):
        old, new = apart
        clock.advance(timedelta(hours=1))
        kept = merge_incidents(admin, [new.incident_id, old.incident_id])
        assert kept.pk == old.incident_id
        assert (kept.title, kept.severity, kept.updated) == (old.title, "High", clock.now())
        moved = queries.find_alert(admin, new.pk)
        assert (moved.incident_id, moved.updated) == (kept.pk, clock.now())
        assert queries.find_alert(admin, old.pk).updated == old.updated
        gone = queries.find_incident(admin, new.incident_id)
        assert (gone.status, gone.redirect_to_id, len(gone.alerts.all())) == ("Redirected", kept.pk, 0)
        assert [row.pk for row in incidents(admin)] == [kept.pk]
        redirected = queries.incidents_within(admin, PageRequest(), [IncidentStatus.REDIRECTED]).items
        assert [row.pk for row in redirected] == [gone.pk]

    def test_no_link_takes_two_steps(self, cast, admin, apart):
        third = publish(
            cast, rows=[ELSEWHERE | {"DeviceId": "d3" * 20, "DeviceName": "ws03", "AccountName": "seo"}]
        ).alert
        merge_incidents(admin, [apart[1].incident_id, third.incident_id])
        merge_incidents(admin, [apart[0].incident_id, apart[1].incident_id])
        leads = dict(Incident.objects.within(admin).values_list("pk", "redirect_to_id"))
        first = apart[0].incident_id
        assert leads == {first: None, apart[1].incident_id: first, third.incident_id: first}

    def test_is_in_the_record_and_tells_others(self, admin, apart):
        old, new = apart
        merge_incidents(admin, [old.incident_id, new.incident_id])
        entry = Entry.objects.filter(action="incident.merged").get()
        assert (entry.object_id, entry.detail) == (
            str(old.incident_id),
            {"merged": [new.incident_id], "alerts": [new.pk]},
        )
        assert RecordedEvent.objects.get(name="incidents_merged").payload["alert_ids"] == [new.pk]

    def test_what_cannot_be_merged(self, cast, admin, apart):
        old, new = apart
        with pytest.raises(NothingToMerge):
            merge_incidents(admin, [old.incident_id, old.incident_id])
        with pytest.raises(IncidentNotFound):
            merge_incidents(admin, [old.incident_id, 999_999])
        enrol(cast, "bluefin")
        foreign = publish(cast, "bluefin").alert.incident_id
        with pytest.raises(IncidentNotFound):
            merge_incidents(admin, [old.incident_id, foreign])
        merge_incidents(admin, [old.incident_id, new.incident_id])
        with pytest.raises(IncidentRedirected) as refused:
            merge_incidents(admin, [old.incident_id, new.incident_id])
        assert refused.value.detail == {"redirect_incident_id": old.incident_id}


class TestMoveOut:
    @pytest.fixture
    def together(self, cast, admin):
        return publish(cast).alert, publish(cast, title="It goes on", severity=Severity.LOW).alert

    def test_some_have_an_incident_of_their_own(self, admin, together, clock):
        first, second = together
        clock.advance(timedelta(hours=1))
        made = move_alerts_out(admin, first.incident_id, [second.pk])
        assert (made.title, made.severity, made.tags) == ("It goes on", "Low", ["Threat experts"])
        assert queries.find_alert(admin, second.pk).incident_id == made.pk != first.incident_id
        assert queries.find_alert(admin, second.pk).updated == clock.now()
        left = queries.find_incident(admin, first.incident_id)
        assert ([one.pk for one in left.alerts.all()], left.severity, left.updated) == ([first.pk], "High", clock.now())

    def test_both_stand_where_their_alerts_stand(self, admin, together):
        first, second = together
        change_alert(admin, second.pk, AlertChange(status=AlertStatus.RESOLVED))
        assert queries.find_incident(admin, first.incident_id).status == IncidentStatus.IN_PROGRESS
        made = move_alerts_out(admin, first.incident_id, [second.pk])
        assert made.status == IncidentStatus.RESOLVED
        assert queries.find_incident(admin, first.incident_id).status == IncidentStatus.ACTIVE

    def test_is_in_the_record_and_tells_others(self, admin, together):
        first, second = together
        made = move_alerts_out(admin, first.incident_id, [second.pk])
        entry = Entry.objects.filter(action="incident.divided").get()
        assert entry.detail == {"new": made.pk, "alerts": [second.pk]}
        payload = RecordedEvent.objects.get(name="alerts_moved_out").payload
        assert (payload["incident_id"], payload["from_incident_id"]) == (made.pk, first.incident_id)

    def test_what_cannot_be_moved_out(self, cast, admin, together):
        first, second = together
        elsewhere = publish(cast, rows=[ELSEWHERE]).alert
        for chosen in ([first.pk, second.pk], []):
            with pytest.raises(NothingLeft):
                move_alerts_out(admin, first.incident_id, chosen)
        with pytest.raises(AlertsOfOther):
            move_alerts_out(admin, first.incident_id, [elsewhere.pk])
        with pytest.raises(AlertNotFound):
            move_alerts_out(admin, first.incident_id, ["ta00"])
        with pytest.raises(IncidentNotFound):
            move_alerts_out(admin, 999_999, [first.pk])
