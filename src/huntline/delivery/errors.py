"""What delivery refuses."""

from huntline.kernel import Forbidden, Invalid, NotFound, translatable


class RuleNotFound(NotFound):
    """No such e-mail rule in this tenant."""

    def __init__(self) -> None:
        super().__init__("email_rule_not_found", translatable("There is no such e-mail rule in this tenant."))


class MailNotFound(NotFound):
    """No such mail in the outbox."""

    def __init__(self) -> None:
        super().__init__("mail_not_found", translatable("There is no such mail in the outbox."))


class AddressInvalid(Invalid):
    """Not an address that mail can be sent to."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "address_invalid",
            translatable(
                "“{address}” is not an e-mail address that can be used: write it like name@example.org, without blanks."
            ),
            address=address[:254],
        )


class HeaderInvalid(Invalid):
    """A line break or another control character where a mail has one line; the way in which headers are smuggled into mails."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "header_invalid", translatable("The {field} holds a line break or another control character."), field=field
        )


class RuleIncomplete(Invalid):
    """A rule that could never send anything."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "email_rule_incomplete",
            translatable(
                "An e-mail rule needs a name, at least one severity and 1 to {most} recipients; look at “{field}”."
            ),
            field=field,
            most=MOST_RECIPIENTS,
        )


class SeverityUnknown(Invalid):
    """Not a severity that alerts have."""

    def __init__(self, severity: str) -> None:
        super().__init__("severity_unknown", translatable("There is no severity “{severity}”."), severity=severity)


class DetectionSourceInvalid(Invalid):
    """Not the name of a detection source; that of targeted attack notifications has a field of its own."""

    def __init__(self, source: str) -> None:
        super().__init__(
            "detection_source_invalid",
            translatable("“{source}” is not a detection source that can be chosen here."),
            source=source,
        )


class DeviceGroupUnknown(Invalid):
    """A chosen device group that is not there, or no longer."""

    def __init__(self) -> None:
        super().__init__(
            "device_group_unknown", translatable("A chosen device group does not exist any more. Choose again.")
        )


class DeviceGroupsReserved(Forbidden):
    """Somebody whose role is limited to device groups reaches beyond them."""

    def __init__(self) -> None:
        super().__init__(
            "device_groups_reserved",
            translatable("Your role is limited to certain device groups: choose among these, and not all devices."),
        )


class LinkInvalid(NotFound):
    """A link to leave a rule that was not made here, or whose rule or recipient is gone."""

    def __init__(self) -> None:
        super().__init__("link_invalid", translatable("This link is not valid, or what it was for is gone."))


class SuppressionNotFound(NotFound):
    """No such suppressed address in this tenant."""

    def __init__(self) -> None:
        super().__init__("suppression_not_found", translatable("There is no such suppressed address in this tenant."))


class SigningKeyInvalid(Invalid):
    """The settings name a DKIM key that cannot sign: mails wait, because unsigned ones would be taken for forged."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "signing_key_invalid", translatable("HUNTLINE_DKIM_KEY_FILE cannot be used: {reason}."), reason=reason
        )


class WebhookNotFound(NotFound):
    """No such webhook in this tenant."""

    def __init__(self) -> None:
        super().__init__("webhook_not_found", translatable("There is no such webhook in this tenant."))


class WebhookMessageNotFound(NotFound):
    """No such message of this webhook."""

    def __init__(self) -> None:
        super().__init__("webhook_message_not_found", translatable("There is no such message of this webhook."))


class WebhookIncomplete(Invalid):
    """A webhook that would never be called."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "webhook_incomplete",
            translatable("A webhook needs a name and at least one event; look at “{field}”."),
            field=field,
        )


class WebhookUrlInvalid(Invalid):
    """Not an address that may be called."""

    def __init__(self) -> None:
        super().__init__(
            "webhook_url_invalid",
            translatable("The address of a webhook begins with https:// and holds no user name and no fragment."),
        )


class NotARecipient(Invalid):
    """A test mail goes to the rule's recipients or to the one who asks for it, and to nobody else."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "not_a_recipient",
            translatable(
                "{address} is not a recipient of this rule. A test mail goes to its recipients or to yourself."
            ),
            address=address,
        )


class MailServerInvalid(Invalid):
    """HUNTLINE_EMAIL_URL does not say which mail server to use."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            "mail_server_invalid",
            translatable(
                "HUNTLINE_EMAIL_URL cannot be used: {reason} Write smtp://user:password@host:587, smtp+tls://… or smtp+ssl://…."
            ),
            reason=reason,
        )


MOST_RECIPIENTS = 100


class ReplyAddressForged(NotFound):
    """We have not made this address."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "reply_address_unknown",
            translatable("Mail to “{address}” is not taken: it is no address that a case of ours gave out."),
            address=address[:320],
        )


class InboundUnknown(NotFound):
    """The address is ours, and what it is for is not there any more."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "inbound_unknown", translatable("What this address was for ({what}) is not there any more."), what=what
        )


class InboundServerInvalid(Invalid):
    """The setting of the mailbox cannot be used."""

    def __init__(self) -> None:
        super().__init__(
            "inbound_server_invalid",
            translatable(
                "HUNTLINE_INBOUND_IMAP cannot be used. It is like imaps://user:password@mail.example.org/INBOX."
            ),
        )
