"""What stories read with: a person's browser as the API sees it, a customer's machine with a token, and times of every channel."""

from datetime import UTC, datetime
from urllib.parse import urlencode


class Api:
    """A person's browser, as far as the API sees it."""

    def __init__(self, client, tenant="aurora"):
        self.client, self.tenant = client, tenant

    def call(self, method, path, body=None, *, expect=200):
        address = path if path.startswith("/api/") else f"/api/v1/tenants/{self.tenant}{path}"
        answer = getattr(self.client, method)(address, body, content_type="application/json")
        assert answer.status_code == expect, f"{method} {address}: {answer.status_code} {answer.content[:2000]!r}"
        return answer.json() if answer.content else None

    def get(self, path, **query):
        return self.call("get", path + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""))

    def post(self, path, body=None, *, expect=200):
        return self.call("post", path, body or {}, expect=expect)


def machine_of(customer, client):
    """Return a SIEM of the customer: it has credentials of its own, and calls as existing clients do."""
    roles = ["Alert.Read.All", "AdvancedQuery.Read.All"]
    made = customer.post("/api-clients", {"name": "SIEM", "roles": roles}, expect=201)
    form = {
        "grant_type": "client_credentials",
        "client_id": made["client_id"],
        "client_secret": made["client_secret"],
        "scope": "https://api.securitycenter.microsoft.com/.default",
    }
    url_encoded = "application/x-www-form-urlencoded"
    token = client.post("/aurora/oauth2/v2.0/token", urlencode(form), content_type=url_encoded).json()["access_token"]
    return lambda method, path, body=None: getattr(client, method)(
        path, body, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    ).json()


def moment(text: str) -> datetime:
    """Times are compared to the microsecond: the channels write them with zero to seven digits."""
    whole, _, rest = text.removesuffix("Z").removesuffix("+00:00").partition(".")
    return datetime.fromisoformat(f"{whole}.{(rest or '0')[:6]:0<6}").replace(tzinfo=UTC)
