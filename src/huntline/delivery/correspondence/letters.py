"""The letters about inquiries: what each says, in the asker's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huntline.delivery.addresses import folded
from huntline.delivery.catalogue import say, texts
from huntline.delivery.layout import Block, Facts, Heading, Letter, Link, Paragraph
from huntline.delivery.letters import local_time


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What a letter says of a case. Times are aware; `timezone` (IANA) is the one in which they are written. `takes_replies`: by mail."""

    number: str
    organization: str
    topic: str
    state: str
    promised: datetime | None
    timezone: str
    url: str
    takes_replies: bool


def case_letter(
    language: str, provider: str, section: str, case: CaseFacts, *, text: str = "", references: Sequence[str] = ()
) -> Letter:
    """Return a letter to the customer. section: of the texts, `inquiry_<kind of message>`; text: what the experts wrote."""
    blocks: list[Block] = []
    if case.takes_replies:
        blocks.append(Paragraph(f"===== {say(language, 'inquiry.above')} ({case.number}) ====="))
    blocks += [Heading(say(language, f"{section}.heading")), Paragraph(say(language, f"{section}.intro"))]
    if text:
        blocks.append(Paragraph(text))
    if references:
        blocks.append(Facts([(say(language, "inquiry.reference"), folded(url)) for url in references]))
    rows = [
        (say(language, "inquiry.number"), case.number),
        (say(language, "inquiry.topic"), folded(case.topic)[:300]),
        (say(language, "inquiry.state"), texts(language)["inquiry_state"].get(case.state, case.state)),
    ]
    if case.promised is not None:
        rows.append((say(language, "inquiry.promised"), local_time(case.promised, case.timezone)))
    blocks += [Facts(rows), Link(say(language, "inquiry.open"), case.url)]
    blocks.append(Paragraph(say(language, "inquiry.by_mail" if case.takes_replies else "inquiry.by_portal")))
    subject = f"[{case.number}] {say(language, f'{section}.subject')}"
    small = [say(language, "inquiry.no_response"), say(language, "inquiry.sent_by", provider=folded(provider))]
    return Letter(language, subject, blocks, small)


def desk_letter(language: str, provider: str, section: str, case: CaseFacts) -> Letter:
    """Return a letter to the experts: that something waits, and nothing of what was written."""
    rows = [
        (say(language, "inquiry.number"), case.number),
        (say(language, "label.organization"), folded(case.organization)),
        (say(language, "inquiry.state"), texts(language)["inquiry_state"].get(case.state, case.state)),
    ]
    if case.promised is not None:
        rows.append((say(language, "inquiry.promised"), local_time(case.promised, case.timezone)))
    blocks: list[Block] = [
        Heading(say(language, f"{section}.heading")),
        Paragraph(say(language, f"{section}.intro")),
        Facts(rows),
        Link(say(language, "inquiry.open_desk"), case.url),
    ]
    subject = f"[{case.number}] {say(language, f'{section}.subject')}"
    return Letter(language, subject, blocks, [say(language, "signature.sent_by", provider=folded(provider))])
