"""Access tokens of API clients: django-oauth-toolkit issues, keeps and revokes them; what they say is a signed JWT.

A token is good while its signature holds, its time has not run out, and the toolkit still keeps it. The last is the authority: removing
a client removes its tokens with it. See docs/decisions/0006-access-tokens.md.
"""

import hashlib
import json
import os
import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from django.conf import settings
from jwt.algorithms import RSAAlgorithm
from oauth2_provider.models import get_access_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request
from oauthlib.oauth2 import BackendApplicationServer

from huntline.identity.api_roles import permissions_of
from huntline.identity.errors import NotSignedIn, TokenInvalid, TokenRefused
from huntline.identity.models import ApiClient, Tenant
from huntline.identity.queries import scope_of_client
from huntline.identity.scope import TenantScope
from huntline.kernel import now

LIFETIME: Final = timedelta(seconds=3599)
ALGORITHM: Final = "RS256"
_BEARER: Final = "bearer "
# Times are compared with our own clock, the one that set them; audiences are not compared (clients mix them).
_UNCHECKED: Final[jwt.types.Options] = {
    "verify_aud": False,
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}
# What reaches the toolkit of a token request; everything else that clients send along is not part of the grant.
_FIELDS: Final = frozenset({"grant_type", "client_id", "client_secret"})


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new access token: its text, the audience it was asked for, and when it begins and ends."""

    text: str
    audience: str
    begins: datetime
    ends: datetime


class _ValidatorOfTenant(OAuth2Validator):  # type: ignore[misc] # the library ships no types
    """The toolkit's rules, and one more: the client must belong to the tenant at whose address it asks."""

    def __init__(self, tenant: Tenant | None) -> None:
        super().__init__()
        self.tenant = tenant
        self.client_is_known = False

    def _load_application(self, client_id: str | None, request: Request) -> ApiClient | None:
        # PostgreSQL refuses a text with NUL with an error that the toolkit does not expect; no id holds one.
        if client_id and "\0" in client_id:
            return None
        client: ApiClient | None = super()._load_application(client_id, request)
        return client

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Whether id and secret are those of a client of this tenant."""
        authentic = super().authenticate_client(request, *args, **kwargs)
        # The secret has been compared by now in every case: a tenant that does not exist takes as long as one that does.
        self.client_is_known = (
            request.client is not None and self.tenant is not None and request.client.tenant_id == self.tenant.pk
        )
        return bool(authentic) and self.client_is_known


def tenant_called(name: str) -> Tenant | None:
    """Return the tenant whose slug or id this is."""
    try:
        return Tenant.objects.filter(pk=uuid.UUID(name)).first()
    except ValueError:
        return Tenant.objects.filter(slug=name.lower()).first()


def issue(tenant_name: str, form: Iterable[tuple[str, str]], *, audience: str, authorization: str = "") -> IssuedToken:
    """Issue a token for client credentials, sent in the form or as HTTP Basic. Raises TokenRefused.

    tenant_name: slug or id, as it stands in the address. audience: the resource that the client wants to call.
    """
    tenant = tenant_called(tenant_name)
    validator = _ValidatorOfTenant(tenant)
    begins = now()
    server = BackendApplicationServer(
        validator,
        token_generator=partial(_sign, audience=audience, begins=begins),
        token_expires_in=int(LIFETIME.total_seconds()),
    )
    body = urlencode([(name, value) for name, value in form if name in _FIELDS])
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        **({"HTTP_AUTHORIZATION": authorization} if authorization else {}),
    }
    _headers, answer, _status = server.create_token_response("/token", "POST", body, headers)
    said = json.loads(answer)
    if "access_token" not in said:
        raise TokenRefused(said["error"], said.get("error_description", ""), client_is_known=validator.client_is_known)
    _forget_expired(tenant)
    return IssuedToken(said["access_token"], audience, begins, begins + LIFETIME)


def bears_token(authorization: str) -> bool:
    """Whether an Authorization header holds a bearer token, good or not."""
    return authorization[: len(_BEARER)].lower() == _BEARER


def scope_of_bearer(authorization: str) -> TenantScope:
    """Return the scope of the client whose token an Authorization header holds. Raises NotSignedIn without one, TokenInvalid."""
    if not bears_token(authorization):
        raise NotSignedIn
    text = authorization[len(_BEARER) :].strip()
    try:
        claims = jwt.decode(text, signing_key().public_key(), algorithms=[ALGORITHM], options=_UNCHECKED)
    except jwt.InvalidTokenError as error:
        raise TokenInvalid from error
    if claims["exp"] <= now().timestamp():
        raise TokenInvalid
    kept, request = BackendApplicationServer(OAuth2Validator()).verify_request(
        "/", "GET", headers={"Authorization": f"Bearer {text}"}, scopes=[]
    )
    if not kept:
        raise TokenInvalid
    client: ApiClient = request.client
    # The roles of now, not those of the token: what is taken from a client is gone at once.
    return scope_of_client(client, permissions_of(client.roles))


def issuer_of(tenant: Tenant) -> str:
    """Return what tokens name as their issuer."""
    return f"{settings.HUNTLINE_PUBLIC_URL}/{tenant.pk}/v2.0"


def key_set() -> dict[str, list[dict[str, Any]]]:
    """Return the public key as a JWK set (RFC 7517)."""
    public = RSAAlgorithm.to_jwk(signing_key().public_key(), as_dict=True)
    return {"keys": [{**public, "use": "sig", "alg": ALGORITHM, "kid": _key_id()}]}


@cache
def signing_key() -> RSAPrivateKey:
    """Return the key that signs tokens; it is made at first use and kept in the home folder, readable by its owner only."""
    file = Path(settings.HUNTLINE_HOME) / "token-key.pem"
    if not file.exists():
        _make_key(file)
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError(f"{file} holds no RSA key. Remove it: a new one is made at the next start.")
    return key


def _make_key(file: Path) -> None:
    pem = generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    draft = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with open(draft, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as written:
        written.write(pem)
    try:
        os.link(draft, file)  # whole or not at all; the first of several processes wins
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _key_id() -> str:
    public = signing_key().public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:32]


def _sign(request: Request, *, audience: str, begins: datetime) -> str:
    """Return the token's text. Claims by the names that readers of such tokens know: v1 has `appid`, v2 `azp`."""
    client: ApiClient = request.client
    claims = {
        "aud": audience,
        "iss": issuer_of(client.tenant),
        "iat": int(begins.timestamp()),
        "nbf": int(begins.timestamp()),
        "exp": int((begins + LIFETIME).timestamp()),
        "appid": client.client_id,
        "azp": client.client_id,
        "app_displayname": client.name,
        "idtyp": "app",
        "sub": client.client_id,
        "roles": client.roles,
        "tid": str(client.tenant_id),
        "uti": secrets.token_urlsafe(16),
        "ver": "2.0",
    }
    return jwt.encode(claims, signing_key(), ALGORITHM, headers={"kid": _key_id()})


def _forget_expired(tenant: Tenant | None) -> None:
    """Delete the tenant's tokens whose time has run out: clients fetch new ones every hour, for years."""
    get_access_token_model().objects.filter(application__tenant=tenant, expires__lt=now()).delete()
