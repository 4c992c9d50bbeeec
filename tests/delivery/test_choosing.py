"""Device groups, severities for each detection source, one mail for an incident: what rules choose, and who may choose it."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps

from huntline.delivery import jobs, queries, services
from huntline.delivery.choosing import Why
from huntline.delivery.errors import (
    DetectionSourceInvalid,
    DeviceGroupsReserved,
    DeviceGroupUnknown,
    RuleIncomplete,
    RuleNotFound,
)
from huntline.delivery.models import ALL_GROUPS, Mail, MailKind
from huntline.delivery.sending import send_due
from huntline.delivery.services import RuleForm
from huntline.delivery.tracing import trace
from huntline.identity.models import Membership
from huntline.identity.permissions import Role
from huntline.identity.queries import scope_of as scope_in
from huntline.identity.services import invite, limit_member
from huntline.incidents.models import Alert, AlertEntity, Incident
from huntline.kernel import PageRequest, new_id, now
from huntline.telemetry.grouping import UNGROUPED, Condition, Operator, Property
from huntline.telemetry.models import Device
from huntline.telemetry.services import GroupForm, create_group, delete_group

pytestmark = pytest.mark.django_db
SOC = "soc@aurora.example"


@pytest.fixture
def admin(cast, scope_of):
    for device_id, name in (("d1", "ws01"), ("d2", "srv01")):
        Device(tenant_id=cast.aurora.pk, device_id=device_id, name=name, first_seen=now(), last_seen=now()).save()
    return scope_of("aurora_admin", "aurora")


@pytest.fixture
def servers(admin):
    return create_group(admin, GroupForm("Servers", [Condition(Property.NAME, Operator.STARTS_WITH, ("srv",))])).pk


@pytest.fixture
def limited(cast, admin, servers):
    """An administrator whose role is limited to the servers."""
    member = invite(cast.aurora, "servers@aurora.example", Role.ADMIN, password="a password of a test")
    limit_member(admin, member.pk, [servers])
    return scope_in(member.person, cast.aurora)


def form(**fields):
    return RuleForm(**({"name": "Watch", "severities": ["High"], "recipients": [SOC]} | fields))


def raised(scope, *, devices=("d1",), source="WindowsDefenderAtp", severity="High", incident=None):
    """An alert of a detection, as whoever raises it leaves it, and the mails that follow."""
    facts = {"title": "Beacon", "severity": severity, "first_activity": now(), "last_activity": now()}
    if incident is None:
        incident = Incident(tenant_id=scope.tenant, **facts)
        incident.save()
    row = Alert(
        id=f"cd{new_id().hex}",
        tenant_id=scope.tenant,
        incident=incident,
        description="A beacon on ws01.",
        recommended_actions="Isolate it.\n\nAsk its user.",
        category="Malware",
        detection_source=source,
        **facts,
    )
    row.save()
    for place, device in enumerate(devices):
        AlertEntity(
            tenant_id=scope.tenant,
            alert=row,
            place=place,
            entity_type="Machine",
            role="Impacted",
            verdict="Unknown",
            device_id=device,
        ).save()
    jobs.queue_alert_mails(SimpleNamespace(tenant_id=scope.tenant, alert_id=row.pk))
    return row


def told(scope):
    return list(Mail.objects.within(scope).order_by("id").values_list("alert_id", flat=True))


def why(scope, alert, address=SOC):
    return [one.why for one in trace(scope, alert.pk, address).rules]


class TestDetectionSources:
    def test_alerts_of_a_source_are_mailed_where_it_is_chosen_by_its_own_severities(self, admin):
        services.create_rule(admin, form(detections={"WindowsDefenderAtp": ["Medium", "High"], "CustomTI": []}))
        medium = raised(admin, severity="Medium")
        low, other = raised(admin, severity="Low"), raised(admin, source="CustomDetection")
        assert told(admin) == [medium.pk]
        assert (why(admin, low), why(admin, other)) == ([Why.SEVERITY_NOT_CHOSEN], [Why.SOURCE_NOT_CHOSEN])

    def test_a_rule_for_notifications_mails_no_other_alert_and_the_other_way_round(self, admin):
        services.create_rule(admin, form())
        services.create_rule(admin, form(severities=[], detections={"CustomDetection": ["High"]}))
        alert = raised(admin)
        assert (told(admin), why(admin, alert)) == ([], [Why.SOURCE_NOT_CHOSEN] * 2)
        expert = raised(admin, source="ThreatExperts")
        # Its own event mails it, in the experts' words.
        assert told(admin) == []
        assert why(admin, expert) == [Why.MATCHED, Why.SOURCE_NOT_CHOSEN]

    def test_the_mail_says_where_it_comes_from_and_passes_for_no_notification(self, server, admin):
        services.create_rule(admin, form(detections={"WindowsDefenderAtp": ["High"]}, include_device_information=True))
        alert = raised(admin)
        send_due()
        text = server.text_of(0)
        assert server.taken[0]["Subject"] == "Alert (High): Beacon"
        assert "Detection source: WindowsDefenderAtp" in text
        assert "1. Isolate it.\n2. Ask its user." in text
        assert f"/tenants/aurora/alerts/{alert.pk}" in text
        assert "expert" not in text.lower()
        assert Mail.objects.within(admin).get().kind == MailKind.ALERT

    def test_the_same_event_twice_is_one_mail(self, admin):
        services.create_rule(admin, form(detections={"WindowsDefenderAtp": ["High"]}))
        alert = raised(admin)
        jobs.queue_alert_mails(SimpleNamespace(tenant_id=admin.tenant, alert_id=alert.pk))
        assert told(admin) == [alert.pk]

    @pytest.mark.parametrize("source", ["ThreatExperts", "a b", "", "x" * 41])
    def test_refuses_what_is_no_other_source(self, admin, source):
        with pytest.raises(DetectionSourceInvalid):
            services.create_rule(admin, form(detections={source: ["High"]}))

    def test_some_severity_must_be_chosen(self, admin):
        with pytest.raises(RuleIncomplete):
            services.create_rule(admin, form(severities=[], detections={"CustomDetection": []}))


class TestDeviceGroups:
    ALL = {"WindowsDefenderAtp": ["High"]}

    @pytest.mark.requirement("L19")
    @pytest.mark.requirement("L20")
    def test_alerts_about_devices_of_the_chosen_groups_alone(self, admin, servers):
        services.create_rule(admin, form(detections=self.ALL, device_groups=[servers]))
        server, workstation, both = (raised(admin, devices=found) for found in (["d2"], ["d1"], ["d1", "d2"]))
        nobody, stranger = raised(admin, devices=[]), raised(admin, devices=["unknown"])
        assert told(admin) == [server.pk, both.pk]
        assert all(why(admin, alert) == [Why.DEVICE_GROUP_NOT_CHOSEN] for alert in (workstation, nobody, stranger))

    def test_the_rest_is_a_group_too(self, admin, servers):
        services.create_rule(admin, form(detections=self.ALL, device_groups=[UNGROUPED]))
        workstation, stranger = raised(admin, devices=["d1"]), raised(admin, devices=["unknown"])
        raised(admin, devices=["d2"])
        assert told(admin) == [workstation.pk, stranger.pk]

    def test_a_group_that_was_chosen_later_is_not_retroactive(self, admin, servers, clock):
        rule = services.create_rule(admin, form(detections=self.ALL, device_groups=[servers]))
        alert = raised(admin, devices=["d1"])
        clock.advance(timedelta(minutes=1))
        services.change_rule(admin, rule.pk, form(detections=self.ALL, device_groups=[servers, UNGROUPED]))
        assert why(admin, alert) == [Why.DEVICE_GROUP_CHOSEN_LATER]
        assert trace(admin, alert.pk, SOC).rules[0].since == clock.now()

    def test_from_all_groups_to_some_keeps_their_time(self, admin, servers, clock):
        rule = services.create_rule(admin, form(detections=self.ALL))
        alert = raised(admin, devices=["d2"])
        clock.advance(timedelta(minutes=1))
        services.change_rule(admin, rule.pk, form(detections=self.ALL, device_groups=[servers]))
        assert why(admin, alert) == [Why.MATCHED]

    def test_a_rule_whose_group_is_deleted_mails_nothing(self, admin, servers):
        services.create_rule(admin, form(detections=self.ALL, device_groups=[servers]))
        delete_group(admin, servers)
        raised(admin, devices=["d2"])
        assert told(admin) == []

    @pytest.mark.parametrize(("groups", "error"), [([], RuleIncomplete), ([new_id()], DeviceGroupUnknown)])
    def test_refuses_groups_that_are_not_there(self, admin, groups, error):
        with pytest.raises(error):
            services.create_rule(admin, form(device_groups=groups))


class TestLimited:
    """Somebody whose role is limited to device groups."""

    @pytest.mark.requirement("L19")
    def test_makes_rules_inside_them_and_none_beyond(self, limited, servers):
        made = services.create_rule(limited, form(device_groups=[servers]))
        services.change_rule(limited, made.pk, form(name="Servers", device_groups=[servers]))
        for beyond in (None, [UNGROUPED], [servers, UNGROUPED]):
            with pytest.raises(DeviceGroupsReserved):
                services.create_rule(limited, form(device_groups=beyond))
            with pytest.raises(DeviceGroupsReserved):
                services.change_rule(limited, made.pk, form(device_groups=beyond))
        services.delete_rule(limited, made.pk)

    def test_sees_no_rule_beyond_them(self, admin, limited, servers):
        inside = services.create_rule(admin, form(device_groups=[servers]))
        beyond = [services.create_rule(admin, form(device_groups=groups)) for groups in (None, [UNGROUPED, servers])]
        assert [row.pk for row in queries.rules_within(limited, PageRequest(offset=0, size=9)).items] == [inside.pk]
        assert queries.rules_within(admin, PageRequest(offset=0, size=9)).total == 3
        for rule in beyond:
            for use in (queries.find_rule, services.delete_rule):
                with pytest.raises(RuleNotFound):
                    use(limited, rule.pk)
            with pytest.raises(RuleNotFound):
                services.change_rule(limited, rule.pk, form(device_groups=[servers]))
            with pytest.raises(RuleNotFound):
                services.send_test(limited, rule.pk, SOC)

    def test_hears_nothing_of_the_mails_of_other_rules(self, admin, limited):
        services.create_rule(admin, form(detections={"WindowsDefenderAtp": ["High"]}))
        alert = raised(admin)
        assert trace(admin, alert.pk, SOC).mail is not None
        found = trace(limited, alert.pk, SOC)
        assert (found.mail, found.rules) == (None, [])

    def test_over_http(self, cast, sign_in, limited, servers):
        membership = Membership.objects.get(person__email="servers@aurora.example")
        client = sign_in("aurora_admin")
        client.force_login(membership.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        body = {"name": "Servers", "severities": ["High"], "recipients": [SOC]}
        path = "/api/v1/tenants/aurora/email-rules"
        refused = client.post(path, body, content_type="application/json")
        assert (refused.status_code, refused.json()["code"]) == (403, "device_groups_reserved")
        made = client.post(path, body | {"device_groups": [str(servers)]}, content_type="application/json").json()
        assert made["device_groups"] == [str(servers)]
        assert client.get(path).json()["total"] == 1


class TestOncePerIncident:
    def test_the_first_alert_of_an_incident_is_mailed_and_the_trace_says_so_of_the_others(self, admin):
        services.create_rule(admin, form(detections={"WindowsDefenderAtp": ["High"]}, once_per_incident=True))
        first = raised(admin)
        second = raised(admin, incident=first.incident)
        other = raised(admin)
        assert told(admin) == [first.pk, other.pk]
        assert (why(admin, first), why(admin, second), why(admin, other)) == (
            [Why.MATCHED],
            [Why.INCIDENT_TOLD],
            [Why.MATCHED],
        )
        assert trace(admin, second.pk, SOC).rules[0].since == Mail.objects.within(admin).get(alert_id=first.pk).created

    def test_who_is_added_later_hears_of_the_next_alert(self, admin, clock):
        once = {"detections": {"WindowsDefenderAtp": ["High"]}, "once_per_incident": True}
        rule = services.create_rule(admin, form(**once))
        first = raised(admin)
        services.change_rule(admin, rule.pk, form(**once, recipients=[SOC, "new@aurora.example"]))
        clock.advance(timedelta(minutes=1))
        raised(admin, incident=first.incident)
        assert sorted(Mail.objects.within(admin).values_list("recipient", flat=True)) == ["new@aurora.example", SOC]

    def test_another_rule_still_mails_every_alert(self, admin):
        for once in (True, False):
            services.create_rule(admin, form(detections={"WindowsDefenderAtp": ["High"]}, once_per_incident=once))
        first = raised(admin)
        second = raised(admin, incident=first.incident)
        assert told(admin) == [first.pk, second.pk]


def test_rules_from_before_device_groups_are_for_every_device_since_they_were_made(admin):
    rule = services.create_rule(admin, form())
    rule.device_groups = {}
    rule.save()
    import_module("huntline.delivery.migrations.0005_whole_rules").keep_for_all_devices(apps, None)
    kept = queries.find_rule(admin, rule.pk)
    assert kept.device_groups == {ALL_GROUPS: kept.created.isoformat()}
    assert (kept.detections, kept.once_per_incident) == ({}, False)
