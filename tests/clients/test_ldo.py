"""ldo (libre-devops-helpers): alerts and machines at an address of its configuration, hunting at Graph's fixed one."""

import json

import pytest

pytestmark = pytest.mark.clients


@pytest.fixture
def ldo(in_environment, installation, tmp_path):
    def run(*words: str):
        known = installation.credentials
        (tmp_path / "ldo.toml").write_text(
            '[microsoft]\ndefault_profile = "huntline"\n[microsoft.profiles.huntline]\n'
            f'tenant_id = "{known["tenant"]}"\nclient_id = "{known["id"]}"\nauth = "client-secret"\n'
            f'mde_url = "{installation.tls_url}"\n'
        )
        (tmp_path / "ldo.toml").chmod(0o600)
        return json.loads(in_environment("others", "ldo", *words, "-o", "json", LDO_CONFIG="ldo.toml").stdout)

    return run


@pytest.mark.requirement("R19", "R26")
def test_alerts(ldo, published):
    (alert,) = [
        one for one in ldo("xdr", "alerts", "--include-resolved", "--since", "30d") if one["id"] == published["id"]
    ]
    assert (alert["title"], alert["severity"]) == (published["title"], published["severity"])


def test_machines(ldo, published):
    device = published["devices"][0]
    text = json.dumps(ldo("xdr", "machines", device["device_name"]))
    assert device["device_id"] in text
    assert "Onboarded" in text


@pytest.mark.requirement("R21")
def test_hunt(ldo, published, interception):
    said = ldo("xdr", "hunt", "DeviceAlertEvents | distinct AlertId, Title, Severity")
    assert {"AlertId": published["id"], "Title": published["title"], "Severity": published["severity"]} in said
    assert "graph.microsoft.com" in interception.reached
