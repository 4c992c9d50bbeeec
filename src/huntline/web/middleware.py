"""Headers on every answer, the person's language, and the portal's files."""

import mimetypes
import re
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext

from huntline.web.problems import problem

Next = Callable[[HttpRequest], HttpResponseBase]

# Monaco and Fluent set style attributes; everything else is files of our own.
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; worker-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; frame-src 'self'; "
    "manifest-src 'self'"
)
# What is answered by routes; any other path that a browser opens is a page of the portal.
_ROUTES: Final = re.compile(
    r"^/(api|_allauth|ingest|siem|local|v1\.0|beta|metadata|healthz|mail|handoff|\.well-known|common|[^/]+/oauth2|[^/]+/v2\.0/\.well-known)(/|$)",
    re.IGNORECASE,
)


class SecurityHeaders:
    """Puts the content security policy on every answer."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if request.path.startswith(("/api/", "/_allauth/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class PersonLanguage:
    """Answers in the signed-in person's language; without one, LocaleMiddleware has followed Accept-Language."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        # The portal says which language it shows: before the person's own is saved, and on the sign-in page.
        chosen = request.headers.get("X-Huntline-Language", "")
        if chosen in dict(settings.LANGUAGES):
            translation.activate(chosen)
        elif request.user.is_authenticated:
            translation.activate(request.user.language)
        return self.get_response(request)


class UnknownAddresses:
    """Answers with a problem what no route of our own APIs answers: an address, or a method, that there is not."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        response = self.get_response(request)
        ours = request.path.startswith(("/api/v1/", "/ingest/v1/"))
        if not ours or response.headers.get("Content-Type", "").startswith("application/"):
            return response
        if response.status_code == HTTPStatus.NOT_FOUND:
            text = gettext("There is nothing at this address. The documentation names those that there are.")
            return problem(HTTPStatus.NOT_FOUND, "route_not_found", text)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            allowed = response.headers["Allow"]
            text = gettext("This address takes {allowed}, not {method}.").format(allowed=allowed, method=request.method)
            refusal = problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", text)
            refusal["Allow"] = allowed
            return refusal
        return response


class Portal:
    """Serves the built portal: its files with their compressed twins, and its page for every address inside it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.folder: Path = settings.PORTAL_FOLDER
        mimetypes.add_type("text/javascript", ".js")
        mimetypes.add_type("font/ttf", ".ttf")

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        if request.method not in {"GET", "HEAD"} or _ROUTES.match(request.path):
            return self.get_response(request)
        file = self._file(request.path)
        if file is not None:
            return self._send(request, file, immutable=request.path.startswith("/assets/"))
        if request.path.startswith("/assets/"):
            return HttpResponse("There is no such file.", status=404, content_type="text/plain; charset=utf-8")
        page = self.folder / "index.html"
        if not page.is_file():
            text = "The portal is not built. Run `make portal` (or install a release, which holds it)."
            return HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
        return self._send(request, page, immutable=False)

    def _file(self, path: str) -> Path | None:
        if "\0" in path:  # no file's name holds one, and the system's own calls refuse it
            return None
        wanted = (self.folder / path.lstrip("/")).resolve()
        inside = wanted.is_relative_to(self.folder.resolve())
        return wanted if inside and wanted.is_file() and wanted.suffix not in {".br", ".html"} else None

    def _send(self, request: HttpRequest, file: Path, *, immutable: bool) -> FileResponse:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        packed = file.with_name(file.name + ".br")
        use_packed = packed.is_file() and "br" in request.headers.get("Accept-Encoding", "")
        served = packed if use_packed else file
        response = FileResponse(served.open("rb"), content_type=kind)
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Last-Modified"] = formatdate(served.stat().st_mtime, usegmt=True)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if immutable else "no-cache"
        if use_packed:
            response.headers["Content-Encoding"] = "br"
        return response
