"""Saved hunts that run by themselves: due, claimed, run once, and never lost."""

import uuid
from datetime import timedelta

import pytest

from hunting.questions import NOON
from huntline.audit.models import Entry
from huntline.enrolment.services import switch_service
from huntline.hunting import jobs
from huntline.hunting.errors import HuntsBusy, QueryInvalid, SavedHuntNotFound, ScheduleInvalid, ScheduleNotFound
from huntline.hunting.jobs import run_due_turns
from huntline.hunting.models import HuntRun, ScheduledTurn, TurnState
from huntline.hunting.queries import history_within, latest_turns, schedules_of_provider
from huntline.hunting.services import ScheduleForm, change_schedule, end_schedule, save_hunt, schedule_hunt
from huntline.hunting.services.runs import carry_out
from huntline.identity.errors import TenantNotFound
from huntline.identity.queries import provider_scope_of
from huntline.kernel import PageRequest
from publishing import enrol

pytestmark = pytest.mark.django_db
QUERY = "DeviceProcessEvents | where FileName == 'mshta.exe'"
DAILY = ScheduleForm(24, 48)
URL = "/api/v1/provider/scheduled-hunts"


@pytest.fixture
def hunters(cast, clock):
    """The scope of a hunter over all customers; aurora and bluefin have the service."""
    enrol(cast)
    enrol(cast, "bluefin")
    return provider_scope_of(cast.hunter)


@pytest.fixture
def saved(hunters, scope_of):
    return save_hunt(scope_of("hunter", "aurora"), name="Script hosts", description="", query=QUERY)


def turns():
    return ScheduledTurn.objects.unscoped("a test looks")


def runs():
    return HuntRun.objects.unscoped("a test looks")


class TestScheduleHunt:
    def test_runs_at_once_in_every_customer_with_the_service(self, hunters, saved, insert, cast):
        insert(cast.aurora, "mshta.exe", 3, at=NOON)
        schedule = schedule_hunt(hunters, saved.pk, DAILY)
        assert run_due_turns() == 2
        last = {turn.tenant.slug: turn for turn in latest_turns(hunters)[schedule.pk]}
        assert {slug: (turn.state, turn.run.row_count) for slug, turn in last.items()} == {
            "aurora": ("done", 3),
            "bluefin": ("done", 0),
        }
        run = last["aurora"].run
        assert (run.scheduled, run.by_provider, run.saved_hunt_id) == (True, True, saved.pk)
        assert run.window_end - run.window_start == timedelta(hours=48)
        assert run.kept_rows == 3

    @pytest.mark.requirement("R79")
    def test_each_run_is_in_the_customers_record_and_hidden_from_its_history(self, hunters, saved, cast, scope_of):
        schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["aurora"]))
        run_due_turns()
        entry = Entry.objects.get(action="hunt.scheduled")
        assert (entry.tenant_id, entry.object_id) == (cast.aurora.pk, str(runs().get().pk))
        assert history_within(scope_of("aurora_analyst", "aurora"), PageRequest()).total == 0
        assert history_within(scope_of("hunter", "aurora"), PageRequest()).total == 1

    def test_not_where_the_service_is_off(self, hunters, saved, cast, scope_of):
        switch_service(scope_of("aurora_admin", "aurora"), on=False)
        schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["aurora"]))
        assert (run_due_turns(), turns().count()) == (0, 0)

    @pytest.mark.parametrize("hours", [(0, 24), (24, 23), (745, 745), (24, 24 * 191)])
    def test_hours_that_leave_time_unseen_are_refused(self, hunters, saved, hours):
        with pytest.raises(ScheduleInvalid):
            schedule_hunt(hunters, saved.pk, ScheduleForm(*hours))

    def test_what_cannot_be_scheduled(self, hunters, saved, scope_of):
        with pytest.raises(TenantNotFound):
            schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["nobody"]))
        with pytest.raises(TenantNotFound):
            schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, []))
        with pytest.raises(SavedHuntNotFound):
            schedule_hunt(hunters, uuid.uuid4(), DAILY)
        own = save_hunt(scope_of("aurora_analyst", "aurora"), name="Own", description="", query=QUERY)
        with pytest.raises(SavedHuntNotFound):
            schedule_hunt(hunters, own.pk, DAILY)
        broken = save_hunt(scope_of("hunter", "aurora"), name="Broken", description="", query="Nothing |")
        with pytest.raises(QueryInvalid):
            schedule_hunt(hunters, broken.pk, DAILY)

    def test_off_and_on_and_ended(self, hunters, saved, clock):
        schedule = schedule_hunt(hunters, saved.pk, DAILY)
        run_due_turns()
        change_schedule(hunters, schedule.pk, ScheduleForm(24, 24, enabled=False))
        clock.advance(timedelta(days=3))
        assert run_due_turns() == 0
        change_schedule(hunters, schedule.pk, ScheduleForm(1, 24))
        assert run_due_turns() == 2
        end_schedule(hunters, schedule.pk)
        assert (list(schedules_of_provider(hunters)), runs().count()) == ([], 4)
        with pytest.raises(ScheduleNotFound):
            end_schedule(hunters, schedule.pk)


class TestTurns:
    def test_once_in_each_interval_and_missed_ones_are_one(self, hunters, saved, clock):
        schedule = schedule_hunt(hunters, saved.pk, ScheduleForm(24, 48, ["aurora"]))
        first = schedule.next_due
        assert [run_due_turns() for _ in range(3)] == [1, 0, 0]
        clock.advance(timedelta(hours=23, minutes=59))
        assert run_due_turns() == 0
        clock.advance(timedelta(minutes=1))
        assert run_due_turns() == 1
        clock.advance(timedelta(days=5, hours=2))
        assert run_due_turns() == 1
        schedule.refresh_from_db(from_queryset=schedules_of_provider(hunters))
        assert schedule.next_due == first + timedelta(days=7)

    def test_a_busy_server_is_tried_again(self, hunters, saved, clock, monkeypatch):
        def busy(_started):
            raise HuntsBusy

        schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["aurora"]))
        with monkeypatch.context() as full:
            full.setattr(jobs, "carry_out", busy)
            assert run_due_turns() == 0
        waiting = turns().get()
        assert (waiting.state, waiting.tries, waiting.error_code) == (TurnState.WAITING, 1, "hunts_busy")
        clock.advance(timedelta(minutes=1))
        assert run_due_turns() == 1

    def test_one_that_cannot_run_fails_and_the_next_goes_on(self, hunters, saved, clock):
        schedule_hunt(hunters, saved.pk, DAILY)
        type(saved).objects.unscoped("it was changed since").update(query="Nothing |")
        assert run_due_turns() == 0
        assert set(turns().values_list("state", "error_code")) == {("failed", "query_invalid")}

    def test_a_turn_of_a_dead_worker_is_run_when_its_lease_is_over(self, hunters, saved, clock, monkeypatch):
        class Killed(BaseException):
            """Nothing runs after it, as when the process is killed."""

        def die(started):
            raise Killed

        schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["aurora"]))
        with monkeypatch.context() as deadly:
            deadly.setattr(jobs, "carry_out", die)
            with pytest.raises(Killed):
                run_due_turns()
        assert run_due_turns() == 0
        clock.advance(timedelta(minutes=9))
        assert run_due_turns() == 1
        assert set(runs().values_list("state", "error_code")) == {("failed", "interrupted"), ("done", "")}

    def test_a_server_that_is_alone_does_not_wait_for_the_lease(self, hunters, saved, monkeypatch):
        schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["aurora"]))
        jobs._plan()
        assert jobs._claim() is not None
        assert (run_due_turns(), jobs.forget_claims(), run_due_turns()) == (0, 1, 1)

    def test_what_another_worker_has_claimed_meanwhile_is_not_settled(self, hunters, saved, monkeypatch):
        def slow(started):
            turns().update(claim=uuid.uuid4())
            return carry_out(started)

        schedule_hunt(hunters, saved.pk, ScheduleForm(24, 24, ["aurora"]))
        monkeypatch.setattr(jobs, "carry_out", slow)
        assert run_due_turns() == 0
        assert turns().get().state == TurnState.WAITING


class TestRoutes:
    @pytest.mark.parametrize(
        ("part", "status"),
        [(None, 401), ("aurora_admin", 404), ("account_manager", 403), ("platform_operator", 403), ("hunter", 201)],
    )
    def test_who_may_schedule(self, hunters, saved, sign_in, part, status):
        body = {"saved_hunt_id": str(saved.pk), "every_hours": 24, "lookback_hours": 24, "tenants": ["aurora"]}
        answer = sign_in(part).post(URL, body, content_type="application/json")
        assert answer.status_code == status
        assert schedules_of_provider(hunters).count() == (status == 201)

    def test_list_change_and_end(self, hunters, saved, sign_in):
        schedule = schedule_hunt(hunters, saved.pk, DAILY)
        run_due_turns()
        lead = sign_in("hunt_lead")
        [item] = lead.get(URL).json()["items"]
        assert (item["name"], item["tenants"]) == ("Script hosts", None)
        assert [(turn["tenant"], turn["state"], turn["row_count"]) for turn in item["turns"]] == [
            ("aurora", "done", 0),
            ("bluefin", "done", 0),
        ]
        wanted = {"every_hours": 12, "lookback_hours": 24, "tenants": ["bluefin"], "enabled": False}
        changed = lead.put(f"{URL}/{schedule.pk}", wanted, content_type="application/json").json()
        assert (changed["tenants"], changed["enabled"], changed["every_hours"]) == (["bluefin"], False, 12)
        assert lead.delete(f"{URL}/{schedule.pk}").status_code == 204
        assert lead.get(URL).json() == {"items": [], "total": 0}
