"""Django's mail door: what Django and django-allauth send becomes rows too. Setting: EMAIL_BACKEND = "huntline.delivery.backend.Queue"."""

import uuid
from collections.abc import Sequence

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils.translation import get_language

from huntline.delivery.models import MailKind
from huntline.delivery.post import Draft, queue
from huntline.identity.models import Language


class CannotQueue(ValueError):
    """A message with parts that the queue does not keep: a mistake in the program that sends it."""


class Queue(BaseEmailBackend):
    """Puts messages into the queue. They are taken for secret: password resets are what this door is for."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages, one mail for each recipient. Raises CannotQueue for attachments, AddressInvalid, HeaderInvalid."""
        with transaction.atomic():
            return sum(_queue(message) for message in email_messages)


def _queue(message: EmailMessage) -> int:
    if message.attachments:
        raise CannotQueue("Mails of the queue have no attachments.")
    html = ""
    if isinstance(message, EmailMultiAlternatives):
        for content, kind in message.alternatives:
            if kind != "text/html" or not isinstance(content, str):
                raise CannotQueue(f"Mails of the queue have no part of type {kind}.")
            html = content
    spoken = (get_language() or "en").split("-")[0]
    cause = f"sign-in:{uuid.uuid4()}"
    for recipient in message.recipients():
        queue(
            Draft(
                kind=MailKind.SIGN_IN,
                about=cause,
                recipient=recipient,
                language=spoken if spoken in Language.values else Language.ENGLISH,
                subject=str(message.subject).strip(),
                text=str(message.body),
                html=html,
                secret=True,
                sender=message.from_email,
            )
        )
    return 1
