"""A connector's day, by a real HTTP client through the whole application: sign in, read every page, hunt, be locked out."""

import dataclasses
from urllib.parse import urlencode

import httpx
import pytest
from django.core.wsgi import get_wsgi_application

from huntline.compat.alerts import views

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("R19", "R20", "R78")
def test_from_discovery_to_removal(credentials, publish, scope_of, monkeypatch):
    monkeypatch.setattr(views, "ALERTS", dataclasses.replace(views.ALERTS, largest_page=2))
    published = [publish(title=f"Alert {number}") for number in range(5)]
    publish("bluefin")
    known = credentials("aurora")

    application = httpx.WSGITransport(app=get_wsgi_application())
    with httpx.Client(transport=application, base_url="https://hunt.example:8443") as client:
        # Given the address of the cloud's documents, as msticpy and MSAL follow them,
        cloud = client.get("/metadata/endpoints?api-version=latest").json()
        login = cloud["authentication"]["loginEndpoint"]
        found = client.get(f"{login}{known.tenant.pk}/v2.0/.well-known/openid-configuration").json()
        # when the connector asks for a token (msticpy sends the form as bytes, without a Content-Type),
        form = known.form(scope="https://hunt.example/.default")
        answer = client.post(found["token_endpoint"], content=urlencode(form).encode())
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

        # then it reads every alert once, following the links as they are,
        seen, link = [], "/api/alerts?$expand=evidence"
        while link:
            page = client.get(link).json()
            seen += [row["title"] for row in page["value"]]
            link = page.get("@odata.nextLink")
        assert seen == [alert.title for alert in reversed(published)]
        assert [row["AlertTitle"] for row in client.get("/siem/api/alerts").json()] == seen
        hunt = client.post("/api/advancedqueries/run", json={"Query": "print Answer = 42"})
        assert hunt.json()["Results"] == [{"Answer": 42}]

        # and when its application is removed, the same token is worth nothing at once.
        from huntline.identity.models import ApiClient
        from huntline.identity.services import remove_api_client

        kept = ApiClient.objects.get(client_id=known.client_id)
        remove_api_client(scope_of("aurora_admin", "aurora"), kept.pk)
        refused = client.get("/api/alerts")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "Unauthorized")


@pytest.mark.requirement("R26", "R78")
def test_one_token_for_every_door(caller, publish):
    """The portal's own API takes the same token: the same alert by three doors, and a hunt by two."""
    alert = publish()
    client = caller("aurora", "Alert.Read.All", "AdvancedQuery.Read.All")
    (odata,) = client.get("/api/alerts").json()["value"]
    (siem,) = client.get("/siem/api/alerts").json()
    (portal,) = client.get("/api/v1/tenants/aurora/alerts").json()["items"]
    for seen in (
        (odata["id"], odata["title"], odata["severity"]),
        (siem["AlertId"], siem["AlertTitle"], siem["Severity"]),
        (portal["id"], portal["title"], portal["severity"]),
    ):
        assert seen == (alert.pk, alert.title, alert.severity)
    hunt = client.post("/api/v1/tenants/aurora/hunts", {"query": "print Answer = 42"}, content_type="application/json")
    assert hunt.json()["rows"] == [[42]]
    assert client.get("/api/v1/tenants/bluefin/alerts").status_code == 404
    assert client.post("/api/v1/tenants/aurora/drafts", {}, content_type="application/json").status_code == 403
