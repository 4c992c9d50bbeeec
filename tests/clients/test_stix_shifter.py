"""stix-shifter with its module msatp: from a STIX pattern to the alert, by way of DeviceAlertEvents."""

import json

import pytest

pytestmark = pytest.mark.clients


@pytest.fixture
def transmit(in_environment, installation):
    def run(*words: str):
        known = installation.credentials
        connection = {
            "host": "localhost",
            "port": installation.tls_port,
            "selfSignedCert": installation.authority.read_text(),
            "options": {"result_limit": 100, "timeout": 60, "includeAlerts": True},
        }
        auth = {"auth": {"tenant": known["tenant"], "clientId": known["id"], "clientSecret": known["secret"]}}
        command = ["stix-shifter", "transmit", "msatp", json.dumps(connection), json.dumps(auth), *words]
        done = in_environment("stix", *command, AZURE_AUTHORITY_HOST=installation.tls_url)
        return done.stdout

    return run


def test_ping(transmit):
    assert json.loads(transmit("ping")) == {"success": True}


@pytest.mark.requirement("R21", "R26")
def test_a_finding_from_end_to_end(transmit, in_environment, published):
    start, end = published["first_activity"][:10] + "T00:00:00.000Z", "2100-01-01T00:00:00.000Z"
    pattern = f"[x-ibm-finding:name = '{published['title']}'] START t'{start}' STOP t'{end}'"
    translated = in_environment("stix", "stix-shifter", "translate", "msatp", "query", "{}", pattern)
    (query, *_) = json.loads(translated.stdout)["queries"]
    # It reads the alert, says by which query it will look for the alert's events, and (8.1.3) fails to wait for its own call.
    said = transmit("results", query, "0", "10")
    joined = said.split("joining alert with events: ", 1)[1].split("\n", 1)[0]
    device = published["devices"][0]["device_name"]
    assert f'DeviceName == "{device}"' in joined
    # So that query is sent the same way: the events come back, each with the alert beside it.
    events = json.loads(transmit("results", joined.strip(), "0", "10"))
    assert events["success"] is True
    text = json.dumps(events["data"])
    assert "powershell.exe" in text or "mshta.exe" in text
    assert published["id"] in text
    assert published["title"] in text
    assert device in text
