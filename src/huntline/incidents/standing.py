"""Where people stand with an alert or an incident: its status, its owner, what they take it for, and what they say about it."""

from enum import StrEnum
from typing import Final, Protocol

from huntline.incidents.errors import CommentEmpty, DeterminationNotAllowed, OwnerInvalid, TextInvalid
from huntline.incidents.vocabulary import DETERMINATIONS, Classification, Determination

LONGEST_COMMENT: Final = 10_000
LONGEST_OWNER: Final = 254


class Standing(Protocol):
    """An alert or an incident."""

    classification: str
    determination: str


class StandingChange(Protocol):
    """What somebody wants to change of one; None leaves a field as it is, and the owner "" takes the owner away."""

    @property
    def status(self) -> StrEnum | None: ...  # noqa: D102 - a field
    @property
    def assigned_to(self) -> str | None: ...  # noqa: D102 - a field
    @property
    def classification(self) -> Classification | None: ...  # noqa: D102 - a field
    @property
    def determination(self) -> Determination | None: ...  # noqa: D102 - a field


def wanted_fields(row: Standing, change: StandingChange) -> dict[str, str]:
    """Return the fields that a change names, as they are after it.

    A new classification without a determination drops one that does not go with it. Raises OwnerInvalid, DeterminationNotAllowed.
    """
    wanted: dict[str, str] = {}
    if change.status is not None:
        wanted["status"] = change.status.value
    if change.assigned_to is not None:
        owner = change.assigned_to.strip()
        if len(owner) > LONGEST_OWNER or not owner.isprintable():
            raise OwnerInvalid(LONGEST_OWNER)
        wanted["assigned_to"] = owner
    if change.classification is not None or change.determination is not None:
        wanted |= _classified(row, change.classification, change.determination)
    return wanted


def checked_comment(comment: str | None) -> str:
    """Return the text of a comment, empty where there is none. Raises CommentEmpty, TextInvalid."""
    text = (comment or "").strip()
    if comment is not None and not text:
        raise CommentEmpty
    if len(text) > LONGEST_COMMENT or "\x00" in text:
        raise TextInvalid("comment", LONGEST_COMMENT)
    return text


def _classified(
    row: Standing, classification: Classification | None, determination: Determination | None
) -> dict[str, str]:
    new = classification or Classification(row.classification)
    allowed = DETERMINATIONS[new]
    detail = determination or Determination(row.determination)
    if detail not in allowed:
        if determination is not None:
            raise DeterminationNotAllowed(detail, new, ", ".join(sorted(allowed)))
        detail = Determination.NOT_AVAILABLE
    return {"classification": new.value, "determination": detail.value}
