"""check-msdefender (Nagios): its six commands, with its fixed host names."""

import json

import pytest

pytestmark = pytest.mark.clients


@pytest.fixture
def check(in_environment, installation, tmp_path):
    def run(command: str, *words: str):
        known = installation.credentials
        (tmp_path / "check.ini").write_text(
            f"[auth]\nclient_id = {known['id']}\nclient_secret = {known['secret']}\ntenant_id = {known['tenant']}\n"
            "[settings]\ntimeout = 60\n"
        )
        return in_environment("others", "check_msdefender", command, *words, "-c", "check.ini", check=False)

    return run


@pytest.fixture
def device(published):
    return published["devices"][0]


@pytest.mark.requirement("R19", "R26", "R78")
def test_alerts_of_the_device(check, published, device, interception):
    done = check("alerts", "-d", device["device_name"])
    assert done.returncode == 2, done.stdout + done.stderr  # critical: there is one that is not resolved
    assert published["title"] in done.stdout
    assert f"(New {published['severity'].lower()})" in done.stdout
    assert set(interception.reached) == {"login.microsoftonline.com", "api.security.microsoft.com"}


def test_incidents_of_the_device(check, published, device):
    done = check("incidents", "-d", device["device_name"])
    assert done.returncode == 2, done.stdout + done.stderr
    assert str(published["incident_id"]) in done.stdout


def test_machines_are_all_onboarded(check, portal, device):
    total = portal.get("/api/v1/tenants/aurora/devices").json()["total"]
    done = check("machines")
    assert done.returncode in {0, 1, 2}, done.stdout + done.stderr
    assert f"machines={total}" in done.stdout
    assert device["device_name"] in done.stdout


@pytest.mark.parametrize(("command", "code"), [("lastseen", 0), ("onboarding", 0), ("detail", 0)])
def test_one_machine(check, device, command, code):
    done = check(command, "-d", device["device_name"])
    assert done.returncode == code, done.stdout + done.stderr
    if command == "detail":
        assert f"Machine ID: {device['device_id']}" in done.stdout
        assert "Risk Score: High" in done.stdout


@pytest.mark.parametrize("source", ["graph", "mde"])
def test_the_incident_in_full(check, published, interception, source):
    more = [] if source == "graph" else ["--no-graph"]
    done = check("incident-detail", str(published["incident_id"]), "--json", *more)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert said["source"] == source
    assert said["incidentId"] == published["incident_id"]
    (alert,) = [one for one in said["alerts"] if one["id"] == published["id"]]
    assert (alert["title"], alert["severity"].lower()) == (published["title"], published["severity"].lower())
    assert len(alert["evidence"]) == len(published["evidence_items"])
    if source == "graph":
        assert "graphError" not in said
        assert "error" not in said["timeline"]
        assert "graph.microsoft.com" in interception.reached
    else:
        related = said["related"][published["id"]]
        users = [one for one in published["evidence_items"] if one["entity_type"] == "User"]
        assert related["user"]["accountName"] == users[0]["account_name"]
        assert [one["sha1"] for one in related["files"]] == list(
            dict.fromkeys(one["sha1"] for one in published["evidence_items"] if one["sha1"])
        )


def test_a_wrong_secret_is_unknown(check, installation, device, monkeypatch):
    monkeypatch.setitem(installation.credentials, "secret", "wrong")
    done = check("alerts", "-d", device["device_name"])
    assert done.returncode == 3
    assert "AADSTS7000215" in done.stdout
