"""What a token may be asked for: the APIs that we stand in for, and ourselves."""

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

from huntline.compat.addresses import own_hosts
from huntline.compat.oauth.refusals import Refusal, refused

# Audiences that existing clients name. A token for one of them is good for all our routes: some clients mix them.
RESOURCES: Final = frozenset(
    {
        "https://api.security.microsoft.com",
        "https://api.securitycenter.microsoft.com",
        "https://api.securitycenter.windows.com",
        "https://graph.microsoft.com",
        "https://graph.windows.net",
        "https://securitycenter.onmicrosoft.com/windowsatpservice",
    }
)
DEFAULT_SCOPE: Final = "/.default"
# Scopes of the sign-in itself, which clients add by habit.
_OPENID: Final = frozenset({"email", "offline_access", "openid", "profile"})


def audience_of_scope(request: HttpRequest, scope: str) -> str:
    """Return the resource that a v2 `scope` names; without one it is ourselves. Raises RequestRefused."""
    wanted = [item for item in scope.split() if item not in _OPENID]
    if not wanted:
        return _ourselves()
    malformed = next((item for item in wanted if not item.endswith(DEFAULT_SCOPE)), None)
    if malformed is not None:
        raise refused(Refusal.SCOPE_INVALID, scope=malformed)
    return audience_of_resource(request, wanted[0].removesuffix(DEFAULT_SCOPE))


def audience_of_resource(request: HttpRequest, resource: str) -> str:
    """Return the v1 `resource` without its last slash; without one it is ourselves. Raises RequestRefused."""
    wanted = resource.strip().rstrip("/")
    if not wanted:
        return _ourselves()
    try:
        host = urlsplit(wanted).hostname
    except ValueError:
        host = None
    if wanted.lower() not in RESOURCES and host not in own_hosts(request):
        raise refused(Refusal.RESOURCE_UNKNOWN, resource=wanted)
    return wanted


def _ourselves() -> str:
    public: str = settings.HUNTLINE_PUBLIC_URL
    return public
