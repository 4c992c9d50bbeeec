"""Microsoft's own clients of Graph: Python by the fixed host names, JavaScript by an address of ours."""

import json
from datetime import datetime
from pathlib import Path

import pytest

pytestmark = pytest.mark.clients

GRAPH = Path(__file__).parent / "javascript" / "graph.mjs"
QUERY = "DeviceAlertEvents | project Timestamp, AlertId, Title, Severity | order by Timestamp asc"


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.requirement("R19", "R21", "R26")
def test_python(answer_of, portal, published, interception):
    said = answer_of("others", "graph_sdk.py", QUERY)
    assert set(interception.reached) == {"login.microsoftonline.com", "graph.microsoft.com"}
    (alert,) = [one for one in said["alerts"] if one["id"] == published["id"]]
    assert said["one"] == said["alerts"][0]
    assert alert["source"] == "microsoftThreatExperts"
    assert (alert["title"], alert["severity"]) == (published["title"], published["severity"].lower())
    assert (alert["incident"], alert["techniques"]) == (str(published["incident_id"]), published["techniques"])
    for theirs, ours in {"created": "created", "first": "first_activity", "last": "last_activity"}.items():
        assert moment(alert[theirs]) == moment(published[ours])
    kinds = {"Machine": "DeviceEvidence", "User": "UserEvidence", "Process": "ProcessEvidence", "File": "FileEvidence"}
    for theirs, ours in zip(alert["evidence"], published["evidence_items"], strict=True):
        assert theirs["kind"] == kinds[ours["entity_type"]]
        assert (theirs["process_id"], theirs["sha1"] or "") == (ours["process_id"], ours["sha1"])
        if ours["entity_type"] == "User":
            assert theirs["account"] == ours["account_name"]
    incident = next(one for one in said["incidents"] if one["id"] == str(published["incident_id"]))
    assert published["id"] in incident["alerts"]
    assert said["tags"] == ["sdk"]
    assert said["schema"][0] == ["Timestamp", "DateTime"]
    assert next(row for row in said["rows"] if row["AlertId"] == published["id"])["Title"] == published["title"]
    changed = portal.get(f"/api/v1/tenants/aurora/alerts/{said['changed']['id']}").json()
    assert (changed["status"], changed["assigned_to"]) == ("InProgress", "kim@aurora.example")
    assert said["changed"]["status"] == "inProgress"


@pytest.mark.requirement("R19", "R21", "R26")
def test_javascript(in_environment, portal, published):
    done = in_environment("others", "node", str(GRAPH), QUERY)
    said = json.loads(done.stdout.splitlines()[-1])
    (alert,) = [one for one in said["alerts"] if one["id"] == published["id"]]
    assert (alert["title"], alert["severity"]) == (published["title"], "high")
    assert said["one"]["id"] == said["alerts"][0]["id"]
    incident = next(one for one in said["incidents"] if one["id"] == str(published["incident_id"]))
    assert published["id"] in [one["id"] for one in incident["alerts"]]
    assert published["id"] in [row["AlertId"] for row in said["hunt"]["results"]]
    assert said["refusal"] == {"code": "BadRequest", "status": 400}
    assert said["comments"][-1]["comment"] == "seen by JavaScript"
    kept = portal.get(f"/api/v1/tenants/aurora/alerts/{said['one']['id']}").json()
    assert "seen by JavaScript" in [one["text"] for one in kept["comments"]]
