"""The page behind the link, for responders who have no account: no session, no script, no image. And the public key."""

from collections.abc import Iterator

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.html import escape
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from huntline.handoff.catalogue import LANGUAGES, say
from huntline.handoff.errors import HandoffNotFound, HandoffNotReady, TooManyHandoffs
from huntline.handoff.gathering import provider_name
from huntline.handoff.keys import signer
from huntline.handoff.models import Handoff
from huntline.handoff.opening import find_by_token, open_handoff
from huntline.handoff.readme import hunting_words
from huntline.handoff.serving import file_answer


# No cookie says who it is: the secret in the address does.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def open_package(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET and HEAD show what it is and record nothing, for programs that look at every link; POST writes the receipt and sends the file."""
    try:
        if request.method == "POST":
            return _private(
                file_answer(open_handoff(token, _address(request), request.headers.get("User-Agent", "")).handoff)
            )
        return _private(_offer(find_by_token(token)))
    except (HandoffNotFound, HandoffNotReady):
        return _private(_sorry("gone", 404))
    except TooManyHandoffs:
        answer = _sorry("busy", 429)
        answer.headers["Retry-After"] = "3600"
        return _private(answer)


@require_safe
def public_key(_request: HttpRequest) -> HttpResponse:
    """Return the public key that packages are signed with, and its fingerprint above it (RFC 7468, 2: explanatory text), to compare."""
    signs = signer()
    text = f"Ed25519, fingerprint (SHA-256) {signs.fingerprint}\n".encode() + signs.public_pem
    return HttpResponse(text, content_type="application/x-pem-file")


def _address(request: HttpRequest) -> str:
    """Return from where the request comes, past the operator's own proxies; empty where that is not to be known."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""


def _offer(row: Handoff) -> HttpResponse:
    language = row.language
    provider = provider_name()
    who = hunting_words(language, row.tenant.name, provider, settings.HUNTLINE_RESPONDERS)
    facts = "".join(
        f'<tr><th scope="row" style="padding:4px 16px 4px 0;text-align:left;vertical-align:top">'
        f"{escape(say(language, f'page.{name}'))}</th>"
        f'<td style="padding:4px 0;word-break:break-all">{escape(value)}</td></tr>'
        for name, value in _facts(row, provider)
    )
    body = (
        f'<section style="padding:12px 16px;background:#fff4ce;border-radius:4px;color:#1b1a19">'
        f"<strong>{escape(say(language, 'hunting.heading'))}</strong>{''.join(f'<p>{escape(text)}</p>' for text in who)}</section>"
        f'<table style="margin:16px 0;border-collapse:collapse">{facts}</table>'
        f"<p>{escape(say(language, 'readme.tlp'))}</p><p>{escape(say(language, 'page.malware'))}</p>"
        f"<p>{escape(say(language, 'page.receipt'))}</p>"
        '<form method="post"><button type="submit" style="padding:8px 20px;font:inherit;font-weight:600;color:#fff;background:#0f6cbd;'
        f'border:0;border-radius:4px;cursor:pointer">{escape(say(language, "page.button"))}</button></form>'
    )
    return _page(language, say(language, "page.heading"), body)


def _facts(row: Handoff, provider: str) -> Iterator[tuple[str, str]]:
    language = row.language
    organization = row.recipient_organization
    yield "to", f"{row.recipient_name}, {organization}" if organization else row.recipient_name
    yield "from", f"{row.made_by_name or row.made_by} ({row.made_by})" if row.made_by_name else row.made_by
    yield "customer", f"{row.tenant.name} / {provider}"
    yield "about", f"{say(language, f'kind.{row.subject_kind}')} {row.subject_id}: {row.subject_title}"
    yield "made", f"{row.ready:%Y-%m-%d %H:%M}"
    yield "expires", f"{row.expires:%Y-%m-%d %H:%M}"
    yield "size", say(language, "page.bytes", size=f"{row.size:,}")
    yield "sha256", row.sha256
    yield "fingerprint", row.fingerprint


def _sorry(what: str, status: int) -> HttpResponse:
    spoken = (get_language() or "en").split("-")[0]
    language = spoken if spoken in LANGUAGES else "en"
    text = f"<p>{escape(say(language, f'page.{what}'))}</p>"
    return _page(language, say(language, f"page.{what}_heading"), text, status=status)


def _page(language: str, heading: str, body: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(heading)}</title></head>"
        "<body style=\"margin:0;padding:48px 24px;font:16px/1.5 'Segoe UI','Malgun Gothic','Yu Gothic UI',sans-serif\">"
        f'<main style="max-width:720px;margin:0 auto"><h1 style="font-size:24px">{escape(heading)}</h1>{body}</main></body></html>',
        status=status,
    )


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    """The address is a secret: no page that is opened from here learns it."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
