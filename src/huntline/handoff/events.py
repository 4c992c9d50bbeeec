"""What happens here and concerns others."""

import dataclasses
import uuid

from huntline.outbox import Event, event


@event("handoff_ready")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandoffReady(Event):
    """A package for incident responders is made and can be opened by its link."""

    handoff_id: uuid.UUID


@event("handoff_opened")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandoffOpened(Event):
    """Responders took a package. receipt_id: what was written of it."""

    handoff_id: uuid.UUID
    receipt_id: uuid.UUID
