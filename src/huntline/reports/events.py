"""What happens here and concerns others."""

import dataclasses
import uuid

from huntline.outbox import Event, event


@event("report_ready")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ReportReady(Event):
    """The report of a month is there to be read. month: its first day, as an ISO date."""

    report_id: uuid.UUID
    month: str
