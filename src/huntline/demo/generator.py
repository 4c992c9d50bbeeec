"""The generator: batches of rows, the same for the same seed, scale and period.

Each device's day is made on its own, from a key of the seed; nothing depends on which other days or devices are made.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from huntline.demo import dirt
from huntline.demo.customers import CUSTOMERS, CustomerSpec
from huntline.demo.dice import Dice, keyed_hex
from huntline.demo.exercise import RANGE, Exercise
from huntline.demo.fleet import build_fleet
from huntline.demo.moments import DAY, HOUR, MINUTE, local_date, midnight, to_ticks
from huntline.demo.rhythms import RHYTHMS
from huntline.demo.rhythms.chores import report_software
from huntline.demo.software import Shelf
from huntline.demo.stage import Record, Row, Stage
from huntline.demo.storyline import BEGINS, Label, acts_of

DEFAULT_SEED = 20_261_122
DEFAULT_DAYS = 7
LARGEST_SCALE = 200.0
EXERCISE_DAYS = 30.0
EXERCISE_SCALE = 0.3
BATCH_ROWS = 5_000

# Tables whose ReportId is the sensor's counter; others have none, or a text that the row brings with it.
_COUNTED = frozenset(
    {
        "DeviceEvents",
        "DeviceFileCertificateInfo",
        "DeviceFileEvents",
        "DeviceImageLoadEvents",
        "DeviceInfo",
        "DeviceLogonEvents",
        "DeviceNetworkEvents",
        "DeviceNetworkInfo",
        "DeviceProcessEvents",
        "DeviceRegistryEvents",
    },
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to generate: up to `until` (aware), `days` back; `scale` 1 is some twenty thousand rows a customer.

    Raises:
        ValueError: the scale or the days are out of range, or `until` has no zone.
    """

    until: datetime
    seed: int = DEFAULT_SEED
    days: float = DEFAULT_DAYS
    scale: float = 1.0
    customers: Sequence[CustomerSpec] = CUSTOMERS

    def __post_init__(self) -> None:
        if self.until.tzinfo is None:
            raise ValueError("The end of the demo's period needs a time zone.")
        if not 0 < self.scale <= LARGEST_SCALE:
            raise ValueError(f"The scale is above 0 and at most {LARGEST_SCALE:g}, not {self.scale:g}.")
        if not 0 < self.days <= 400:
            raise ValueError(f"The demo covers up to 400 days, not {self.days:g}.")

    @property
    def last(self) -> int:
        """The end of the period in ticks."""
        return to_ticks(self.until)

    @property
    def first(self) -> int:
        """The start of the period in ticks."""
        return self.last - int(self.days * DAY)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table that arrive together.

    rows: values as `telemetry.rows` describes them, moments as ticks of 100 ns; arrived: ticks, never before a row's Timestamp;
    token: the same for the same batch, so that a second load adds nothing; labels: of the rows that belong to a storyline.
    """

    customer: str
    table: str
    rows: list[Row]
    arrived: int
    token: str
    labels: tuple[Label, ...] = ()


@dataclass(slots=True)
class _Basket:
    """Rows of one table until they make a batch."""

    rows: list[Row] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    labelled: set[int] = field(default_factory=set)


class _Sender:
    """Gathers the rows of a customer and hands them out as batches."""

    def __init__(self, plan: Plan, customer: str) -> None:
        self.plan, self.customer = plan, customer
        self._dice = Dice(plan.seed, "sender", customer)
        self._baskets: defaultdict[str, _Basket] = defaultdict(_Basket)
        self._sent = 0

    def add(self, records: list[Record]) -> None:
        for record in records:
            basket = self._baskets[record.table]
            basket.rows.append(record.row)
            if record.step is not None:
                name = str(record.row.get("DeviceName", ""))
                report_id = record.row.get("ReportId")
                basket.labels.append(Label(record.step, self.customer, record.table, name, record.ticks, report_id))
                basket.labelled.add(id(record.row))

    def send(self, arrived: int, *, least: int) -> Iterator[Batch]:
        """Yield what has gathered in tables that have at least so many rows."""
        for table in sorted(self._baskets):
            if len(self._baskets[table].rows) < least:
                continue
            basket = self._baskets.pop(table)
            for start in range(0, len(basket.rows), BATCH_ROWS):
                labels = tuple(basket.labels) if start == 0 else ()
                yield self._batch(table, basket.rows[start : start + BATCH_ROWS], arrived, labels)
            resent = dirt.pick_resent(basket.rows, basket.labelled, self._dice) if table in _COUNTED else []
            if resent:
                yield self._batch(table, resent, arrived, ())

    def _batch(self, table: str, rows: list[Row], arrived: int, labels: tuple[Label, ...]) -> Batch:
        self._sent += 1
        plan = self.plan
        token = keyed_hex(plan.seed, self.customer, plan.scale, plan.days, plan.last, self._sent, size=16)
        return Batch(self.customer, table, rows, arrived, f"demo-{token}", labels)


def _play(stage: Stage, plan: Plan, exercise: Exercise | None, *, is_first: bool) -> list[Record]:
    """Return the numbered rows of a device's day that lie in the period."""
    fleet, device, day = stage.fleet, stage.device, stage.day
    RHYTHMS[device.role](stage)
    if exercise is not None:
        exercise.perform(stage)
    begins = BEGINS.get(fleet.customer.key)
    if begins is not None:
        last = local_date(fleet.customer.zone, plan.until)
        stage.day_of_storyline = begins - (last - day).days
        for act in acts_of(fleet, device, stage.day_of_storyline):
            act(stage)
    if is_first:
        report_software(stage, max(plan.first + MINUTE, stage.begin))
    records = [record for record in stage.records if plan.first <= record.ticks <= plan.last]
    records.sort(key=_ticks)
    # Numbers of a day start where no other day's do, so that (DeviceName, ReportId) names a row.
    number = day.toordinal() % 10_000 * 1_000_000
    for record in records:
        if record.table in _COUNTED:
            number += 1
            record.row["ReportId"] = number
    dirt.soil(records, stage.dice)
    return records


def _ticks(record: Record) -> int:
    return record.ticks


def _generate_customer(plan: Plan, customer: CustomerSpec, shelf: Shelf) -> Iterator[Batch]:
    fleet = build_fleet(customer, plan.seed, plan.scale)
    sender, late = _Sender(plan, customer.key), defaultdict[date, list[Record]](list)
    exercise = Exercise(fleet, plan.last) if customer is RANGE else None
    last = local_date(customer.zone, plan.until)
    day = first = local_date(customer.zone, plan.until - timedelta(days=plan.days))
    while day <= last:
        # A fast clock may be ahead of the truth by some seconds, the rest of a day is with us by its end.
        arrived = min(midnight(customer.zone, day) + DAY + HOUR, plan.last)
        for device in fleet.devices:
            records = _play(Stage(fleet, shelf, device, day), plan, exercise, is_first=day == first)
            due = dirt.arrival_day(device, day, last)
            if due > day:
                late[due].extend(records)
                continue
            sender.add(records)
            yield from sender.send(arrived, least=BATCH_ROWS)
        sender.add(late.pop(day, []))
        yield from sender.send(arrived, least=1)
        day += timedelta(days=1)


def exercise_plan(until: datetime, seed: int = DEFAULT_SEED) -> Plan:
    """Return the plan of the exercise range: a month of a small organisation, and the catalogue of techniques among it."""
    return Plan(until, seed, EXERCISE_DAYS, EXERCISE_SCALE, (RANGE,))


def generate(plan: Plan) -> Iterator[Batch]:
    """Yield the batches of the plan, customer by customer, day by day."""
    shelf = Shelf(plan.seed)
    for customer in plan.customers:
        yield from _generate_customer(plan, customer, shelf)
