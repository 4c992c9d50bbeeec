"""Addresses."""

from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from huntline.delivery.correspondence.views import take
from huntline.delivery.views import leave_rule
from huntline.handoff.links import KEY_PATH
from huntline.handoff.views import open_package, public_key
from huntline.web.api import api
from huntline.web.ingest import ingest_api
from huntline.web.local import operate


def health(_request: HttpRequest) -> JsonResponse:
    """Say that the process answers."""
    return JsonResponse({"status": "ok"})


def not_here(_request: HttpRequest, **_path: str) -> JsonResponse:
    """Answer an address of django-allauth that is closed.

    Whoever may choose the own address may take one that somebody else will be invited by, and with it their role. The address of a person
    is what an administrator invited, and what the audit record calls them by.
    """
    return JsonResponse({"status": 404}, status=404)


urlpatterns = [
    path("local/v1/<str:operation>", operate),
    path("healthz", health),
    path("_allauth/<str:client>/v1/account/email", not_here),
    path("_allauth/<str:client>/v1/account/phone", not_here),
    path("_allauth/", include("allauth.headless.urls")),
    path("mail/inbound", take),
    path("mail/unsubscribe/<str:token>", leave_rule),
    path("handoff/<str:token>", open_package),
    path(KEY_PATH, public_key),
    path("api/v1/", api.urls),
    path("ingest/v1/", ingest_api.urls),
    path("", include("huntline.compat.urls")),
]
