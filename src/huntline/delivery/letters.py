"""The letters: what each kind of mail says, in the language asked for. Values are put on one line where the letter has one."""

import zoneinfo
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huntline.delivery.addresses import folded
from huntline.delivery.catalogue import say, texts
from huntline.delivery.layout import Block, Facts, Heading, Letter, Link, Paragraph, Steps
from huntline.incidents import THREAT_EXPERTS


@dataclass(frozen=True, slots=True)
class AlertFacts:
    """What a mail may say about an alert. Times are aware; `timezone` (IANA) is the one in which they are written."""

    alert_id: str
    incident_id: int
    source: str
    title: str
    severity: str
    category: str
    created: datetime
    first_activity: datetime
    last_activity: datetime
    timezone: str
    devices: Sequence[str]
    summary: str
    steps: Sequence[str]


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What the rule that sends it wants the mail to say. Empty texts are left out."""

    name: str
    organization: str
    alert_url: str
    portal_url: str
    with_devices: bool
    leave_url: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """Why those who were told hear again. section: of the texts (`update`, `withdrawal`). note: in the experts' words."""

    section: str
    note: str


def notification_letter(
    language: str, provider: str, alert: AlertFacts, rule: RuleFacts, again: Again | None = None
) -> Letter:
    """Return the mail about a targeted attack notification, about its new version or its withdrawal, or about another alert.

    The summary and the steps are free text that may name devices, so they go where device information may go.
    """
    by_experts = alert.source == THREAT_EXPERTS
    rows = [("title", alert.title), ("severity", _named(language, "severity", alert.severity))]
    rows.append(("category", _named(language, "category", alert.category)))
    rows.append(("tag", say(language, "notification.tag")) if by_experts else ("source", alert.source))
    if rule.organization:
        rows.insert(0, ("organization", rule.organization))
    times = {"first_activity": alert.first_activity, "last_activity": alert.last_activity, "created": alert.created}
    rows += [(name, local_time(moment, alert.timezone)) for name, moment in times.items()]
    if rule.with_devices and alert.devices:
        rows.append(("devices", ", ".join(alert.devices)))
    rows += [("alert", alert.alert_id), ("incident", str(alert.incident_id))]
    section = again.section if again else "notification" if by_experts else "alert"
    blocks: list[Block] = [Heading(say(language, f"{section}.heading")), Paragraph(say(language, f"{section}.intro"))]
    if again and rule.with_devices:
        blocks.append(Paragraph(again.note))
    blocks.append(Facts([(say(language, f"label.{name}"), folded(value)) for name, value in rows]))
    if rule.with_devices and section != "withdrawal":
        blocks += [Heading(say(language, "notification.summary")), Paragraph(alert.summary)]
        if alert.steps:
            steps = say(language, "notification.steps" if by_experts else "alert.steps")
            blocks += [Heading(steps), Steps([folded(step) for step in alert.steps])]
    if rule.alert_url:
        blocks.append(Link(say(language, "notification.open"), rule.alert_url))
    else:
        blocks.append(Paragraph(say(language, "notification.find")))
        blocks.append(Link(say(language, "notification.open_portal"), rule.portal_url))
    severity = _named(language, "severity", alert.severity)
    subject = say(language, f"{section}.subject", severity=severity, title=folded(alert.title))
    why = say(language, "notification.why", rule=folded(rule.name)) if rule.name else say(language, "notification.told")
    small_print: list[str | Link] = [why, say(language, "notification.no_response")] if by_experts else [why]
    if rule.leave_url:
        small_print.append(Link(say(language, "leaving.link"), rule.leave_url))
    return _letter(language, provider, subject, blocks, *small_print)


def rule_test_letter(language: str, provider: str, rule_name: str, person: str) -> Letter:
    """Return the test mail of a rule."""
    rule = folded(rule_name)
    blocks: list[Block] = [
        Heading(say(language, "test.heading")),
        Paragraph(say(language, "test.intro", rule=rule)),
        Paragraph(say(language, "test.asked", person=folded(person))),
        Paragraph(say(language, "test.missing")),
    ]
    return _letter(language, provider, say(language, "test.subject", rule=rule), blocks)


def welcome_letter(language: str, provider: str, *, name: str, organization: str, portal_url: str) -> Letter:
    """Return the mail that welcomes an approved applicant."""
    organization = folded(organization)
    blocks: list[Block] = [
        Heading(say(language, "welcome.heading")),
        Paragraph(say(language, "welcome.greeting", name=folded(name))),
        Paragraph(say(language, "welcome.intro", organization=organization)),
        Paragraph(say(language, "welcome.rules")),
        Paragraph(say(language, "welcome.switch")),
        Link(say(language, "welcome.open"), portal_url),
    ]
    return _letter(language, provider, say(language, "welcome.subject", organization=organization), blocks)


def declined_letter(
    language: str, provider: str, *, name: str, organization: str, reason: str, portal_url: str
) -> Letter:
    """Return the mail that tells an applicant the reason why the application was declined."""
    blocks: list[Block] = [
        Heading(say(language, "declined.heading")),
        Paragraph(say(language, "declined.greeting", name=folded(name))),
        Paragraph(say(language, "declined.intro", organization=folded(organization))),
        Paragraph(reason),
        Paragraph(say(language, "declined.again")),
        Link(say(language, "declined.open"), portal_url),
    ]
    return _letter(language, provider, say(language, "declined.subject"), blocks)


def question_letter(
    language: str, provider: str, *, name: str, organization: str, question: str, portal_url: str
) -> Letter:
    """Return the mail that asks an applicant for more details."""
    blocks: list[Block] = [
        Heading(say(language, "question.heading")),
        Paragraph(say(language, "question.greeting", name=folded(name))),
        Paragraph(say(language, "question.intro", organization=folded(organization))),
        Paragraph(question),
        Paragraph(say(language, "question.answer")),
        Link(say(language, "question.open"), portal_url),
    ]
    return _letter(language, provider, say(language, "question.subject"), blocks)


def invitation_letter(
    language: str,
    provider: str,
    *,
    name: str,
    organization: str,
    role: str,
    password_url: str,
    portal_url: str,
    days: int,
) -> Letter:
    """Return the mail that tells somebody of a role; with `password_url` for a person who has no password yet."""
    organization = folded(organization)
    blocks: list[Block] = [
        Heading(say(language, "invitation.heading")),
        Paragraph(say(language, "invitation.greeting", name=folded(name))),
        Paragraph(say(language, "invitation.intro", organization=organization, role=_named(language, "role", role))),
    ]
    if password_url:
        blocks.append(Paragraph(say(language, "invitation.password", days=days)))
        blocks.append(Link(say(language, "invitation.open_password"), password_url))
    blocks.append(Link(say(language, "invitation.open"), portal_url))
    return _letter(language, provider, say(language, "invitation.subject", organization=organization), blocks)


def webhook_disabled_letter(language: str, provider: str, name: str, url: str, days: int) -> Letter:
    """Return the mail that tells an administrator that a webhook is called no more."""
    name = folded(name)
    blocks: list[Block] = [
        Heading(say(language, "webhook.heading")),
        Paragraph(say(language, "webhook.intro", name=name, days=days)),
        Facts([(say(language, "webhook.url"), folded(url))]),
        Paragraph(say(language, "webhook.then")),
    ]
    return _letter(language, provider, say(language, "webhook.subject", name=name), blocks)


def report_letter(language: str, provider: str, month: str, rule: RuleFacts, url: str) -> Letter:
    """Return the mail that says that the report of a month, such as 2026-06, is there. `url` is empty where no link may stand."""
    intro = "report.intro_of" if rule.organization else "report.intro"
    blocks: list[Block] = [
        Heading(say(language, "report.heading")),
        Paragraph(say(language, intro, month=month, organization=folded(rule.organization))),
        Link(say(language, "report.open"), url) if url else Link(say(language, "report.open_portal"), rule.portal_url),
    ]
    small_print: list[str | Link] = [say(language, "report.why", rule=folded(rule.name))]
    if rule.leave_url:
        small_print.append(Link(say(language, "leaving.link"), rule.leave_url))
    return _letter(language, provider, say(language, "report.subject", month=month), blocks, *small_print)


@dataclass(frozen=True, slots=True)
class PackageFacts:
    """What mails say about a hand-off package. Times are aware; `timezone` (IANA) is the one in which they are written."""

    title: str
    name: str
    email: str
    maker: str
    organization: str
    sha256: str
    size: int
    fingerprint: str
    expires: datetime
    timezone: str
    url: str


def handoff_letter(language: str, provider: str, package: PackageFacts) -> Letter:
    """Return the mail that brings responders the link to a package."""
    title = folded(package.title)
    rows = [
        ("recipient", folded(package.name)),
        ("file", package.sha256),
        ("size", f"{package.size:,}"),
        ("fingerprint", package.fingerprint),
        ("expires", local_time(package.expires, package.timezone)),
    ]
    intro = say(
        language, "handoff.intro", maker=folded(package.maker), organization=folded(package.organization), title=title
    )
    blocks: list[Block] = [
        Heading(say(language, "handoff.heading")),
        Paragraph(say(language, "handoff.greeting", name=folded(package.name))),
        Paragraph(intro),
        Facts([(say(language, f"handoff.{name}"), value) for name, value in rows]),
        Link(say(language, "handoff.open"), package.url),
        Paragraph(say(language, "handoff.receipt")),
        Paragraph(say(language, "handoff.check")),
        Paragraph(say(language, "handoff.hunting", provider=folded(provider))),
    ]
    subject = say(language, "handoff.subject", title=title)
    return _letter(language, provider, subject, blocks, say(language, "handoff.secret"))


def receipt_letter(
    language: str, provider: str, package: PackageFacts, *, at: datetime, address: str, client: str
) -> Letter:
    """Return the mail that tells whoever made a package that it was opened. `package.url` is its page in the portal."""
    title = folded(package.title)
    rows = [("at", local_time(at, package.timezone)), ("address", folded(address)), ("client", folded(client))]
    blocks: list[Block] = [
        Heading(say(language, "receipt.heading")),
        Paragraph(say(language, "receipt.intro", name=folded(package.name), email=folded(package.email), title=title)),
        Facts([(say(language, f"receipt.{name}"), value) for name, value in rows if value]),
        Paragraph(say(language, "receipt.more")),
        Link(say(language, "receipt.open"), package.url),
    ]
    return _letter(language, provider, say(language, "receipt.subject", title=title), blocks)


def password_reset_letter(language: str, provider: str, email: str, url: str, days: int) -> Letter:
    """Return the mail with the link to choose a new password."""
    blocks: list[Block] = [
        Heading(say(language, "password_reset.heading")),
        Paragraph(say(language, "password_reset.intro", email=email, days=days)),
        Link(say(language, "password_reset.open"), url),
        Paragraph(say(language, "password_reset.ignore")),
    ]
    return _letter(language, provider, say(language, "password_reset.subject"), blocks)


def unknown_account_letter(language: str, provider: str, email: str) -> Letter:
    """Return the mail to somebody who asked for a new password and has no account: the sign-in page tells nobody which it is."""
    blocks: list[Block] = [
        Heading(say(language, "unknown_account.heading")),
        Paragraph(say(language, "unknown_account.intro", email=email)),
        Paragraph(say(language, "unknown_account.ignore")),
    ]
    return _letter(language, provider, say(language, "unknown_account.subject"), blocks)


def local_time(moment: datetime, timezone: str) -> str:
    """Return the moment as people of a place write it, with the place.

    >>> from datetime import UTC, datetime
    >>> local_time(datetime(2026, 11, 16, 9, 0, tzinfo=UTC), "Asia/Seoul")
    '2026-11-16 18:00:00 (Asia/Seoul, UTC+09:00)'
    """
    local = moment.astimezone(zoneinfo.ZoneInfo(timezone))
    offset = local.isoformat()[-6:]
    return f"{local:%Y-%m-%d %H:%M:%S} ({timezone}, UTC{offset})"


def _named(language: str, section: str, value: str) -> str:
    return texts(language)[section].get(value, value)


def _letter(language: str, provider: str, subject: str, blocks: Sequence[Block], *small_print: str | Link) -> Letter:
    return Letter(
        language, subject, blocks, [*small_print, say(language, "signature.sent_by", provider=folded(provider))]
    )
