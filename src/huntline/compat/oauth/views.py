"""Routes of the token endpoints and of the documents that lead clients to them."""

import functools
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from huntline.compat.addresses import address_of
from huntline.compat.oauth import refusals
from huntline.compat.oauth.refusals import Refusal, RequestRefused, refused
from huntline.compat.oauth.resources import audience_of_resource, audience_of_scope
from huntline.identity import tokens
from huntline.identity.errors import TokenRefused
from huntline.identity.tokens import LIFETIME, IssuedToken

log = structlog.get_logger(__name__)

_LARGEST_FORM: Final = 64 * 1024
_MOST_FIELDS: Final = 50
_AUTHORITY: Final = re.compile(r"https?://([A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?)/([A-Za-z0-9._-]{1,64})(?:/|$)")
_SECONDS: Final = int(LIFETIME.total_seconds())

View = Callable[..., HttpResponse]


def _token_endpoint(issue: Callable[[HttpRequest, str, list[tuple[str, str]]], HttpResponse]) -> View:
    """Make a token endpoint: POST only, the form read whatever Content-Type says, refusals in the platform's words, never cached."""

    @csrf_exempt
    @functools.wraps(issue)
    def view(request: HttpRequest, tenant: str) -> HttpResponse:
        try:
            if request.method != "POST":
                raise refused(Refusal.METHOD_INVALID, method=str(request.method))
            answer = issue(request, tenant, _form_of(request))
        except RequestRefused as error:
            answer = refusals.answer(request, error)
            log.info("token_refused", tenant=tenant[:100], error=error.code)
        answer["Cache-Control"] = "no-store"
        answer["Pragma"] = "no-cache"
        return answer

    return view


@_token_endpoint
def token_v2(request: HttpRequest, tenant: str, form: list[tuple[str, str]]) -> HttpResponse:
    """Issue a token for `scope`: `<resource>/.default`."""
    audience = audience_of_scope(request, dict(form).get("scope", ""))
    token = _issue(request, tenant, form, audience)
    return JsonResponse(
        {"token_type": "Bearer", "expires_in": _SECONDS, "ext_expires_in": _SECONDS, "access_token": token.text}
    )


@_token_endpoint
def token_v1(request: HttpRequest, tenant: str, form: list[tuple[str, str]]) -> HttpResponse:
    """Issue a token for `resource`. Numbers are texts here, as v1 writes them; a v1 client that sends `scope` is understood too."""
    fields = dict(form)
    audience = (
        audience_of_scope(request, fields["scope"])
        if "scope" in fields and "resource" not in fields
        else audience_of_resource(request, fields.get("resource", ""))
    )
    token = _issue(request, tenant, form, audience)
    return JsonResponse(
        {
            "token_type": "Bearer",
            "expires_in": str(_SECONDS),
            "ext_expires_in": str(_SECONDS),
            "expires_on": str(int(token.ends.timestamp())),
            "not_before": str(int(token.begins.timestamp())),
            "resource": token.audience,
            "access_token": token.text,
        }
    )


@require_safe
def openid_configuration(request: HttpRequest, tenant: str) -> JsonResponse:
    """Answer the discovery document. It is the same for a tenant that does not exist, so that nobody learns which ones do."""
    base = address_of(request)
    login = f"{base}/{tenant}/oauth2/v2.0"
    return JsonResponse(
        {
            "token_endpoint": f"{login}/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "jwks_uri": f"{base}/common/discovery/v2.0/keys",
            "response_types_supported": ["token"],
            "grant_types_supported": ["client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [tokens.ALGORITHM],
            "scopes_supported": [f"{base}/.default"],
            "claims_supported": ["aud", "iss", "iat", "nbf", "exp", "appid", "azp", "roles", "sub", "tid"],
            "issuer": f"{base}/{tenant}/v2.0",
            # Clients refuse a document without these two. People sign in to the portal, so both answer "not found".
            "authorization_endpoint": f"{login}/authorize",
            "device_authorization_endpoint": f"{login}/devicecode",
        }
    )


@require_safe
def keys(_request: HttpRequest) -> JsonResponse:
    """Answer the public key that tokens are signed with."""
    return JsonResponse(tokens.key_set())


@require_safe
def discovery(request: HttpRequest) -> JsonResponse:
    """Answer by which names the authority that a client asks about is known: by the one that it uses. MSAL asks after every refusal."""
    base = address_of(request)
    asked = _AUTHORITY.match(request.GET.get("authorization_endpoint", ""))
    host, tenant = asked.groups() if asked else (urlsplit(base).netloc, "common")
    return JsonResponse(
        {
            "tenant_discovery_endpoint": f"{base}/{tenant}/v2.0/.well-known/openid-configuration",
            "api-version": "1.1",
            "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
        }
    )


@require_safe
def cloud_endpoints(request: HttpRequest) -> JsonResponse:
    """Answer where this "cloud" signs in and has its APIs: msticpy asks here, and follows."""
    base = address_of(request) + "/"
    return JsonResponse(
        {
            "name": "Huntline",
            "portal": base,
            "authentication": {
                "loginEndpoint": base,
                "audiences": [base],
                "tenant": "common",
                "identityProvider": "AAD",
            },
            "resourceManager": base,
            "graph": base,
            "graphAudience": base,
            "microsoftGraphResourceId": base,
            "suffixes": {},
        }
    )


def _form_of(request: HttpRequest) -> list[tuple[str, str]]:
    body = request.read(_LARGEST_FORM + 1)
    if len(body) > _LARGEST_FORM:
        raise refused(Refusal.REQUEST_INVALID, reason=f"it is larger than {_LARGEST_FORM} bytes.")
    try:
        return parse_qsl(body.decode("utf-8", "replace").strip(), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise refused(Refusal.REQUEST_INVALID, reason=f"it has more than {_MOST_FIELDS} fields.") from None


def _issue(request: HttpRequest, tenant: str, form: list[tuple[str, str]], audience: str) -> IssuedToken:
    authorization = request.headers.get("Authorization", "")
    fields = dict(form)
    needed = ["grant_type"] if authorization else ["grant_type", "client_id"]
    missing = next((name for name in needed if not fields.get(name)), None)
    if missing:
        raise refused(Refusal.PARAMETER_MISSING, parameter=missing)
    if fields["grant_type"] != "client_credentials":
        raise refused(Refusal.GRANT_UNSUPPORTED, grant_type=fields["grant_type"])
    if not authorization and not fields.get("client_secret"):
        raise refused(Refusal.SECRET_MISSING)
    try:
        return tokens.issue(tenant, form, audience=audience, authorization=authorization)
    except TokenRefused as error:
        raise refusals.from_identity(error, tenant, fields) from error
