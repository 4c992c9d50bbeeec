"""Microsoft's own sample of the SIEM pull: a token of version 1, then the call that it prints, by curl at the fixed host names."""

import json

import pytest

pytestmark = pytest.mark.clients


@pytest.mark.requirement("R20", "R26")
def test_the_sample(in_environment, installation, published, interception):
    known = installation.credentials

    def curl(*words: str):
        certificate = ("--cacert", str(installation.authority), "--fail-with-body", "-sS")
        return json.loads(in_environment("others", "curl", *certificate, *words).stdout)

    token = curl(
        f"https://login.microsoftonline.com/{known['tenant']}/oauth2/token",
        *(
            "-d",
            "grant_type=client_credentials",
            "-d",
            f"client_id={known['id']}",
            "-d",
            "resource=https://graph.windows.net",
        ),
        *("--data-urlencode", f"client_secret={known['secret']}"),
    )
    assert token["resource"] == "https://graph.windows.net"
    since = published["created"][:10] + "T00:00:00.000"
    detections = curl(
        f"https://wdatp-alertexporter-eu.windows.com/api/alerts?limit=20&sinceTimeUtc={since}",
        *("-H", f"Authorization: Bearer {token['access_token']}"),
    )
    found = [row for row in detections if row["AlertId"] == published["id"]]
    assert {(row["AlertTitle"], row["Severity"], row["Source"]) for row in found} == {
        (published["title"], published["severity"], "ThreatExperts")
    }
    assert set(interception.reached) == {"login.microsoftonline.com", "wdatp-alertexporter-eu.windows.com"}
