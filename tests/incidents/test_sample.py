"""A sample goes the way of a real notification and says everywhere that it is none."""

from datetime import timedelta

import pytest

from huntline.audit.models import Entry
from huntline.enrolment.errors import NotApproved, ServiceOff
from huntline.enrolment.services import switch_service
from huntline.hunting.services import rerun
from huntline.identity.models import Tenant
from huntline.incidents import AlertStatus, Severity, queries
from huntline.incidents.errors import SampleFixed, SampleStaysAlone, SampleTooSoon
from huntline.incidents.grouping import merge_incidents
from huntline.incidents.models import Alert
from huntline.incidents.revision import revise_notification, withdraw_notification
from huntline.incidents.sample import send_sample
from huntline.incidents.triage import AlertChange, change_alert
from huntline.kernel import PageRequest
from huntline.outbox.models import RecordedEvent
from publishing import enrol, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast):
    return enrol(cast)


class TestSendSample:
    @pytest.mark.requirement("R26")
    def test_it_is_a_notification_that_says_what_it_is(self, admin):
        sent = queries.find_notification(admin, send_sample(admin, Severity.MEDIUM).pk)
        alert = queries.find_alert(admin, sent.alert_id)
        assert alert.title == "[Sample] Targeted attack notification"
        assert (alert.severity, alert.detection_source) == ("Medium", "ThreatExperts")
        assert alert.tags == alert.incident.system_tags == ["Threat experts", "Sample"]
        assert "no real attack" in alert.description
        assert (sent.author, sent.published_by) == ("Huntline", admin.subject.name)
        assert [event.name for event in RecordedEvent.objects.filter(name__startswith="notification")] == [
            "notification_published"
        ]
        assert Entry.objects.get(action="notification.sample_sent").detail["alert"] == alert.pk

    def test_the_hunt_lead_may_send_it_too(self, admin, scope_of):
        assert send_sample(scope_of("hunt_lead", "aurora")).alert.sample

    @pytest.mark.parametrize(("language", "word"), [("ko", "샘플"), ("ja", "サンプル")])
    def test_it_speaks_the_tenants_language_behind_a_mark_that_is_the_same_everywhere(
        self, cast, admin, language, word
    ):
        Tenant.objects.filter(pk=cast.aurora.pk).update(language=language)
        sent = send_sample(admin)
        assert sent.alert.title.startswith("[Sample] ")
        assert word in sent.summary

    def test_its_evidence_can_be_asked_again(self, admin):
        sent = send_sample(admin)
        again = rerun(admin, sent.evidence[0])
        assert (again.result.row_count, again.difference.added_count, again.difference.removed_count) == (1, 0, 0)

    def test_it_needs_the_service(self, cast, admin, scope_of):
        with pytest.raises(NotApproved):
            send_sample(scope_of("bluefin_admin", "bluefin"))
        switch_service(admin, on=False)
        with pytest.raises(ServiceOff):
            send_sample(admin)
        assert not Alert.objects.within(admin).exists()

    def test_one_in_ten_minutes_for_each_tenant(self, cast, admin, clock):
        send_sample(admin)
        clock.advance(timedelta(minutes=4))
        with pytest.raises(SampleTooSoon) as refused:
            send_sample(admin)
        assert refused.value.detail == {"retry_after": 360}
        assert send_sample(enrol(cast, "bluefin")).alert.sample
        clock.advance(timedelta(minutes=6))
        assert send_sample(admin).alert.sample


class TestApart:
    def test_it_joins_nothing_and_nothing_joins_it(self, cast, admin, clock):
        first = send_sample(admin).alert
        clock.advance(timedelta(minutes=11))
        assert send_sample(admin).alert.incident_id != first.incident_id

    def test_it_is_not_merged_with_a_finding(self, cast, admin):
        found, sent = publish(cast).alert, send_sample(admin).alert
        with pytest.raises(SampleStaysAlone):
            merge_incidents(admin, [found.incident_id, sent.incident_id])

    def test_it_is_counted_nowhere_and_nobodys_draft(self, cast, admin, scope_of):
        send_sample(admin)
        assert queries.open_alerts_by_tenant(admin) == {cast.aurora.pk: 0}
        assert queries.drafts_within(scope_of("hunt_lead", "aurora"), PageRequest()).total == 0


class TestAfterwards:
    def test_it_is_resolved_and_withdrawn_like_others_and_never_rewritten(self, admin, scope_of):
        sent, lead = send_sample(admin), scope_of("hunt_lead", "aurora")
        change_alert(admin, sent.alert_id, AlertChange(status=AlertStatus.RESOLVED))
        with pytest.raises(SampleFixed):
            revise_notification(lead, sent.pk)
        withdraw_notification(lead, sent.pk, "Seen.")
        assert queries.find_alert(admin, sent.alert_id).tags == ["Threat experts", "Sample", "Withdrawn"]
