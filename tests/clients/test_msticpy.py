"""msticpy (notebooks): by configuration alone, over plain HTTP and over HTTPS."""

import json

import pytest

pytestmark = pytest.mark.clients


def seconds(text: str) -> str:
    return text[:19]


@pytest.mark.requirement("R21", "R26", "R78")
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_every_provider_tells_the_same_alert(answer_of, installation, published, scheme):
    device = published["devices"][0]["device_name"]
    sha1 = next(one["sha1"] for one in published["evidence_items"] if one["sha1"])
    window = {
        "start": seconds(published["first_activity"])[:10],
        "end": "2100-01-01",
        "told": {"host": device, "sha1": sha1},
    }
    url = installation.url if scheme == "http" else installation.tls_url
    said = answer_of("msticpy", "msticpy_queries.py", url, json.dumps(window))
    for provider in ("MDE", "M365D", "M365DGraph"):
        rows = [row for row in said[provider] if row["AlertId"] == published["id"]]
        assert [(row["Title"], row["Severity"], row["DeviceName"]) for row in rows] == [
            (published["title"], published["severity"], device)
        ] * len(rows)
        assert seconds(rows[0]["Timestamp"]) == seconds(published["first_activity"])
        assert seconds(rows[-1]["Timestamp"]) == seconds(published["last_activity"])
    for query in ("list_alerts", "host_alerts", "sha1_alerts"):
        assert {row["AlertId"] for row in said[query]} >= {published["id"]}, query
    assert {row["SHA1"] for row in said["sha1_alerts"]} == {sha1}
    assert said["other_host"] == said["ip_alerts"] == said["url_alerts"] == []
    graph = {row["id"]: row for page in said["SecurityGraph"] for row in page["value"]}
    assert graph[published["id"]]["title"] == published["title"]
