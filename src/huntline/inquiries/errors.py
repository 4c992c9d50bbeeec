"""What inquiries refuse."""

from huntline.kernel import Conflict, Forbidden, Invalid, NotFound, TooMany, translatable


class InquiryNotFound(NotFound):
    """No such inquiry in the tenant."""

    def __init__(self, number: str) -> None:
        super().__init__("inquiry_not_found", translatable("There is no inquiry “{number}”."), number=number[:40])


class InquiryStepNotPossible(Conflict):
    """The inquiry is in a state that does not allow the step."""

    def __init__(self, step: str, state: str) -> None:
        super().__init__(
            "inquiry_step_not_possible",
            translatable(
                "The inquiry is “{state}”; “{step}” is not possible now. Reload the page to see where it stands."
            ),
            step=step,
            state=state,
        )


class InquiryTextInvalid(Invalid):
    """A text of an inquiry is empty, too long, or holds what cannot be kept."""

    def __init__(self, field: str, most: int) -> None:
        super().__init__(
            "inquiry_text_invalid",
            translatable("The field {field} must have between 1 and {most} characters, without null characters."),
            field=field,
            most=most,
        )


class ReplyAddressInvalid(Invalid):
    """An e-mail address by which somebody wants to be reached cannot be used."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "reply_address_invalid",
            translatable("“{address}” is no e-mail address. It is like name@example.org."),
            address=address[:100],
        )


class TooManySubjects(Invalid):
    """An inquiry is about a bounded number of things."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "too_many_subjects",
            translatable("An inquiry is about {most} subjects at most. Put devices of one kind together as a set."),
            most=most,
        )


class SubjectNotFound(Invalid):
    """Something that the inquiry names is not there, or not in this tenant."""

    def __init__(self, kind: str, reference: str) -> None:
        super().__init__(
            "subject_not_found",
            translatable("There is no {kind} “{reference}” in your organization. Take it out of the inquiry."),
            kind=kind,
            reference=reference[:200],
        )


class SubjectInvalid(Invalid):
    """A subject cannot be read: its link leads elsewhere, or its context is too large."""

    def __init__(self, label: str) -> None:
        super().__init__(
            "subject_invalid",
            translatable(
                "The subject “{label}” cannot be used: its link must be a page of this portal, or an address that begins with "
                "https://, and what goes with it must not be larger than 200 kB."
            ),
            label=label[:200],
        )


class OwnIntelligence(Forbidden):
    """An alert that the customer's own threat intelligence raised is for its own team."""

    def __init__(self, alert_id: str, title: str) -> None:
        super().__init__(
            "own_threat_intelligence",
            translatable(
                "The alert “{title}” ({alert_id}) was raised by your organization's own threat intelligence. Threat experts do not "
                "answer inquiries about such alerts: turn to your own security operations or incident response team."
            ),
            title=title,
            alert_id=alert_id,
        )


class CreditsUsedUp(TooMany):
    """The subscription's inquiries of this month are used up."""

    def __init__(self, credit: int, again: str) -> None:
        super().__init__(
            "credits_used_up",
            translatable(
                "Your subscription holds {credit} inquiries a month, and they are used up. The next month begins on {again}; your "
                "account manager can raise the number."
            ),
            credit=credit,
            again=again,
        )


class ProviderAsks(Forbidden):
    """The provider's own people do not ask on behalf of a customer, nor reply as one."""

    def __init__(self) -> None:
        super().__init__(
            "provider_asks", translatable("Only members of the customer's organization ask experts and reply to them.")
        )


class CaseAccessMissing(Forbidden):
    """An expert opens a case, with a reason and for a while, before reading it."""

    def __init__(self) -> None:
        super().__init__(
            "case_access_missing",
            translatable(
                "You have no access to this case now. Open it with a reason; the customer sees that, and access ends by itself."
            ),
        )


class CaseAccessRevoked(Forbidden):
    """The customer took the expert's access away."""

    def __init__(self) -> None:
        super().__init__(
            "case_access_revoked",
            translatable("The customer has taken your access to this case away. Only the customer can allow it again."),
        )


class CaseAccessNotFound(NotFound):
    """No such access to the case."""

    def __init__(self) -> None:
        super().__init__("case_access_not_found", translatable("There is no such access to this case."))


class AccessSpanInvalid(Invalid):
    """Access is for a while, with a reason."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "access_span_invalid",
            translatable("Access to a case is for 1 to {most} hours, with a reason that the customer reads."),
            most=most,
        )


class PromiseInvalid(Invalid):
    """Who needs more time says until when."""

    def __init__(self) -> None:
        super().__init__(
            "promise_invalid",
            translatable("Say when you will write next: a time in the future, within a year."),
        )


class ReferenceInvalid(Invalid):
    """A reference is a link that a reader can follow without harm."""

    def __init__(self, url: str) -> None:
        super().__init__(
            "reference_invalid",
            translatable("“{url}” cannot be a reference: a link begins with https:// or http://, and 20 are the most."),
            url=url[:200],
        )


class AssigneeInvalid(Invalid):
    """A case is given to somebody who may answer it."""

    def __init__(self) -> None:
        super().__init__(
            "assignee_invalid",
            translatable("A case is given to one of the provider's experts who may answer inquiries."),
        )


class SavedAnswerNotFound(NotFound):
    """No such saved answer."""

    def __init__(self) -> None:
        super().__init__("saved_answer_not_found", translatable("There is no such saved answer."))


class SavedAnswerExists(Conflict):
    """There is one with this title in this language."""

    def __init__(self, title: str) -> None:
        super().__init__(
            "saved_answer_exists",
            translatable(
                "There is a saved answer “{title}” in this language. Change that one, or choose another title."
            ),
            title=title,
        )


class CalendarInvalid(Invalid):
    """Opening hours that cannot be."""

    def __init__(self) -> None:
        super().__init__(
            "calendar_invalid",
            translatable(
                "The calendar cannot be used: it needs a time zone, at least one day with opening hours that end after they begin, "
                "dates as holidays, and a first reply within 1 minute to 30 days of business time."
            ),
        )


class SectorNotJoined(Conflict):
    """Only those that take part ask."""

    def __init__(self) -> None:
        super().__init__(
            "sector_not_joined",
            translatable(
                "The customer takes no part in the comparison over its sector, so it cannot be compared. An administrator can join in "
                "the settings."
            ),
        )


class SectorTooSmall(Conflict):
    """With few organizations in the comparison, a count would tell of one."""

    def __init__(self, least: int) -> None:
        super().__init__(
            "sector_too_small",
            translatable("Fewer than {least} other organizations of the sector take part, so nothing can be told."),
            least=least,
        )


class SectorQuestionsUsedUp(TooMany):
    """Many answers together would tell of one organization."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "sector_questions_used_up",
            translatable("The {most} comparisons of this quarter are used up for the customer."),
            most=most,
        )


class SectorQuestionInvalid(Invalid):
    """A comparison is about some indicators over some days."""

    def __init__(self, most: int, days: int) -> None:
        super().__init__(
            "sector_question_invalid",
            translatable("Compare 1 to {most} indicators over 1 to {days} days."),
            most=most,
            days=days,
        )
