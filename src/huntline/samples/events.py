"""What happens to samples."""

import uuid
from dataclasses import dataclass

from huntline.outbox import Event, event


@event("sample_received")
@dataclass(frozen=True, slots=True, kw_only=True)
class SampleReceived(Event):
    """A sample is complete and in quarantine."""

    case_id: uuid.UUID
    sample_id: uuid.UUID
    sha256: str


@event("sample_examined")
@dataclass(frozen=True, slots=True, kw_only=True)
class SampleExamined(Event):
    """An examination came to its end. state: of `ExaminationState`."""

    case_id: uuid.UUID
    sample_id: uuid.UUID
    examination_id: uuid.UUID
    state: str
