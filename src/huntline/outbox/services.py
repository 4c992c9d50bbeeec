"""Record events, hand them out."""

import threading
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q

from huntline.kernel import now
from huntline.outbox.events import Event, Subscribers, from_payload, to_payload
from huntline.outbox.models import Delivery, RecordedEvent

log = structlog.get_logger(__name__)

# A handler that has not returned by then is taken for dead, and its delivery may be claimed again.
LEASE = timedelta(minutes=5)
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=15)

_listeners: list[Callable[[], None]] = []


def listen(wake: Callable[[], None]) -> None:
    """Call `wake` after every commit that left work to do; the worker of this process uses it so as not to sleep through."""
    _listeners.append(wake)


def announce() -> None:
    """Wake the worker of this process once the current transaction is committed."""
    transaction.on_commit(lambda: [wake() for wake in _listeners])


def record(happened: Event) -> RecordedEvent:
    """Record an event in the current transaction."""
    (row,) = record_all([happened])
    return row


def record_all(happened: Sequence[Event]) -> list[RecordedEvent]:
    """Record events in the current transaction, in their order."""
    rows = [RecordedEvent(tenant_id=one.tenant_id, name=one.name, payload=to_payload(one)) for one in happened]
    made = RecordedEvent.objects.bulk_create(rows, batch_size=500)
    announce()
    return made


def dispatch(subscribers: Subscribers, *, stop: threading.Event | None = None) -> int:
    """Hand out what is due and return how many deliveries were made. Several workers may do this at once.

    A handler runs in one transaction with the mark that it is done: what it writes to the database happens exactly once, what it does
    outside at least once. A handler that raises is tried again later, with growing pauses, for as long as it takes.
    """
    _fan_out(subscribers)
    made = 0
    while not (stop and stop.is_set()):
        claimed = _claim()
        if claimed is None:
            break
        made += _deliver(claimed, subscribers)
    return made


def forget_claims() -> int:
    """Make due what other processes had claimed, and return how much it was. For a process that knows that it is the only one left."""
    return Delivery.objects.filter(done=None).exclude(leased_until=None).update(leased_until=None)


def stuck(than: timedelta) -> int:
    """Return how many deliveries have waited longer than this: for health pages and alarms."""
    return Delivery.objects.filter(done=None, event__at__lt=now() - than).count()


def _fan_out(subscribers: Subscribers) -> None:
    handlers = {kind.name: tuple(named) for kind, named in subscribers.items()}
    while True:
        with transaction.atomic():
            waiting = list(
                RecordedEvent.objects.select_for_update(skip_locked=_can_skip())
                .filter(fanned_out=None)
                .order_by("id")[:200]
            )
            if not waiting:
                return
            Delivery.objects.bulk_create(
                [Delivery(event=row, subscriber=name) for row in waiting for name in handlers.get(row.name, ())],
                ignore_conflicts=True,
            )
            RecordedEvent.objects.filter(id__in=[row.id for row in waiting]).update(fanned_out=now())


def _claim() -> Delivery | None:
    moment = now()
    free = Q(leased_until=None) | Q(leased_until__lt=moment)
    with transaction.atomic():
        row = (
            Delivery.objects.select_for_update(skip_locked=_can_skip())
            .filter(free, done=None, due__lte=moment)
            .order_by("due", "id")
            .first()
        )
        if row is None:
            return None
        row.leased_until = moment + LEASE
        row.attempts += 1
        row.save(update_fields=["leased_until", "attempts"])
    return row


def _deliver(claimed: Delivery, subscribers: Subscribers) -> bool:
    row = claimed.event
    try:
        with transaction.atomic():
            happened = from_payload(row.name, row.payload)
            subscribers[type(happened)][claimed.subscriber](happened)
            Delivery.objects.filter(id=claimed.id).update(done=now(), leased_until=None, error="")
    except Exception as error:  # noqa: BLE001 - whatever a handler raises, the event stays and is tried again
        pause = min(FIRST_RETRY * 2 ** min(claimed.attempts - 1, 12), LONGEST_RETRY)
        due: datetime = now() + pause
        Delivery.objects.filter(id=claimed.id).update(leased_until=None, due=due, error=traceback.format_exc()[-4000:])
        log.warning(
            "event_handler_failed",
            name=row.name,
            subscriber=claimed.subscriber,
            error=str(error),
            again_at=due.isoformat(),
        )
        return False
    return True


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
