"""The mail that people get, as the mail service records it, and the directory's entries about them."""

from huntline.demo.dice import keyed_guid
from huntline.demo.fleet import Person
from huntline.demo.internet import BROWSED, SENDERS, address_of
from huntline.demo.moments import MINUTE, SECOND
from huntline.demo.stage import Stage

_SUBJECTS = ("This week", "Your order", "Reminder", "Invoice", "Minutes of the meeting", "Invitation", "New course")


def receive_mail(stage: Stage, person: Person) -> None:
    """Leave a few ordinary mails of the day."""
    span = stage.uptimes[0]
    for _ in range(stage.dice.count(2.5 * stage.fleet.intensity)):
        moment = stage.dice.between(span.start - 20 * MINUTE, span.end)
        if stage.dice.chance(0.45):
            sender, display = stage.dice.pick(SENDERS)
            direction = "Inbound"
        else:
            colleague = stage.dice.pick(stage.fleet.people)
            sender, display, direction = colleague.account.upn, colleague.display_name, "Intra-org"
        subject = f"{stage.dice.pick(_SUBJECTS)}: {stage.dice.pick(stage.customer.document_names)}"
        url = f"https://{stage.dice.pick(BROWSED)}/a/{stage.dice.between(100, 9999)}" if stage.dice.chance(0.3) else ""
        deliver_mail(
            stage, moment, person, sender=sender, display=display, subject=subject, direction=direction, url=url
        )


def deliver_mail(
    stage: Stage,
    moment: int,
    person: Person,
    *,
    sender: str,
    display: str,
    subject: str,
    direction: str = "Inbound",
    url: str = "",
) -> None:
    """Leave a delivered mail, with its link and the click on it when it has one."""
    message = keyed_guid(stage.seed, "mail", person.account.name, moment)
    domain = sender.rpartition("@")[2]
    shared = {"NetworkMessageId": message, "ReportId": f"{message}-1"}
    stage.record(
        "EmailEvents",
        moment,
        {
            **shared,
            "InternetMessageId": f"<{message[:13]}@{domain}>",
            "SenderMailFromAddress": sender,
            "SenderFromAddress": sender,
            "SenderDisplayName": display,
            "SenderMailFromDomain": domain,
            "SenderFromDomain": domain,
            "SenderIPv4": address_of(stage.seed, f"mail.{domain}"),
            "RecipientEmailAddress": person.account.upn,
            "RecipientObjectId": person.account.object_id,
            "Subject": subject,
            "EmailDirection": direction,
            "DeliveryAction": "Delivered",
            "DeliveryLocation": "Inbox/folder",
            "AttachmentCount": 0,
            "UrlCount": int(bool(url)),
            "EmailLanguage": stage.customer.language,
        },
    )
    if not url:
        return
    host = url.split("/")[2]
    stage.record("EmailUrlInfo", moment, {**shared, "Url": url, "UrlDomain": host, "UrlLocation": "Body"})
    if stage.dice.chance(0.4) or "handover" in url:
        stage.record(
            "UrlClickEvents",
            moment + stage.dice.between(30, 300) * SECOND,
            {
                **shared,
                "Url": url,
                "ActionType": "ClickAllowed",
                "AccountUpn": person.account.upn,
                "Workload": "Email",
                "IPAddress": stage.fleet.egress,
                "IsClickedThrough": True,
            },
        )


def describe_people(stage: Stage, moment: int) -> None:
    """Leave the directory's entry of everyone; a domain controller's stage does it once a day."""
    for person in stage.fleet.people:
        account = person.account
        stage.record(
            "IdentityInfo",
            moment,
            {
                "ReportId": keyed_guid(stage.seed, "identity", account.name, stage.day.toordinal()),
                "AccountObjectId": account.object_id,
                "AccountUpn": account.upn,
                "OnPremSid": account.sid,
                "AccountDisplayName": person.display_name,
                "AccountName": account.name,
                "AccountDomain": account.domain,
                "Type": "User",
                "GivenName": person.given_name,
                "Surname": person.family_name,
                "Department": person.department,
                "JobTitle": person.title,
                "EmailAddress": account.upn,
                "City": stage.customer.city,
                "Country": stage.customer.country,
                "IsAccountEnabled": True,
                "EmployeeId": str(person.employee),
                "SourceProvider": "ActiveDirectory",
            },
        )
