"""Reads: scoped, paged, searched, and the same number of queries however long the list."""

import pytest

from huntline.incidents import AlertStatus, IncidentStatus, Severity, answers, queries
from huntline.incidents.queries import AlertFilter
from huntline.incidents.states import DraftState
from huntline.incidents.triage import AlertChange, change_alert
from huntline.kernel import PageRequest
from publishing import ROW, enrol, publish

pytestmark = pytest.mark.django_db
PAGE = PageRequest()


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def stranger(cast):
    return enrol(cast, "bluefin")


class TestNumberOfQueries:
    """Two rows or ten: a list costs the same."""

    @pytest.fixture
    def few_and_many(self, admin, cast, django_assert_num_queries, settings):
        settings.HUNTLINE_CORRELATION_DAYS = 0  # as many incidents as alerts

        def measure(expected, read):
            for wanted in (2, 10):
                for _ in range(wanted - queries.alerts_within(admin, PAGE).total):
                    publish(cast)
                with django_assert_num_queries(expected):
                    assert len(read()) == wanted

        return measure

    def test_alerts(self, admin, few_and_many):
        few_and_many(3, lambda: [answers.alert(row) for row in queries.alerts_within(admin, PAGE).items])

    def test_incidents(self, admin, few_and_many):
        few_and_many(4, lambda: [answers.incident(row) for row in queries.incidents_within(admin, PAGE).items])

    def test_notifications(self, admin, few_and_many):
        few_and_many(2, lambda: [answers.notification(row) for row in queries.notifications_within(admin, PAGE).items])

    def test_drafts(self, admin, few_and_many, scope_of):
        lead = scope_of("hunt_lead", "aurora")
        few_and_many(2, lambda: [answers.draft(lead, row) for row in queries.drafts_within(lead, PAGE).items])

    def test_alerts_with_all_their_parts(self, admin, few_and_many):
        def read():
            rows = queries.with_parts(admin, queries.alert_rows(admin), detections=True)
            return [
                (row.tenant.slug, row.incident.title, [*row.entities.all(), *row.comments.all(), *row.detections.all()])
                for row in rows
            ]

        few_and_many(4, read)


class TestAlerts:
    def test_newest_first_and_in_pages(self, admin, cast):
        made = [publish(cast).alert_id for _ in range(5)]
        page = queries.alerts_within(admin, PageRequest(2, 1))
        assert [row.pk for row in page.items] == made[::-1][1:3]
        assert page.total == 5
        assert page.has_more

    @pytest.mark.parametrize(
        "text", ["script HOST", "ws01", "mina", "mshta", "a" * 40, "203.0.113.9", "//203.0", "D1" * 20]
    )
    def test_is_found_by_title_and_by_what_is_concerned(self, admin, cast, text):
        alert = publish(cast, rows=[ROW | {"RemoteIP": "203.0.113.9", "RemoteUrl": "http://203.0.113.9/x"}]).alert_id
        publish(cast, title="Another", rows=[{"DeviceName": "srv09"}])
        assert [row.pk for row in queries.alerts_within(admin, PAGE, AlertFilter(search=text)).items] == [alert]

    def test_is_found_by_its_ids(self, admin, cast):
        alert = publish(cast).alert
        for text in (alert.pk, alert.pk.upper(), str(alert.incident_id)):
            assert [row.pk for row in queries.alerts_within(admin, PAGE, AlertFilter(search=text)).items] == [alert.pk]
        assert queries.alerts_within(admin, PAGE, AlertFilter(search="9" * 30)).total == 0

    def test_is_filtered_by_status_and_severity(self, admin, cast):
        first, second = publish(cast).alert, publish(cast, severity=Severity.LOW).alert
        change_alert(admin, first.pk, AlertChange(status=AlertStatus.RESOLVED))
        for wanted, expected in (
            (AlertFilter(statuses=[AlertStatus.RESOLVED]), [first.pk]),
            (AlertFilter(severities=[Severity.LOW]), [second.pk]),
            (AlertFilter(statuses=[AlertStatus.RESOLVED], severities=[Severity.LOW]), []),
        ):
            assert [row.pk for row in queries.alerts_within(admin, PAGE, wanted).items] == expected

    def test_open_ones_are_counted_by_tenant(self, admin, stranger, cast):
        publish(cast)
        change_alert(admin, publish(cast).alert_id, AlertChange(status=AlertStatus.RESOLVED))
        assert queries.open_alerts_by_tenant(admin) == {cast.aurora.pk: 1}
        assert queries.open_alerts_by_tenant(stranger) == {cast.bluefin.pk: 0}


class TestIncidents:
    def test_is_filtered_and_found(self, admin, cast):
        incident = publish(cast).alert.incident_id
        publish(
            cast, rows=[ROW | {"DeviceId": "d2" * 20, "DeviceName": "ws02", "AccountName": "joon"}], title="Another"
        )
        change_alert(
            admin, queries.find_incident(admin, incident).alerts.all()[0].pk, AlertChange(status=AlertStatus.RESOLVED)
        )
        assert [row.pk for row in queries.incidents_within(admin, PAGE, [IncidentStatus.RESOLVED]).items] == [incident]
        assert queries.incidents_within(admin, PAGE, search="another").total == 1
        assert [row.pk for row in queries.incidents_within(admin, PAGE, search=str(incident)).items] == [incident]


class TestIsolation:
    def test_no_read_finds_anything_of_another_tenant(self, admin, stranger, cast):
        notification = publish(cast)
        finds = (
            lambda: queries.find_alert(stranger, notification.alert_id),
            lambda: queries.find_incident(stranger, notification.alert.incident_id),
            lambda: queries.find_notification(stranger, notification.pk),
            lambda: queries.find_draft(stranger, notification.draft_id),
        )
        for find in finds:
            with pytest.raises(Exception, match="There is no"):
                find()
        assert queries.alerts_within(stranger, PAGE).total == queries.incidents_within(stranger, PAGE).total == 0
        assert queries.notifications_within(stranger, PAGE).total == queries.drafts_within(stranger, PAGE).total == 0
        assert queries.drafts_within(stranger, PAGE, [DraftState.PUBLISHED]).total == 0
        assert queries.entities_of(stranger, notification.alert_id) == []
        assert queries.detections_of(stranger, notification.alert_id) == []
