"""What a tenant's telemetry covers: tables, days, gaps, people, and whether it is enough."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from huntline.telemetry.coverage import Coverage, Gap, TableCoverage, coverage_of
from huntline.telemetry.services import Post, Sender, take_rows

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 16)


def send(tenant, table, *rows):
    body = "\n".join(json.dumps(row) for row in rows).encode()
    take_rows(Sender(None, tenant.id, ()), table, Post(body))


def at(days_ago, hour=8):
    return (datetime(2026, 11, 16, hour, tzinfo=UTC) - timedelta(days=days_ago)).isoformat()


def table(name, *days):
    return TableCoverage(name, datetime.now(UTC), datetime.now(UTC), dict.fromkeys(days, 1))


@pytest.fixture
def scope(scope_of):
    return scope_of("aurora_reader", "aurora")


def logon(name, sid="S-1-5-21-1-2-3-1001", days_ago=0, device="d1"):
    return {
        "Timestamp": at(days_ago),
        "DeviceId": device,
        "AccountDomain": "AURORA",
        "AccountName": name,
        "AccountSid": sid,
    }


class TestCoverageOf:
    def test_an_empty_tenant_covers_nothing(self, scope, clock):
        found = coverage_of(scope, DAY - timedelta(days=6), DAY)
        assert (found.tables, found.gaps, found.users, found.devices) == ([], [], 0, 0)
        assert [check.met for check in found.checks] == [False] * 5

    @pytest.mark.requirement("R2")
    def test_tables_days_and_devices_of_this_tenant_only(self, scope, cast, clock):
        rows = [{"Timestamp": at(ago, hour), "DeviceId": f"d{hour}"} for ago in (0, 2) for hour in (1, 2, 3)]
        send(cast.aurora, "DeviceProcessEvents", *rows)
        send(cast.aurora, "DeviceNetworkEvents", {"Timestamp": at(3), "DeviceId": "d1"})
        send(cast.bluefin, "DeviceProcessEvents", *rows, *rows)
        found = coverage_of(scope, DAY - timedelta(days=6), DAY)
        processes = next(one for one in found.tables if one.table == "DeviceProcessEvents")
        assert processes.days == {DAY - timedelta(days=2): 3, DAY: 3}
        assert (processes.rows, processes.first.hour, processes.last.hour) == (6, 1, 3)
        assert {one.table for one in found.tables} == {"DeviceProcessEvents", "DeviceNetworkEvents", "DeviceInfo"}
        assert found.devices == 3
        assert found.gaps == [Gap(DAY - timedelta(days=1), DAY - timedelta(days=1))]

    def test_what_lies_outside_of_the_period_does_not_count(self, scope, cast, clock):
        send(cast.aurora, "DeviceEvents", *({"Timestamp": at(ago), "DeviceId": "d1"} for ago in (0, 7)))
        found = coverage_of(scope, DAY - timedelta(days=6), DAY)
        assert next(one for one in found.tables if one.table == "DeviceEvents").rows == 1

    @pytest.mark.requirement("R2")
    def test_people_are_counted_and_machines_and_services_are_not(self, scope, cast, clock):
        send(
            cast.aurora,
            "DeviceLogonEvents",
            logon("mina"),
            logon("MINA", days_ago=1),
            logon("jo"),
            logon("PC1$"),
            logon("SYSTEM", sid="S-1-5-18"),
            logon("", sid=""),
        )
        assert coverage_of(scope, DAY - timedelta(days=6), DAY).users == 2


class TestGaps:
    def test_silence_before_the_first_row_is_no_gap(self):
        found = Coverage(DAY - timedelta(days=5), DAY, 0, 0, 0, [table("DeviceEvents", DAY - timedelta(days=1), DAY)])
        assert found.gaps == []

    def test_stretches_are_told_from_first_to_last_day_and_up_to_the_end(self):
        days = [DAY - timedelta(days=number) for number in (9, 8, 5)]
        found = Coverage(
            DAY - timedelta(days=12), DAY, 0, 0, 0, [table("DeviceEvents", *days[:2]), table("DeviceInfo", days[2])]
        )
        assert found.gaps == [
            Gap(DAY - timedelta(days=7), DAY - timedelta(days=6)),
            Gap(DAY - timedelta(days=4), DAY),
        ]


class TestReadCoverage:
    PAGE = "/api/v1/tenants/aurora/coverage"

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            (None, 401),
            ("bluefin_admin", 404),
            ("aurora_reader", 200),
            ("account_manager", 200),
            ("platform_operator", 200),
        ],
    )
    def test_who_may(self, sign_in, clock, who, status):
        assert sign_in(who).get(self.PAGE).status_code == status

    @pytest.mark.requirement("R2")
    def test_says_for_each_day_and_question_what_there_is(self, sign_in, cast, clock):
        send(
            cast.aurora, "DeviceProcessEvents", *({"Timestamp": at(0), "DeviceId": f"d{number}"} for number in range(5))
        )
        answer = sign_in("account_manager").get(f"{self.PAGE}?days=3").json()
        assert (answer["since"], answer["until"]) == ("2026-11-14", "2026-11-16")
        processes = next(one for one in answer["tables"] if one["table"] == "DeviceProcessEvents")
        assert processes["days"] == [0, 0, 5]
        checks = {check["code"]: (check["found"], check["met"]) for check in answer["checks"]}
        assert checks["devices"] == (5, True)
        assert checks["days"] == (1, False)

    @pytest.mark.parametrize("days", ["0", "191", "x"])
    def test_a_period_that_is_none_is_refused(self, sign_in, clock, days):
        assert sign_in("aurora_reader").get(f"{self.PAGE}?days={days}").status_code == 422
