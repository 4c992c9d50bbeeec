"""What happens in identity and concerns others."""

import dataclasses
import uuid

from huntline.outbox import Event, event


@event("member_invited")
@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited(Event):
    """Somebody was given a role in a tenant and shall hear of it. `new`: the person has no password yet."""

    person_id: uuid.UUID
    role: str
    new: bool
