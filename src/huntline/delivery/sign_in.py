"""Mails about signing in: the texts are ours, in the person's language. `SignInMails` stands in the setting ACCOUNT_ADAPTER."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.utils.translation import get_language

from huntline.delivery import letters
from huntline.delivery.catalogue import LANGUAGES
from huntline.delivery.layout import Letter
from huntline.delivery.models import MailKind
from huntline.delivery.post import queue_letter
from huntline.delivery.queries import provider_name
from huntline.identity.models import Person
from huntline.identity.sign_in import InvitedOnly


class SignInMails(InvitedOnly):
    """Writes the mails of the password reset; django-allauth's own texts serve for the rest and go through the queue as well."""

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Queue the mail that django-allauth calls `template_prefix`."""
        letter = self._letter(template_prefix, email, context)
        if letter is None:
            super().send_mail(template_prefix, email, dict(context))
        else:
            queue_letter(letter, MailKind.SIGN_IN, about=f"sign-in:{uuid.uuid4()}", recipient=email, secret=True)

    def _letter(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> Letter | None:
        if template_prefix == "account/email/password_reset_key":
            person: Person = context["user"]
            url = str(context["password_reset_url"])
            return letters.password_reset_letter(person.language, provider_name(), email, url, password_days())
        if template_prefix == "account/email/unknown_account":
            spoken = (get_language() or "en").split("-")[0]
            return letters.unknown_account_letter(spoken if spoken in LANGUAGES else "en", provider_name(), email)
        return None


def password_link(person: Person) -> str:
    """Return the address at which the person chooses a password: it works once, and until the time of the settings is over."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    pattern: str = settings.HEADLESS_FRONTEND_URLS["account_reset_password_from_key"]
    return pattern.format(key=quote(key))


def password_days() -> int:
    """Return for how many days such a link works."""
    seconds: int = settings.PASSWORD_RESET_TIMEOUT
    return seconds // 86_400
