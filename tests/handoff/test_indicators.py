"""STIX: valid by the OASIS validator (offline), read back by the library, the same each time, patterns that hold what was written."""

import json

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.validator import run_validator
from stix2validator import ValidationOptions, validate_string

from handoff.dossiers import AT, FILE, changed, dossier
from huntline.handoff.dossier import Process, Registry, Value
from huntline.handoff.indicators import as_stix


def objects(one, kind):
    return [made for made in json.loads(as_stix(one))["objects"] if made["type"] == kind]


class TestBundle:
    @pytest.mark.requirement("R71")
    def test_is_valid_stix(self, no_network):
        found = validate_string(as_stix(dossier()).decode(), ValidationOptions(version="2.1", strict_types=True))
        assert found.is_valid, found.errors

    def test_the_library_reads_it_back(self):
        bundle = stix2.parse(as_stix(dossier()).decode())
        kinds = {one.type for one in bundle.objects}
        assert kinds == {
            "attack-pattern", "directory", "domain-name", "file", "identity", "indicator", "ipv4-addr", "ipv6-addr", "marking-definition",
            "observed-data", "process", "relationship", "report", "url", "user-account", "windows-registry-key",
        }  # fmt: skip

    def test_every_reference_leads_somewhere(self):
        bundle = json.loads(as_stix(dossier()))
        ids = [one["id"] for one in bundle["objects"]]
        assert len(ids) == len(set(ids))
        (report,) = [one for one in bundle["objects"] if one["type"] == "report"]
        marking = {one["id"] for one in bundle["objects"] if one["type"] == "marking-definition"}
        assert set(report["object_refs"]) == set(ids) - {report["id"]} - marking
        for one in bundle["objects"]:
            named = [value for name, value in one.items() if name.endswith("_ref")]
            named += [value for name, values in one.items() if name.endswith("_refs") for value in values]
            assert set(named) <= set(ids), one

    def test_all_that_is_ours_is_marked_amber(self):
        for one in json.loads(as_stix(dossier()))["objects"]:
            if one["type"] in {"indicator", "report", "observed-data", "relationship"}:
                assert one["object_marking_refs"] == [stix2.TLP_AMBER.id]

    def test_is_the_same_each_time(self):
        assert as_stix(dossier()) == as_stix(dossier())

    def test_keeps_its_ids_when_more_is_found(self):
        before = {one["id"] for one in json.loads(as_stix(dossier()))["objects"]}
        more = dossier(addresses=[*dossier().addresses, Value("198.51.100.7", "Malicious")])
        after = {one["id"] for one in json.loads(as_stix(more))["objects"]}
        assert before < after

    def test_two_customers_share_no_id_of_their_own(self):
        def ids(one):
            return {
                made["id"] for made in objects(one, "indicator") + objects(one, "report") + objects(one, "relationship")
            }

        assert not ids(dossier()) & ids(dossier(tenant_id="01999999-0000-7000-8000-0000000000cc"))

    def test_nothing_named_is_still_a_report(self, no_network):
        names = ("stories", "timeline", "devices", "accounts", "files", "processes", "addresses", "urls", "registry")
        empty = as_stix(dossier(**{name: [] for name in names}))
        assert validate_string(empty.decode(), ValidationOptions(version="2.1")).is_valid


class TestIndicators:
    def test_are_what_is_suspicious_or_malicious(self):
        patterns = {one["pattern"]: one["indicator_types"] for one in objects(dossier(), "indicator")}
        assert patterns == {
            f"[file:hashes.'SHA-256' = '{'b' * 64}']": ["anomalous-activity"],
            "[ipv4-addr:value = '203.0.113.9']": ["malicious-activity"],
            "[ipv6-addr:value = '2001:db8::1']": ["anomalous-activity"],
            r"[url:value = 'http://203.0.113.9/x.hta?a=\'b\'']": ["anomalous-activity"],
            "[domain-name:value = 'evil.example']": ["malicious-activity"],
            r"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\Software\\Run']": ["anomalous-activity"],
        }

    def test_a_name_alone_is_none(self):
        named = changed(FILE, sha1="", sha256="", md5="")
        one = dossier(
            files=[named], processes=[Process(named, verdict="Malicious")], addresses=[], urls=[], registry=[]
        )
        assert objects(one, "indicator") == []

    def test_techniques_refer_to_attack(self):
        (first, _) = objects(dossier(), "attack-pattern")
        assert first["external_references"] == [
            {
                "source_name": "mitre-attack",
                "external_id": "T1218.005",
                "url": "https://attack.mitre.org/techniques/T1218/005/",
            }
        ]

    @given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
    def test_what_was_written_stays_inside_its_quotes(self, text):
        """Keys, addresses and URLs come from machines that an attacker may own."""
        one = dossier(files=[], processes=[], addresses=[Value(text, "Malicious")], urls=[Value(text, "Malicious")],
                      registry=[Registry(text, "n", "String", "d", verdict="Malicious")])  # fmt: skip
        for made in objects(one, "indicator"):
            assert run_validator(made["pattern"], stix_version="2.1") == []
            assert made["pattern"].count("=") - text.count("=") <= 1

    def test_hashes_that_are_none_are_left_out(self):
        one = dossier(files=[changed(FILE, sha256="not a hash", sha1="A" * 40)], processes=[])
        (made,) = objects(one, "file")
        assert made["hashes"] == {"MD5": "c" * 32}

    def test_times_are_those_of_the_activity(self):
        (seen,) = objects(dossier(), "observed-data")
        assert seen["first_observed"] == AT.isoformat(timespec="microseconds").replace("+00:00", "Z")
