"""Under which address a client reached us: what clients are told to call next must lie there."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """Return scheme, host and port that the client used, without a slash at the end.

    Clients follow links verbatim, under whatever name they reach us by. Where that is the public one, its scheme counts: a proxy in
    front may have ended TLS.
    """
    host = request.get_host()
    public: str = settings.HUNTLINE_PUBLIC_URL
    if host.lower() == urlsplit(public).netloc.lower():
        return public
    return f"{request.scheme}://{host}"


def own_hosts(request: HttpRequest) -> frozenset[str]:
    """Return the names, without port, by which this server is known to the client and to its operator."""
    named = (urlsplit(f"//{request.get_host()}").hostname, urlsplit(settings.HUNTLINE_PUBLIC_URL).hostname)
    return frozenset(name.lower() for name in named if name)
