"""Alerts for TheHive and DFIR-IRIS: the fields that their documentation has, and no others."""

import json

import pytest

from handoff.dossiers import FILE, changed, dossier
from huntline.handoff.dossier import Device, Value
from huntline.handoff.tickets import as_iris, as_thehive, observables_of


class TestTheHive:
    def test_is_an_alert_with_observables_and_procedures(self):
        alert = json.loads(as_thehive(dossier()))
        assert {"type", "source", "sourceRef", "title", "description"} < alert.keys()
        assert (alert["sourceRef"], alert["severity"], alert["tlp"], alert["pap"]) == ("incident-17", 3, 2, 2)
        assert alert["date"] == 1794780843123
        assert [one["patternId"] for one in alert["procedures"]] == ["T1218.005", "T1566"]
        found = {(one["dataType"], one["data"]): one["ioc"] for one in alert["observables"]}
        assert found[("ip", "203.0.113.9")] is True
        assert found[("domain", "evil.example")] is True
        assert found[("filename", "mshta.exe")] is False
        assert found[("hostname", "ws01.aurora.example")] is False
        assert ("ip", "not an address") not in found

    def test_each_observable_is_there_once_or_the_hive_refuses_the_alert(self):
        one = dossier(
            files=[FILE, changed(FILE, verdict="Unknown")],
            addresses=[Value("203.0.113.9", "Unknown"), Value("203.0.113.9", "Malicious")],
        )
        keys = [(made.hive, made.value) for made in observables_of(one)]
        assert len(keys) == len(set(keys))
        assert next(made for made in observables_of(one) if made.value == "203.0.113.9").is_bad


class TestIris:
    def test_is_an_alert_with_iocs_and_assets(self):
        alert = json.loads(as_iris(dossier()))
        assert (alert["alert_severity_id"], alert["alert_status_id"], alert["alert_customer_id"]) == (5, 2, 1)
        assert alert["alert_source_event_time"] == "2026-11-15T22:14:03.123456"
        iocs = {one["ioc_value"]: (one["ioc_type_id"], one["ioc_tags"]) for one in alert["alert_iocs"]}
        assert iocs["203.0.113.9"] == (76, "huntline,ip-any")
        assert iocs["b" * 64] == (113, "huntline,sha256")
        assert iocs["evil.example"] == (20, "huntline,domain")
        assert "evil.example/path" not in iocs  # nobody calls it bad
        assets = {one["asset_name"]: one["asset_type_id"] for one in alert["alert_assets"]}
        assert assets == {"ws01.aurora.example": 9, "srv01": 4, r"AURORA\mina": 1}

    @pytest.mark.parametrize(
        ("platform", "kind"),
        [("Windows10", 9), ("WindowsServer2022", 10), ("macOS", 6), ("Linux", 4), ("Android", 7), ("iOS", 8), ("", 9)],
    )
    def test_systems_by_what_telemetry_calls_them(self, platform, kind):
        alert = json.loads(as_iris(dossier(devices=[Device("d", "d", platform)], accounts=[])))
        assert [one["asset_type_id"] for one in alert["alert_assets"]] == [kind]
