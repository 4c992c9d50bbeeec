"""What incidents refuses."""

import math
from datetime import timedelta

from huntline.kernel import Conflict, Forbidden, Invalid, NotFound, TooMany, translatable


class DraftNotFound(NotFound):
    """No such draft in the scope's tenants."""

    def __init__(self) -> None:
        super().__init__("draft_not_found", translatable("There is no such draft in this tenant."))


class AlertNotFound(NotFound):
    """No such alert in the scope's tenants."""

    def __init__(self, alert_id: str) -> None:
        super().__init__("alert_not_found", translatable("There is no alert “{alert_id}”."), alert_id=alert_id[:64])


class IncidentNotFound(NotFound):
    """No such incident in the scope's tenants."""

    def __init__(self, incident_id: int) -> None:
        super().__init__(
            "incident_not_found", translatable("There is no incident {incident_id}."), incident_id=incident_id
        )


class IncidentRedirected(Conflict):
    """What was merged into another has no alerts any more; the other has them."""

    def __init__(self, incident_id: int, leads_to: int) -> None:
        super().__init__(
            "incident_redirected",
            translatable("Incident {incident_id} was merged into incident {leads_to}. Open that one."),
            detail={"redirect_incident_id": leads_to},
            incident_id=incident_id,
            leads_to=leads_to,
        )


class NothingToMerge(Invalid):
    """One incident is no merge."""

    def __init__(self) -> None:
        super().__init__("incidents_too_few", translatable("Choose at least two incidents to merge."))


class NothingLeft(Invalid):
    """An incident without alerts is none."""

    def __init__(self) -> None:
        super().__init__(
            "alerts_all_or_none",
            translatable("Choose some of the incident's alerts, and leave at least one where it is."),
        )


class AlertsOfOther(Invalid):
    """The alert is in another incident: the caller saw an older state."""

    def __init__(self, alert_id: str, incident_id: int) -> None:
        super().__init__(
            "alert_elsewhere",
            translatable("The alert “{alert_id}” is not in incident {incident_id} any more. Reload the page."),
            alert_id=alert_id[:64],
            incident_id=incident_id,
        )


class SampleStaysAlone(Invalid):
    """A sample beside a finding would make the one look like the other."""

    def __init__(self) -> None:
        super().__init__(
            "sample_stays_alone", translatable("A sample cannot be merged with what was found. Leave it out.")
        )


class SampleFixed(Conflict):
    """What a sample says is not written by people."""

    def __init__(self) -> None:
        super().__init__(
            "sample_fixed", translatable("A sample has no further versions. Withdraw it, or send another one.")
        )


class SampleTooSoon(TooMany):
    """Samples are for looking, not for filling mailboxes."""

    def __init__(self, wait: timedelta) -> None:
        seconds = math.ceil(wait.total_seconds())
        super().__init__(
            "sample_too_soon",
            translatable("A sample was sent a short time ago. The next one can be sent in {minutes} minutes."),
            detail={"retry_after": seconds},
            minutes=math.ceil(seconds / 60),
        )


class NotificationNotFound(NotFound):
    """No such notification in the scope's tenants."""

    def __init__(self) -> None:
        super().__init__("notification_not_found", translatable("There is no such notification."))


class Withdrawn(Conflict):
    """What is withdrawn stays as it is."""

    def __init__(self) -> None:
        super().__init__(
            "notification_withdrawn", translatable("The notification is withdrawn and can no longer be changed.")
        )


class RevisionOpen(Conflict):
    """One revision at a time, so that none overwrites another."""

    def __init__(self, draft_id: object) -> None:
        super().__init__(
            "revision_open",
            translatable("A revision of this notification is being written already. Open that draft."),
            detail={"draft_id": str(draft_id)},
        )


class WithdrawalReasonMissing(Invalid):
    """Those who were told learn why it is taken back."""

    def __init__(self) -> None:
        super().__init__(
            "withdrawal_reason_missing",
            translatable("Say why the notification is withdrawn; those who were told read it."),
        )


class DraftStepNotPossible(Conflict):
    """The draft is in a state that does not allow the step."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(
            "draft_step_not_possible",
            translatable("The draft is “{state}”; “{step}” is not possible now. Reload it to see where it stands."),
            step=step,
            state=state,
        )


class DraftChanged(Conflict):
    """Somebody saved it meanwhile: what the caller saw is not what is there."""

    def __init__(self, seen: int, current: int) -> None:
        super().__init__(
            "draft_changed",
            translatable(
                "The draft was changed meanwhile (you saw revision {seen}, it is at {current}). Reload it and look again."
            ),
            seen=seen,
            current=current,
        )


class OwnDraft(Forbidden):
    """A notification is published by a second person, who wrote nothing of it."""

    def __init__(self) -> None:
        super().__init__(
            "draft_own",
            translatable("You wrote in this draft. A second person has to review and publish it."),
        )


class TitleInvalid(Invalid):
    """The title becomes the subject of mails and a line of lists."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "title_invalid",
            translatable("A title is one line of 1 to {most} characters, without invisible ones."),
            most=most,
        )


class TextInvalid(Invalid):
    """A text is too long, or holds what cannot be kept."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(
            "text_invalid",
            translatable("“{field}” is a text of at most {most} characters, without the character NUL."),
            field=field,
            most=most,
        )


class StepsInvalid(Invalid):
    """Too many steps, or one that says nothing."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "steps_invalid", translatable("There are at most {most} recommended steps, and none is empty."), most=most
        )


class TechniqueInvalid(Invalid):
    """Not a technique of ATT&CK."""

    def __init__(self, technique: str) -> None:
        super().__init__(
            "technique_invalid",
            translatable("“{technique}” is no ATT&CK technique. Write it like T1059 or T1059.001."),
            technique=technique[:40],
        )


class TooMuchEvidence(Invalid):
    """More pieces of evidence than a notification holds."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "evidence_too_much",
            translatable(
                "A notification holds at most {most} pieces of evidence. Capture rows together, or leave some out."
            ),
            most=most,
        )


class DraftIncomplete(Invalid):
    """Something that every notification has is missing."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "draft_incomplete",
            translatable(
                "“{field}” is missing. A notification needs a summary, what happened, steps to take and evidence."
            ),
            field=field,
        )


class ReturnReasonMissing(Invalid):
    """A draft goes back with what is wrong with it."""

    def __init__(self) -> None:
        super().__init__("return_reason_missing", translatable("Say what has to change; the author reads it."))


class SourceNotOpen(Invalid):
    """The alert would look as if our hunters had published it."""

    def __init__(self, source: str) -> None:
        super().__init__(
            "detection_source_not_open",
            translatable(
                "Alerts of “{source}” are made by publishing a notification. Choose another detection source."
            ),
            source=source,
        )


class EventInvalid(Invalid):
    """The event does not fit the hunting table that it is said to be a row of."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(
            "event_invalid",
            translatable("Event {number} is no row of its hunting table: {reason}"),
            detail={"event": number},
            number=number,
            reason=reason[:500],
        )


class TooManyEvents(Invalid):
    """More events than an alert holds."""

    def __init__(self, most: int) -> None:
        super().__init__("events_too_many", translatable("An alert is raised with at most {most} events."), most=most)


class ProviderIdInvalid(Invalid):
    """The id under which the source knows the alert is one line."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "provider_alert_id_invalid",
            translatable("The id that the source gave the alert is one line of at most {most} characters."),
            most=most,
        )


class DeterminationNotAllowed(Invalid):
    """The determination does not go with the classification."""

    def __init__(self, determination: str, classification: str, allowed: str) -> None:
        super().__init__(
            "determination_not_allowed",
            translatable(
                "The determination “{determination}” does not go with “{classification}”; allowed are {allowed}."
            ),
            determination=determination,
            classification=classification,
            allowed=allowed,
        )


class OwnerInvalid(Invalid):
    """Whom an alert is assigned to is one line."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "owner_invalid",
            translatable("An alert is assigned to one line of at most {most} characters, such as an e-mail address."),
            most=most,
        )


class TagsInvalid(Invalid):
    """A tag is one short line, and there are not too many."""

    def __init__(self, most: int, longest: int) -> None:
        super().__init__(
            "tags_invalid",
            translatable("There are at most {most} tags, each one line of 1 to {longest} characters."),
            most=most,
            longest=longest,
        )


class CommentEmpty(Invalid):
    """A comment that says nothing."""

    def __init__(self) -> None:
        super().__init__("comment_empty", translatable("The comment is empty."))
