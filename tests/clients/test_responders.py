"""A package from a real server, all the way: asked for in the portal, opened by its link, checked, and read by the tools of responders."""

import time

import httpx
import pytest

pytestmark = pytest.mark.clients


@pytest.fixture
def package(installation, portal, published, tmp_path):
    """Hand the demo's incident over and take the package as a responder would."""
    form = {
        "subject_kind": "incident",
        "subject_id": str(published["incident_id"]),
        "recipient_name": "Bo Response",
        "recipient_email": "bo@responders.example",
    }
    made = portal.post("/api/v1/tenants/aurora/handoffs", json=form).json()
    address = f"/api/v1/tenants/aurora/handoffs/{made['id']}"
    for _ in range(100):
        if portal.get(address).json()["state"] != "making":
            break
        time.sleep(0.2)
    link = installation.url + made["link"][made["link"].index("/handoff/") :]
    looked = httpx.get(link, trust_env=False)
    assert "not incident response" in looked.text
    assert portal.get(address).json()["receipts"] == []
    file = tmp_path / "package.zip"
    file.write_bytes(httpx.post(link, trust_env=False).content)
    return file, portal.get(address).json()


@pytest.mark.requirement("R71", "R73", "R75")
def test_from_the_portal_to_misp_and_the_hive(package, installation, answer_of):
    file, told = package
    assert len(told["receipts"]) == 1
    key = httpx.get(installation.url + "/.well-known/huntline-handoff.pub", trust_env=False).content
    (file.parent / "key.pem").write_bytes(key)
    checked = installation.command("handoff", "verify", str(file), "--key", str(file.parent / "key.pem"))
    assert "The key is the expected one." in checked.stdout
    said = answer_of("responders", "responders.py", str(file))
    assert said["misp"]["errors"] == {}
    assert said["misp"]["info"] == told["subject_title"]
    assert said["misp"]["indicators"] != []
    assert "tlp:amber" in said["misp"]["tags"]
    assert {"process", "user-account"} <= set(said["misp"]["objects"])
    assert said["thehive"]["count"] > 0
    assert said["thehive"] | {"count": 0} == {"alert": [], "observables": [], "procedures": [], "count": 0}
