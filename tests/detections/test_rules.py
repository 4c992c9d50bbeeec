"""Custom detection rules: what may be one, and who may set it up."""

import json
import uuid

import pytest

from huntline.audit.models import Entry
from huntline.detections.errors import (
    FrequencyInvalid,
    RuleColumnsMissing,
    RuleEntityInvalid,
    RuleNameInvalid,
    RuleNameTaken,
    RuleNotFound,
    RuleTableUnknown,
)
from huntline.detections.queries import rules_of
from huntline.detections.services import RuleForm, change_rule, create_rule, delete_rule
from huntline.hunting.errors import QueryInvalid
from huntline.incidents import Category, Severity
from huntline.incidents.errors import TechniqueInvalid, TitleInvalid

pytestmark = pytest.mark.django_db
QUERY = "DeviceProcessEvents | where FileName =~ 'mshta.exe'"
BODY = {
    "name": "Script hosts",
    "query": QUERY,
    "title": "A script host ran",
    "severity": "High",
    "category": "Execution",
}


def form(**changes):
    values = {"severity": Severity.HIGH, "category": Category.EXECUTION, "name": "Script hosts", "query": QUERY}
    return RuleForm(**{**values, "title": "A script host ran", **changes})


@pytest.fixture
def analyst(scope_of, clock):
    return scope_of("aurora_analyst", "aurora")


class TestCreateRule:
    def test_is_kept_and_recorded(self, analyst, clock):
        made = create_rule(analyst, analyst.tenant, form(techniques=["T1218.005"]))
        rule = rules_of(analyst, analyst.tenant).get()
        assert (rule.pk, rule.entity_column, rule.every_hours) == (made.pk, "DeviceId", 24)
        assert (rule.next_due, rule.created_by) == (clock.now(), "analyst@aurora.example")
        entry = Entry.objects.get(action="detection_rule.created")
        assert (entry.object_id, entry.detail["query"]) == (str(made.pk), QUERY)

    @pytest.mark.parametrize(
        ("query", "missing"),
        [
            ("DeviceProcessEvents | project Timestamp, DeviceId", ["ReportId"]),
            ("DeviceProcessEvents | project ReportId, FileName", ["Timestamp", "DeviceId"]),
            ("DeviceProcessEvents | summarize count() by FileName", ["Timestamp", "ReportId", "DeviceId"]),
            ("DeviceProcessEvents | extend ReportId = tostring(ReportId)", ["ReportId"]),
            ("DeviceProcessEvents | project Timestamp = tostring(Timestamp), ReportId, DeviceId", ["Timestamp"]),
        ],
    )
    def test_a_query_that_returns_too_little_is_refused(self, analyst, query, missing):
        with pytest.raises(RuleColumnsMissing) as refused:
            create_rule(analyst, analyst.tenant, form(query=query))
        assert refused.value.detail["missing"] == missing
        assert not rules_of(analyst, analyst.tenant).exists()

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"query": "Nothing |"}, QueryInvalid),
            ({"query": "print Timestamp = now(), ReportId = 1, DeviceId = 'd1'"}, RuleTableUnknown),
            ({"entity_column": "FileName"}, RuleEntityInvalid),
            ({"name": " "}, RuleNameInvalid),
            ({"name": "a\nb"}, RuleNameInvalid),
            ({"title": ""}, TitleInvalid),
            ({"techniques": ["mshta"]}, TechniqueInvalid),
            ({"every_hours": 2}, FrequencyInvalid),
        ],
    )
    def test_refusals(self, analyst, changes, error):
        with pytest.raises(error):
            create_rule(analyst, analyst.tenant, form(**changes))

    @pytest.mark.parametrize(
        ("query", "wanted", "entity"),
        [
            (QUERY, "AccountSid", "AccountSid"),
            ("DeviceLogonEvents | project Timestamp, ReportId, AccountSid", "", "AccountSid"),
            ("DeviceProcessEvents | summarize arg_max(Timestamp, *) by DeviceName", "", "DeviceId"),
            ("DeviceProcessEvents | join kind=inner DeviceInfo on DeviceId", "", "DeviceId"),
        ],
    )
    def test_the_entity(self, analyst, query, wanted, entity):
        assert create_rule(analyst, analyst.tenant, form(query=query, entity_column=wanted)).entity_column == entity

    def test_one_of_a_name(self, analyst, scope_of):
        create_rule(analyst, analyst.tenant, form())
        with pytest.raises(RuleNameTaken):
            create_rule(analyst, analyst.tenant, form())
        other = scope_of("bluefin_analyst", "bluefin")
        create_rule(other, other.tenant, form())


class TestChangeAndDelete:
    def test_on_again_is_due_at_once(self, analyst, clock):
        rule = create_rule(analyst, analyst.tenant, form())
        change_rule(analyst, analyst.tenant, rule.pk, form(enabled=False))
        changed = change_rule(analyst, analyst.tenant, rule.pk, form(title="Again", enabled=True))
        assert (changed.title, changed.next_due) == ("Again", clock.now())
        delete_rule(analyst, analyst.tenant, rule.pk)
        assert not rules_of(analyst, analyst.tenant).exists()
        with pytest.raises(RuleNotFound):
            change_rule(analyst, analyst.tenant, rule.pk, form())

    def test_a_change_that_is_refused_leaves_it_as_it_was(self, analyst):
        rule = create_rule(analyst, analyst.tenant, form())
        with pytest.raises(RuleColumnsMissing):
            change_rule(analyst, analyst.tenant, rule.pk, form(title="New", query="DeviceProcessEvents | count"))
        assert rules_of(analyst, analyst.tenant).get().title == "A script host ran"


def send(client, method, path, **body):
    return client.generic(method, path, json.dumps(body), "application/json")


class TestRoutes:
    OWN = "/api/v1/tenants/aurora/detection-rules"
    PROVIDER = "/api/v1/provider/detection-rules"

    def test_of_a_customer(self, sign_in):
        client = sign_in("aurora_analyst")
        made = send(client, "POST", self.OWN, **BODY)
        assert made.status_code == 201
        one = f"{self.OWN}/{made.json()['id']}"
        assert client.get(self.OWN).json() == {"items": [made.json()], "total": 1}
        assert send(client, "PUT", one, **BODY, enabled=False).json()["enabled"] is False
        assert client.get(f"{one}/alerts").json() == {"items": [], "total": 0}
        assert client.delete(one).status_code == 204
        assert client.get(f"{one}/alerts").status_code == 404

    def test_of_the_provider(self, sign_in):
        client = sign_in("hunter")
        made = send(client, "POST", self.PROVIDER, **BODY, customers=["bluefin"])
        assert (made.status_code, made.json()["customers"]) == (201, ["bluefin"])
        assert client.get(self.PROVIDER).json()["items"] == [made.json()]
        assert client.get(self.OWN).json()["total"] == 0
        one = f"{self.PROVIDER}/{made.json()['id']}"
        assert send(client, "PUT", one, **BODY).json()["customers"] is None
        assert send(client, "PUT", one, **BODY, customers=["nobody"]).status_code == 404
        assert client.delete(one).status_code == 204

    def test_refusals_say_what_to_do(self, sign_in):
        answer = send(sign_in("aurora_analyst"), "POST", self.OWN, **{**BODY, "query": "DeviceProcessEvents | count"})
        assert (answer.status_code, answer.json()["code"]) == (400, "detection_rule_columns_missing")
        assert answer.json()["missing"] == ["Timestamp", "ReportId", "DeviceId"]

    @pytest.mark.parametrize(
        ("part", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("account_manager", 403)]
    )
    def test_are_not_for_everybody(self, sign_in, analyst, part, status):
        rule = create_rule(analyst, analyst.tenant, form())
        client = sign_in(part)
        for method, path in (("GET", ""), ("POST", ""), ("PUT", f"/{rule.pk}"), ("DELETE", f"/{rule.pk}")):
            assert send(client, method, self.OWN + path, **BODY).status_code == status
        assert client.get(f"{self.OWN}/{rule.pk}/alerts").status_code == status
        assert rules_of(analyst, analyst.tenant).count() == 1

    def test_a_rule_of_another_tenant_is_none(self, sign_in, analyst, scope_of):
        other = scope_of("bluefin_analyst", "bluefin")
        rule = create_rule(other, other.tenant, form())
        for client, root in ((sign_in("aurora_admin"), self.OWN), (sign_in("hunter"), self.PROVIDER)):
            assert send(client, "PUT", f"{root}/{rule.pk}", **BODY).status_code == 404
            assert client.delete(f"{root}/{rule.pk}").status_code == 404
            assert client.get(f"{root}/{rule.pk}/alerts").status_code == 404
            assert client.get(f"{root}/{uuid.uuid4()}/alerts").status_code == 404

    @pytest.mark.parametrize("part", [None, "aurora_admin", "account_manager"])
    def test_the_providers_are_for_its_hunters(self, sign_in, part):
        status = {None: 401, "aurora_admin": 404, "account_manager": 403}[part]
        assert sign_in(part).get(self.PROVIDER).status_code == status
        assert send(sign_in(part), "POST", self.PROVIDER, **BODY).status_code == status
