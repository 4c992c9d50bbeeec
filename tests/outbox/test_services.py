"""Events survive their subscribers."""

import dataclasses
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from huntline.outbox import Event, event
from huntline.outbox.events import from_payload, to_payload
from huntline.outbox.models import Delivery, RecordedEvent
from huntline.outbox.services import LEASE, dispatch, forget_claims, record, stuck


@event("test_happened")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    number: int
    at: datetime
    ids: tuple[uuid.UUID, ...] = ()


def happened(number: int = 1) -> Happened:
    return Happened(tenant_id=uuid.uuid4(), number=number, at=datetime(2026, 1, 1, tzinfo=UTC), ids=(uuid.uuid4(),))


class TestPayload:
    @given(st.integers(), st.datetimes(timezones=st.just(UTC)), st.lists(st.uuids()), st.uuids())
    def test_comes_back_as_it_went(self, number, at, ids, tenant):
        told = Happened(tenant_id=tenant, number=number, at=at, ids=tuple(ids))
        assert from_payload("test_happened", to_payload(told)) == told


@pytest.mark.django_db
class TestDispatch:
    def test_every_subscriber_gets_it_once(self):
        seen = []
        subscribers = {Happened: {"a": lambda e: seen.append(("a", e)), "b": lambda e: seen.append(("b", e))}}
        told = happened()
        record(told)
        assert dispatch(subscribers) == 2
        assert dispatch(subscribers) == 0
        assert sorted(seen, key=lambda pair: pair[0]) == [("a", told), ("b", told)]

    def test_nothing_is_told_of_what_was_rolled_back(self):
        with pytest.raises(RuntimeError), transaction.atomic():
            record(happened())
            raise RuntimeError
        assert not RecordedEvent.objects.exists()

    def test_a_failing_subscriber_holds_up_nobody_and_is_tried_again(self, clock):
        seen, broken = [], [True]

        def shaky(told):
            if broken[0]:
                raise OSError("mail server down")
            seen.append(told.number)

        subscribers = {Happened: {"shaky": shaky, "steady": lambda told: seen.append(-told.number)}}
        record(happened(7))
        dispatch(subscribers)
        assert seen == [-7]
        assert "mail server down" in Delivery.objects.get(subscriber="shaky").error
        assert dispatch(subscribers) == 0  # not due yet
        broken[0] = False
        clock.advance(timedelta(seconds=3))
        dispatch(subscribers)
        assert seen == [-7, 7]

    def test_what_a_failing_subscriber_wrote_is_undone(self, clock):
        def writes_then_fails(told):
            record(happened(99))
            raise OSError

        record(happened(1))
        dispatch({Happened: {"x": writes_then_fails}})
        assert RecordedEvent.objects.count() == 1

    def test_a_delivery_whose_worker_died_is_claimed_again(self, clock):
        seen = []
        subscribers = {Happened: {"x": lambda told: seen.append(told.number)}}
        record(happened(5))
        Delivery.objects.create(
            event=RecordedEvent.objects.get(), subscriber="x", leased_until=clock.now() + LEASE, due=clock.now()
        )
        RecordedEvent.objects.update(fanned_out=clock.now())
        assert dispatch(subscribers) == 0
        clock.advance(LEASE + timedelta(seconds=1))
        assert dispatch(subscribers) == 1
        assert seen == [5]

    def test_who_knows_that_no_worker_is_left_need_not_wait(self, clock):
        seen = []
        subscribers = {Happened: {"x": lambda told: seen.append(told.number)}}
        record(happened(5))
        Delivery.objects.create(
            event=RecordedEvent.objects.get(), subscriber="x", leased_until=clock.now() + LEASE, due=clock.now()
        )
        RecordedEvent.objects.update(fanned_out=clock.now())
        assert forget_claims() == 1
        assert (dispatch(subscribers), forget_claims()) == (1, 0)
        assert seen == [5]

    def test_stuck_counts_what_waits(self, clock):
        record(happened())
        dispatch({Happened: {"x": lambda told: 1 / 0}})
        assert stuck(timedelta(minutes=10)) == 0
        clock.advance(timedelta(minutes=11))
        assert stuck(timedelta(minutes=10)) == 1


@pytest.mark.django_db(transaction=True)
class TestWorkers:
    def test_two_workers_share_and_never_repeat(self):
        seen, lock = [], threading.Lock()

        def note(told):
            with lock:
                seen.append(told.number)

        for number in range(40):
            record(happened(number))

        def work():
            try:
                dispatch({Happened: {"x": note}})
            finally:
                connection.close()

        workers = [threading.Thread(target=work) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert sorted(seen) == list(range(40))
