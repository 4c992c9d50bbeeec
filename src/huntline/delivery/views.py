"""The page behind the link with which a recipient leaves a rule. It needs no session, no script and no image."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from huntline.delivery.catalogue import LANGUAGES, say
from huntline.delivery.errors import LinkInvalid
from huntline.delivery.leaving import leave, who_leaves


# No cookie says who it is: the signed address does, and mail programs post to it without ever having seen the page (RFC 8058, 3.2).
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def leave_rule(request: HttpRequest, token: str) -> HttpResponse:
    """GET and HEAD show a button and change nothing, for programs that look at every link; POST takes the recipient off the rule."""
    try:
        found = leave(token) if request.method == "POST" else who_leaves(token)
    except LinkInvalid:
        spoken = (get_language() or "en").split("-")[0]
        language = spoken if spoken in LANGUAGES else "en"
        return _page(language, say(language, "leaving.invalid_heading"), say(language, "leaving.invalid"), status=404)
    language, values = found.language, {"address": found.address, "rule": found.rule}
    if found.gone:
        return _page(language, say(language, "leaving.gone_heading"), say(language, "leaving.gone", **values))
    button = (
        '<form method="post"><input type="hidden" name="List-Unsubscribe" value="One-Click">'
        '<button type="submit" style="padding:8px 20px;font:inherit;font-weight:600;color:#fff;background:#0f6cbd;'
        f'border:0;border-radius:4px;cursor:pointer">{escape(say(language, "leaving.button"))}</button></form>'
    )
    return _page(language, say(language, "leaving.heading"), say(language, "leaving.ask", **values), button)


def _page(language: str, heading: str, text: str, more: str = "", *, status: int = 200) -> HttpResponse:
    return HttpResponse(
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<title>{escape(heading)}</title></head>"
        "<body style=\"margin:0;padding:48px 24px;font:16px/1.5 'Segoe UI','Malgun Gothic','Yu Gothic UI',sans-serif\">"
        f'<main style="max-width:560px;margin:0 auto"><h1 style="font-size:24px">{escape(heading)}</h1>'
        f"<p>{escape(text)}</p>{more}</main></body></html>",
        status=status,
    )
