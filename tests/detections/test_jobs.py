"""Rules that run by themselves: what they raise, once, whatever is killed."""

from datetime import timedelta

import pytest

from hunting.questions import NOON
from huntline.detections import jobs
from huntline.detections.jobs import forget_claims, run_due_rules
from huntline.detections.models import RuleAlert, RuleTurn
from huntline.detections.queries import alerts_of, last_turns, rules_of
from huntline.detections.services import RuleForm, change_rule, create_rule, delete_rule
from huntline.enrolment.services import switch_service
from huntline.hunting.errors import HuntsBusy
from huntline.hunting.queries import history_within
from huntline.identity.queries import provider_scope_of, provider_tenant
from huntline.incidents import Category, Severity
from huntline.incidents.models import Alert, Detection
from huntline.kernel import PageRequest, new_id
from huntline.outbox.services import dispatch
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import find_table
from huntline.telemetry.times import ticks_of
from huntline.web.subscribers import SUBSCRIBERS
from publishing import enrol

pytestmark = pytest.mark.django_db
QUERY = "DeviceProcessEvents | where FileName =~ 'mshta.exe'"


@pytest.fixture
def insert():
    """Insert a row for each (device, report) into DeviceProcessEvents of a tenant, a minute apart."""

    def insert_rows(tenant, *events, at=NOON, file_name="mshta.exe"):
        get_engine().insert(
            find_table("DeviceProcessEvents"),
            tenant.pk,
            {
                "Timestamp": [ticks_of(at + timedelta(minutes=number)) for number in range(len(events))],
                "DeviceId": [device for device, _ in events],
                "DeviceName": [f"{device}.example" if device else "" for device, _ in events],
                "ReportId": [report for _, report in events],
                "FileName": [file_name] * len(events),
            },
            token=str(new_id()),
            ingested=at,
        )

    return insert_rows


@pytest.fixture
def analyst(scope_of, clock):
    return scope_of("aurora_analyst", "aurora")


@pytest.fixture
def rule(analyst):
    return create_rule(analyst, analyst.tenant, form())


def form(**changes):
    values = {"severity": Severity.HIGH, "category": Category.EXECUTION, "name": "Script hosts", "query": QUERY}
    texts = {"title": "A script host ran", "recommended_action": "Isolate it.", "techniques": ["T1218.005"]}
    return RuleForm(**{**values, **texts, **changes})


def alerts():
    return Alert.objects.unscoped("a test looks").order_by("device_id", "created")


def turns():
    return RuleTurn.objects.unscoped("a test looks")


class TestRunDueRules:
    def test_one_alert_for_each_device(self, analyst, rule, insert, cast, sign_in):
        insert(cast.aurora, ("d1", 1), ("d2", 2), ("d1", 3))
        insert(cast.bluefin, ("d9", 9))
        insert(cast.aurora, ("d3", 4), file_name="notepad.exe")
        assert run_due_rules() == 1
        assert [(alert.device_id, alert.title) for alert in alerts()] == [
            ("d1", "A script host ran"),
            ("d2", "A script host ran"),
        ]
        first = alerts()[0]
        assert (first.detection_source, first.severity, first.techniques) == ("CustomDetection", "High", ["T1218.005"])
        assert (first.recommended_actions, first.tenant_id) == ("Isolate it.", cast.aurora.pk)
        events = Detection.objects.unscoped("a test looks").filter(alert=first)
        assert [(one.report_id, one.table, one.at) for one in events] == [
            (1, "DeviceProcessEvents", NOON),
            (3, "DeviceProcessEvents", NOON + timedelta(minutes=2)),
        ]
        (turn,) = last_turns(analyst, [rule])[rule.pk]
        assert (turn.state, turn.rows, turn.raised, turn.left_out) == ("done", 3, 2, 0)
        client = sign_in("aurora_analyst")
        listed = client.get("/api/v1/tenants/aurora/detection-rules").json()["items"][0]
        assert (listed["alert_count"], listed["turns"][0]["raised"]) == (2, 2)
        raised = client.get(f"/api/v1/tenants/aurora/detection-rules/{rule.pk}/alerts").json()
        assert {one["id"] for one in raised["items"]} == {alert.pk for alert in alerts()}

    def test_is_visible_in_every_channel(self, rule, insert, cast, sign_in, clock):
        insert(cast.aurora, ("d1", 1))
        run_due_rules()
        clock.advance(timedelta(minutes=1))
        dispatch(SUBSCRIBERS)
        alert = alerts().get()
        assert sign_in("aurora_reader").get(f"/api/v1/tenants/aurora/alerts/{alert.pk}").status_code == 200
        query = {"query": "AlertInfo | project AlertId, DetectionSource"}
        found = sign_in("aurora_analyst").post("/api/v1/tenants/aurora/hunts", query, "application/json").json()
        assert found["rows"] == [[alert.pk, "Custom detection"]]

    def test_the_same_events_raise_nothing_again(self, rule, insert, cast, clock):
        insert(cast.aurora, ("d1", 1))
        assert run_due_rules() == 1
        clock.advance(timedelta(hours=24))
        assert run_due_rules() == 1
        assert (alerts().count(), list(turns().order_by("slot").values_list("raised", flat=True))) == (1, [1, 0])

    def test_a_later_period_raises_again(self, rule, insert, cast, clock):
        insert(cast.aurora, ("d1", 1))
        run_due_rules()
        clock.advance(timedelta(hours=24))
        insert(cast.aurora, ("d1", 2), at=NOON + timedelta(days=1))
        run_due_rules()
        assert [alert.device_id for alert in alerts()] == ["d1", "d1"]

    def test_an_event_that_arrives_late_is_found(self, rule, insert, cast, clock):
        assert run_due_rules() == 1
        insert(cast.aurora, ("d1", 1), at=NOON - timedelta(days=3))
        clock.advance(timedelta(hours=24))
        assert run_due_rules() == 1
        assert alerts().count() == 1

    def test_rows_without_an_entity_are_counted_and_the_others_raised(self, rule, insert, cast):
        insert(cast.aurora, ("", 1), ("d1", 2))
        run_due_rules()
        assert alerts().get().device_id == "d1"
        assert turns().values_list("rows", "raised", "left_out").get() == (2, 1, 1)

    def test_more_entities_than_a_run_raises_are_counted(self, rule, insert, cast, monkeypatch):
        monkeypatch.setattr(jobs, "MOST_ALERTS", 2)
        insert(cast.aurora, ("d1", 1), ("d2", 2), ("d3", 3))
        run_due_rules()
        assert (alerts().count(), turns().get().left_out) == (2, 1)

    def test_not_before_it_is_due_and_not_when_it_is_off(self, analyst, rule, insert, cast, clock):
        assert [run_due_rules(), run_due_rules()] == [1, 0]
        change_rule(analyst, analyst.tenant, rule.pk, form(enabled=False))
        clock.advance(timedelta(days=2))
        assert run_due_rules() == 0
        change_rule(analyst, analyst.tenant, rule.pk, form(every_hours=1))
        assert run_due_rules() == 1
        clock.advance(timedelta(hours=5))
        assert run_due_rules() == 1  # what was missed is one run

    def test_its_runs_are_in_the_customers_own_history(self, analyst, rule):
        run_due_rules()
        (run,) = history_within(analyst, PageRequest()).items
        assert (run.scheduled, run.by_provider, run.pk) == (True, False, turns().get().hunt_id)

    def test_a_deleted_rule_leaves_its_alerts(self, analyst, rule, insert, cast):
        insert(cast.aurora, ("d1", 1))
        run_due_rules()
        delete_rule(analyst, analyst.tenant, rule.pk)
        assert (alerts().count(), RuleAlert.objects.unscoped("a test looks").count(), turns().count()) == (1, 0, 0)


class TestOfTheProvider:
    @pytest.fixture
    def hunters(self, cast, clock):
        enrol(cast)
        return provider_scope_of(cast.hunter)

    def test_runs_where_the_service_is_on(self, hunters, insert, cast, scope_of):
        rule = create_rule(hunters, provider_tenant().pk, form())
        for tenant in (cast.aurora, cast.bluefin):
            insert(tenant, ("d1", 1))
        assert run_due_rules() == 1
        assert [alert.tenant_id for alert in alerts_of(hunters, rule.pk)] == [cast.aurora.pk]
        assert not rules_of(scope_of("aurora_analyst", "aurora"), cast.aurora.pk).exists()
        assert not rules_of(scope_of("aurora_analyst", "aurora"), provider_tenant().pk).exists()
        assert history_within(scope_of("aurora_analyst", "aurora"), PageRequest()).total == 0

    def test_only_in_the_chosen(self, hunters, insert, cast):
        enrol(cast, "bluefin")
        rule = create_rule(hunters, provider_tenant().pk, form(customers=["bluefin"]))
        for tenant in (cast.aurora, cast.bluefin):
            insert(tenant, ("d1", 1))
        assert run_due_rules() == 1
        assert [alert.tenant.slug for alert in alerts_of(hunters, rule.pk)] == ["bluefin"]

    def test_not_where_the_service_was_switched_off(self, hunters, insert, cast, scope_of):
        create_rule(hunters, provider_tenant().pk, form())
        insert(cast.aurora, ("d1", 1))
        switch_service(scope_of("aurora_admin", "aurora"), on=False)
        assert (run_due_rules(), turns().count(), alerts().count()) == (0, 0, 0)


class TestFailures:
    def test_a_busy_server_is_tried_again(self, rule, insert, cast, clock, monkeypatch):
        def busy(*_args, **_named):
            raise HuntsBusy

        insert(cast.aurora, ("d1", 1))
        with monkeypatch.context() as full:
            full.setattr(jobs, "run_unattended", busy)
            assert run_due_rules() == 0
        assert turns().values_list("state", "tries", "error_code").get() == ("waiting", 1, "hunts_busy")
        clock.advance(timedelta(minutes=1))
        assert (run_due_rules(), alerts().count()) == (1, 1)

    def test_a_query_that_can_no_longer_run_says_so(self, analyst, rule):
        rules_of(analyst, analyst.tenant).update(query="Nothing |")
        assert run_due_rules() == 0
        assert turns().values_list("state", "error_code").get() == ("failed", "query_invalid")

    def test_one_that_dies_while_it_raises_raises_all_once(self, rule, insert, cast, clock, monkeypatch):
        class Killed(BaseException):
            """Nothing runs after it, as when the process is killed."""

        real, made = jobs.create_alert, []

        def die_at_the_second(*args, **named):
            if made:
                raise Killed
            made.append(1)
            return real(*args, **named)

        insert(cast.aurora, ("d1", 1), ("d2", 2))
        with monkeypatch.context() as dying:
            dying.setattr(jobs, "create_alert", die_at_the_second)
            with pytest.raises(Killed):
                run_due_rules()
        assert (alerts().count(), run_due_rules()) == (0, 0)
        assert forget_claims() == 1
        assert (run_due_rules(), alerts().count()) == (1, 2)
