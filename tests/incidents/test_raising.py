"""Alerts of other sources: one object in the same channels, once for each id of its source."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from huntline.audit.models import Entry
from huntline.hunting.services import run
from huntline.incidents import AlertStatus, Category, Severity, queries
from huntline.incidents.errors import (
    EventInvalid,
    ProviderIdInvalid,
    SourceNotOpen,
    TechniqueInvalid,
    TextInvalid,
    TitleInvalid,
    TooManyEvents,
)
from huntline.incidents.models import Alert
from huntline.incidents.raising import AlertForm, EventRow, create_alert
from huntline.incidents.sources import SOURCES, DetectionSource
from huntline.incidents.triage import AlertChange, change_alert
from huntline.outbox.models import RecordedEvent
from huntline.outbox.services import dispatch
from huntline.web.subscribers import SUBSCRIBERS
from publishing import ROW, enrol, publish

pytestmark = pytest.mark.django_db
EVENT = {name: value for name, value in ROW.items() if name != "$table"}
LATER = EVENT | {"Timestamp": "2026-11-15T23:00:00.0000000Z", "ReportId": 78}


def form(*rows, table="DeviceProcessEvents", **fields):
    values = {
        "title": "A script host loads from the internet",
        "description": "mshta.exe opened an address.",
        "severity": Severity.MEDIUM,
        "category": Category.EXECUTION,
        "detection_source": DetectionSource.CUSTOMER_TI,
        "recommended_action": "Isolate the device.",
        "events": [EventRow(table, row) for row in rows or (EVENT,)],
        "techniques": ["T1218.005"],
    }
    return AlertForm(**(values | fields))


@pytest.fixture
def admin(scope_of):
    return scope_of("aurora_admin", "aurora")


class TestCreateAlert:
    @pytest.mark.requirement("R58")
    def test_it_is_an_alert_in_an_incident_and_not_of_the_experts(self, admin):
        raised = create_alert(admin, form())
        alert = queries.find_alert(admin, raised.alert.pk)
        assert raised.is_new
        assert (alert.detection_source, alert.tags, alert.service_source) == ("CustomerTI", [], "Huntline")
        assert alert.pk.startswith("da")
        assert (alert.device_name, alert.recommended_actions) == ("ws01.aurora.example", "Isolate the device.")
        assert (alert.incident.title, alert.incident.system_tags) == (alert.title, [])
        assert [entity.entity_type for entity in alert.entities.all()] == ["Machine", "User", "Process", "Process"]
        (event,) = queries.detections_of(admin, alert.pk)
        assert (event.table, event.report_id, event.ticks % 10) == ("DeviceProcessEvents", 77, 7)

    def test_is_in_the_record_and_tells_others_its_source(self, admin):
        alert = create_alert(admin, form()).alert
        assert Entry.objects.get(action="alert.raised").detail["detection_source"] == "CustomerTI"
        payload = RecordedEvent.objects.get(name="alert_raised").payload
        assert (payload["alert_id"], payload["detection_source"]) == (alert.pk, "CustomerTI")

    def test_joins_what_the_hunters_published(self, cast, admin):
        enrol(cast)
        notification = publish(cast)
        assert create_alert(admin, form()).alert.incident_id == notification.alert.incident_id
        incident = queries.find_incident(admin, notification.alert.incident_id)
        assert (len(incident.alerts.all()), incident.system_tags) == (2, ["Threat experts"])

    def test_the_same_id_of_its_source_is_the_same_alert(self, admin, scope_of):
        first = create_alert(admin, form(provider_alert_id="X-1"))
        again = create_alert(admin, form(LATER, title="Another title", provider_alert_id=" X-1 "))
        assert (again.alert.pk, again.is_new) == (first.alert.pk, False)
        others = (
            create_alert(admin, form(provider_alert_id="X-2")),
            create_alert(admin, form(provider_alert_id="X-1", detection_source=DetectionSource.MANUAL)),
            create_alert(scope_of("bluefin_admin", "bluefin"), form(provider_alert_id="X-1")),
            create_alert(admin, form()),
            create_alert(admin, form()),
        )
        assert all(other.is_new for other in others)

    @pytest.mark.django_db(transaction=True)
    def test_the_same_id_at_once_is_one_alert(self, cast, admin):
        def work(_):
            try:
                return create_alert(admin, form(provider_alert_id="X-1")).alert.pk
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert len(set(pool.map(work, range(8)))) == 1
        assert Alert.objects.within(admin).count() == 1

    def test_an_alert_without_events_is_of_its_own_moment(self, admin, clock):
        alert = create_alert(admin, form(events=[], detection_source=DetectionSource.MANUAL)).alert
        assert (alert.first_activity, alert.last_activity, alert.device_id) == (clock.now(), clock.now(), "")

    def test_times_may_be_datetimes(self, admin):
        alert = create_alert(admin, form(EVENT | {"Timestamp": datetime(2026, 11, 14, 3, tzinfo=UTC)})).alert
        assert alert.first_activity == datetime(2026, 11, 14, 3, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"detection_source": DetectionSource.THREAT_EXPERTS}, SourceNotOpen),
            ({"title": "two\nlines"}, TitleInvalid),
            ({"description": "half \ud800"}, TextInvalid),
            ({"threat_family": "x" * 201}, TextInvalid),
            ({"techniques": ["T1"]}, TechniqueInvalid),
            ({"provider_alert_id": "a\nb"}, ProviderIdInvalid),
            ({"provider_alert_id": "x" * 201}, ProviderIdInvalid),
            ({"events": [EventRow("Nowhere", EVENT)]}, EventInvalid),
            ({"events": [EventRow("DeviceProcessEvents", EVENT | {"Nothing": 1})]}, EventInvalid),
            ({"events": [EventRow("DeviceProcessEvents", EVENT | {"ReportId": 2**70})]}, EventInvalid),
            ({"events": [EventRow("DeviceProcessEvents", EVENT | {"Timestamp": "yesterday"})]}, EventInvalid),
            ({"events": [EventRow("DeviceProcessEvents", {"DeviceName": "ws01"})]}, EventInvalid),
            ({"events": [EventRow("DeviceProcessEvents", EVENT)] * 1001}, TooManyEvents),
        ],
    )
    def test_what_is_refused_leaves_nothing(self, admin, fields, refusal):
        with pytest.raises(refusal):
            create_alert(admin, form(**fields))
        assert not Alert.objects.within(admin).exists()


class TestMergeIntoOpen:
    def test_an_open_alert_of_the_same_device_and_title_takes_the_events(self, admin, clock):
        first = create_alert(admin, form(), merge_into_open=True).alert
        again = create_alert(admin, form(LATER, severity=Severity.HIGH), merge_into_open=True)
        assert (again.alert.pk, again.is_new) == (first.pk, False)
        alert = queries.find_alert(admin, first.pk)
        assert (alert.version, alert.severity, alert.incident.severity) == (2, "High", "High")
        assert [event.report_id for event in queries.detections_of(admin, alert.pk)] == [77, 78]
        assert (alert.last_activity.hour, alert.incident.last_activity.hour) == (23, 23)
        assert len(alert.entities.all()) == 4

    def test_the_same_event_again_changes_nothing(self, admin):
        first = create_alert(admin, form(), merge_into_open=True).alert
        create_alert(admin, form(), merge_into_open=True)
        create_alert(admin, form(events=[]), merge_into_open=True)
        assert queries.find_alert(admin, first.pk).version == 1
        assert RecordedEvent.objects.filter(name="alert_extended").count() == 0

    @pytest.mark.parametrize(
        "other",
        [
            {"title": "Another title"},
            {"detection_source": DetectionSource.MANUAL},
            {"events": [EventRow("DeviceProcessEvents", EVENT | {"DeviceName": "ws02", "DeviceId": "d2" * 20})]},
        ],
    )
    def test_another_title_source_or_device_is_another_alert(self, admin, other):
        create_alert(admin, form(), merge_into_open=True)
        assert create_alert(admin, form(**other), merge_into_open=True).is_new

    def test_a_resolved_one_takes_no_more(self, admin):
        first = create_alert(admin, form(), merge_into_open=True).alert
        change_alert(admin, first.pk, AlertChange(status=AlertStatus.RESOLVED))
        assert create_alert(admin, form(), merge_into_open=True).is_new


class TestRows:
    @pytest.mark.requirement("R58")
    def test_the_hunting_tables_say_the_source_in_words_and_follow_new_events(self, cast, admin):
        create_alert(admin, form(), merge_into_open=True)
        dispatch(SUBSCRIBERS)
        create_alert(admin, form(LATER, severity=Severity.HIGH), merge_into_open=True)
        dispatch(SUBSCRIBERS)
        span = {"start": datetime(2026, 11, 1, tzinfo=UTC), "end": datetime(2036, 11, 1, tzinfo=UTC)}
        info = run(admin, "AlertInfo | project Title, Severity, DetectionSource, ServiceSource", **span)
        assert list(info.rows) == [["A script host loads from the internet", "High", "Custom TI", "Huntline"]]
        events = run(admin, "DeviceAlertEvents | project ReportId, Severity | order by ReportId asc", **span)
        assert list(events.rows) == [[77, "High"], [78, "High"]]
        kinds = run(admin, "AlertEvidence | summarize count() by DetectionSource", **span)
        assert list(kinds.rows) == [["Custom TI", 4]]


class TestSources:
    def test_each_source_has_one_row_and_names_of_its_own(self):
        assert SOURCES.keys() == set(DetectionSource)
        for names in ([spec.graph for spec in SOURCES.values()], [spec.words for spec in SOURCES.values()]):
            assert len(set(names)) == len(names)

    @pytest.mark.requirement("R58")
    def test_own_intelligence_is_told_from_the_experts(self):
        assert SOURCES[DetectionSource.CUSTOMER_TI].graph == "customTi"
        assert SOURCES[DetectionSource.THREAT_EXPERTS].graph == "microsoftThreatExperts"
        own = {source for source, spec in SOURCES.items() if spec.is_own}
        assert own == {DetectionSource.CUSTOMER_TI, DetectionSource.CUSTOM_DETECTION}
