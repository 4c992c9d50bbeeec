"""Device groups: the first by rank whose conditions hold takes a device; tags; who may set them up; where they are shown."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huntline.audit.models import Entry
from huntline.identity import TenantScope
from huntline.telemetry import queries, services
from huntline.telemetry.errors import DeviceGroupIncomplete, DeviceGroupNotFound, TagsInvalid
from huntline.telemetry.grouping import UNGROUPED, Condition, Described, Operator, Property, holds
from huntline.telemetry.models import Device
from huntline.telemetry.services import GroupForm

pytestmark = pytest.mark.django_db
NAMES = {"d1": "ws01.aurora.example", "d2": "srv01.aurora.example", "d3": "srv-pay.pay.example", "d4": "kiosk"}
SERVERS = Condition(Property.NAME, Operator.STARTS_WITH, ("SRV",))
PAYMENTS = Condition(Property.DOMAIN, Operator.EQUALS, ("pay.example",))


@pytest.fixture
def admin(cast, scope_of) -> TenantScope:
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    for device_id, name in NAMES.items():
        Device(
            tenant_id=cast.aurora.pk,
            device_id=device_id,
            name=name,
            os_platform="Windows11" if device_id == "d1" else "Linux",
            first_seen=moment,
            last_seen=moment,
        ).save()
    return scope_of("aurora_admin", "aurora")


def group(scope, name, *conditions, rank=None):
    return services.create_group(scope, GroupForm(name, conditions or [SERVERS], rank=rank))


def members(scope):
    """Return the devices by the name of their group."""
    found: dict[str, set[str]] = {}
    for device in Device.objects.within(scope).select_related("group"):
        found.setdefault(device.group.name if device.group else "", set()).add(device.device_id)
    return found


class TestHolds:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            (Condition(Property.NAME, Operator.EQUALS, ("WS01.AURORA.example",)), True),
            (Condition(Property.NAME, Operator.EQUALS, ("ws01",)), False),
            (Condition(Property.NAME, Operator.CONTAINS, ("srv", "ws0")), True),
            (Condition(Property.DOMAIN, Operator.ENDS_WITH, (".example",)), True),
            (Condition(Property.OS, Operator.STARTS_WITH, ("windows",)), True),
            (Condition(Property.TAG, Operator.EQUALS, ("crown jewels",)), True),
            (Condition(Property.TAG, Operator.EQUALS, ("crown",)), False),
        ],
    )
    def test_compares_without_regard_to_case(self, condition, expected):
        assert holds(condition, Described("ws01.aurora.example", "Windows11", ["Crown jewels", "Lab"])) is expected


class TestGroups:
    @pytest.mark.requirement("L19")
    def test_the_first_by_rank_takes_a_device_and_the_rest_is_ungrouped(self, admin):
        group(admin, "Servers")
        group(admin, "Payments", PAYMENTS)
        assert members(admin) == {"Servers": {"d2", "d3"}, "": {"d1", "d4"}}
        services.change_group(
            admin, queries.groups_within(admin).groups[1][0].pk, GroupForm("Payments", [PAYMENTS], rank=1)
        )
        assert members(admin) == {"Payments": {"d3"}, "Servers": {"d2"}, "": {"d1", "d4"}}
        assert [(row.name, row.rank, size) for row, size in queries.groups_within(admin).groups] == [
            ("Payments", 1, 1),
            ("Servers", 2, 1),
        ]
        assert queries.groups_within(admin).ungrouped == 2

    def test_all_conditions_must_hold(self, admin):
        group(admin, "Payment servers", SERVERS, PAYMENTS)
        assert members(admin) == {"Payment servers": {"d3"}, "": {"d1", "d2", "d4"}}

    def test_devices_of_a_deleted_group_go_to_the_next(self, admin):
        first = group(admin, "Payments", PAYMENTS)
        second = group(admin, "Servers")
        services.delete_group(admin, first.pk)
        assert members(admin) == {"Servers": {"d2", "d3"}, "": {"d1", "d4"}}
        assert [(row.pk, row.rank) for row, _ in queries.groups_within(admin).groups] == [(second.pk, 1)]
        with pytest.raises(DeviceGroupNotFound):
            services.delete_group(admin, first.pk)

    def test_a_new_name_moves_a_device(self, admin, cast):
        group(admin, "Servers")
        kiosk = Device.objects.within(admin).get(device_id="d4")
        kiosk.name = "srv-new"
        services.groups.place_named(cast.aurora.pk, [kiosk])
        kiosk.save()
        assert members(admin)["Servers"] == {"d2", "d3", "d4"}

    @pytest.mark.parametrize(
        "form",
        [
            GroupForm(" ", [SERVERS]),
            GroupForm("servers", [SERVERS]),
            GroupForm("Empty", []),
            GroupForm("Blank", [Condition(Property.NAME, Operator.EQUALS, (" ",))]),
        ],
    )
    def test_refuses_what_takes_nothing_or_has_the_name_of_another(self, admin, form):
        group(admin, "Servers")
        with pytest.raises(DeviceGroupIncomplete):
            services.create_group(admin, form)

    def test_every_change_is_in_the_record(self, admin):
        made = group(admin, "Servers")
        services.change_group(admin, made.pk, GroupForm("Servers", [PAYMENTS]))
        services.delete_group(admin, made.pk)
        actions = list(
            Entry.objects.filter(object_type="device_group").order_by("sequence").values_list("action", flat=True)
        )
        assert actions == ["device_group.created", "device_group.changed", "device_group.deleted"]


class TestTags:
    def test_a_tag_moves_a_device(self, admin):
        group(admin, "Jewels", Condition(Property.TAG, Operator.EQUALS, ("Crown jewels",)), rank=1)
        services.tag_device(admin, "d4", ["Crown  jewels ", "Lab", ""])
        assert members(admin)["Jewels"] == {"d4"}
        assert queries.tags_within(admin) == ["Crown jewels", "Lab"]
        services.tag_device(admin, "d4", ["Lab"])
        assert members(admin) == {"": set(NAMES)}

    @pytest.mark.parametrize("tags", [["x" * 101], ["a\0b"], [f"t{n}" for n in range(51)]])
    def test_refuses_what_cannot_be_shown(self, admin, tags):
        with pytest.raises(TagsInvalid):
            services.tag_device(admin, "d1", tags)


class TestRoutes:
    PATH = "/api/v1/tenants/aurora/device-groups"
    BODY = {
        "name": "Servers",
        "conditions": [{"property": "name", "operator": "starts_with", "values": ["srv"]}],
    }

    @pytest.mark.parametrize(
        ("part", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("aurora_admin", 201)]
    )
    def test_who_may_make_one(self, admin, sign_in, part, status):
        assert sign_in(part).post(self.PATH, self.BODY, content_type="application/json").status_code == status

    @pytest.mark.parametrize(
        ("part", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("aurora_admin", 200)]
    )
    def test_who_may_tag(self, admin, sign_in, part, status):
        path = "/api/v1/tenants/aurora/devices/d1/tags"
        assert sign_in(part).put(path, {"tags": ["Lab"]}, content_type="application/json").status_code == status

    def test_devices_say_their_group_and_tags_and_are_filtered_by_them(self, admin, sign_in):
        client = sign_in("aurora_admin")
        made = client.post(self.PATH, self.BODY, content_type="application/json").json()
        assert (made["rank"], made["devices"]) == (1, 2)
        services.tag_device(admin, "d2", ["Lab"])
        devices = "/api/v1/tenants/aurora/devices"

        def ids(**asked):
            return {row["device_id"] for row in client.get(devices, asked).json()["items"]}

        assert ids(group=made["id"]) == {"d2", "d3"}
        assert ids(group=str(UNGROUPED)) == {"d1", "d4"}
        assert ids(tag="lab") == {"d2"}
        assert ids(tag="lab", search="pay") == set()
        shown = client.get(f"{devices}/d2").json()
        assert (shown["group"], shown["tags"]) == ({"id": made["id"], "name": "Servers"}, ["Lab"])
        changed = client.put(
            f"{self.PATH}/{made['id']}", self.BODY | {"name": "All servers"}, content_type="application/json"
        )
        assert changed.json()["name"] == "All servers"
        assert client.get(self.PATH).json()["ungrouped"] == 2
        assert client.delete(f"{self.PATH}/{made['id']}").status_code == 204
        assert client.get(self.PATH).json()["total"] == 0

    def test_the_list_of_devices_costs_the_same_however_many_they_are(self, admin):
        page = queries.PageRequest(offset=0, size=100)
        with CaptureQueriesContext(connection) as few:
            [list(device.tags.all()) for device in queries.devices_within(admin, page, search="ws01").items]
        with CaptureQueriesContext(connection) as many:
            [list(device.tags.all()) for device in queries.devices_within(admin, page).items]
        assert len(few) == len(many)
