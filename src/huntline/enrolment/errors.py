"""What enrolment refuses."""

from huntline.kernel import Conflict, Forbidden, Invalid, NotFound, translatable


class ApplicationNotFound(NotFound):
    """No such application among the scope's tenants."""

    def __init__(self) -> None:
        super().__init__("application_not_found", translatable("There is no such application."))


class StepNotPossible(Conflict):
    """The enrolment is in a state that does not allow the step."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(
            "enrolment_step_not_possible",
            translatable(
                "The enrolment is “{state}”; “{step}” is not possible now. Reload the page to see where it stands."
            ),
            step=step,
            state=state,
        )


class StatementNotAccepted(Invalid):
    """Nobody enrols without having accepted the privacy statement."""

    def __init__(self) -> None:
        super().__init__(
            "privacy_statement_not_accepted", translatable("Read the privacy statement and accept it before you apply.")
        )


class StatementOutdated(Conflict):
    """The version that was accepted is not the one in force."""

    def __init__(self, given: str, current: str) -> None:
        super().__init__(
            "privacy_statement_outdated",
            translatable(
                "The privacy statement has changed: you accepted “{given}”, in force is “{current}”. Read it again."
            ),
            given=given,
            current=current,
        )


class StatementNotFound(NotFound):
    """There never was such a version, or not in that language."""

    def __init__(self, version: str, language: str) -> None:
        super().__init__(
            "privacy_statement_not_found",
            translatable("There is no privacy statement “{version}” in the language “{language}”."),
            version=version,
            language=language,
        )


class ContactInvalid(Invalid):
    """The name or the address by which the applicant wants to be reached cannot be used."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "contact_invalid",
            translatable(
                "The {field} cannot be used: a name is one line of text, an e-mail address is like name@example.org."
            ),
            field=field,
        )


class ReasonMissing(Invalid):
    """A declined applicant is told why."""

    def __init__(self) -> None:
        super().__init__("reason_missing", translatable("Say why the application is declined; the applicant reads it."))


class MessageEmpty(Invalid):
    """A question or an answer has words."""

    def __init__(self) -> None:
        super().__init__("message_empty", translatable("Write what you want to ask or answer."))


class TalkInFuture(Invalid):
    """A talk is recorded when it has been held."""

    def __init__(self) -> None:
        super().__init__(
            "talk_in_future", translatable("The talk is recorded after it was held: its date is in the future.")
        )


class TalkWithoutPeople(Invalid):
    """A record of a talk says who spoke."""

    def __init__(self) -> None:
        super().__init__("talk_without_people", translatable("Say who took part in the talk."))


class NotApproved(Conflict):
    """The service is not approved for the tenant, so there is nothing to switch and nothing to receive."""

    def __init__(self) -> None:
        super().__init__(
            "enrolment_not_approved",
            translatable(
                "The service is not approved for this tenant. An administrator of the tenant applies for it first."
            ),
        )


class ServiceOff(Conflict):
    """The customer has switched the service off."""

    def __init__(self) -> None:
        super().__init__(
            "service_off",
            translatable("The customer has switched the service off. An administrator of the tenant can switch it on."),
        )


class SubscriptionMissing(Forbidden):
    """Experts are asked with a trial or a full subscription."""

    def __init__(self, state: str) -> None:
        super().__init__(
            "subscription_missing",
            translatable(
                "Your organization has no expert subscription, or it has ended. Your account manager gives a trial or a full "
                "subscription."
            ),
            detail={"subscription": state},
        )


class SubscriptionStepNotPossible(Conflict):
    """What the tenant has does not turn into what is granted."""

    def __init__(self, kind: str, state: str) -> None:
        super().__init__(
            "subscription_step_not_possible",
            translatable(
                "A subscription that is “{state}” cannot become “{kind}”. After a trial, or during a full subscription, only a full "
                "one can be granted."
            ),
            kind=kind,
            state=state,
        )


class NoSubscriptionToEnd(Conflict):
    """There is none, or it has ended."""

    def __init__(self) -> None:
        super().__init__("no_subscription_to_end", translatable("There is no subscription that could be ended."))


class TermInPast(Invalid):
    """A subscription ends in the future."""

    def __init__(self) -> None:
        super().__init__("term_in_past", translatable("The end of the subscription must lie in the future."))


class CreditsInvalid(Invalid):
    """The number of inquiries a month has bounds."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "credits_invalid",
            translatable("The number of inquiries a month is between 1 and {most}; leave it out for no limit."),
            most=most,
        )
