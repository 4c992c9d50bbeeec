"""What ties alerts to each other, and what every machine has and ties nothing."""

import pytest

from huntline.incidents.correlation import LONGEST_KEY, is_shared_account, keys_of


def user(name="", domain="", sid="", upn=""):
    return {"account_name": name, "account_domain": domain, "account_sid": sid, "account_upn": upn}


def test_a_device_is_known_by_id_and_name_and_case_does_not_matter():
    one = keys_of([("Machine", {"device_id": "AB" * 20, "device_name": "WS01.Aurora.example"})])
    assert one == ["device:" + "ab" * 20, "host:ws01.aurora.example"]
    assert keys_of([("Machine", {"device_name": "ws01.AURORA.example"})]) == one[1:]


def test_an_account_is_known_by_sid_name_and_upn():
    person = user("Mina", "AURORA", "S-1-5-21-1-2-3-1104", "Mina@aurora.example")
    assert keys_of([("User", person), ("User", person)]) == [
        "sid:s-1-5-21-1-2-3-1104",
        "account:aurora\\mina",
        "upn:mina@aurora.example",
    ]


@pytest.mark.parametrize(
    "shared",
    [
        user("SYSTEM", "NT AUTHORITY", "S-1-5-18"),
        user("СИСТЕМА", "NT AUTHORITY", "S-1-5-18"),
        user("Système", "", "S-1-5-18"),
        user("system"),
        user("LOCAL SERVICE", "NT AUTHORITY"),
        user("LOKALER DIENST", "NT-AUTORITÄT", "S-1-5-19"),
        user("NETWORK SERVICE", "NT AUTHORITY", "S-1-5-20"),
        user("DWM-1", "Window Manager", "S-1-5-90-0-1"),
        user("DWM-12"),
        user("UMFD-0", "Font Driver Host"),
        user("DefaultAppPool", "IIS APPPOOL", "S-1-5-82-3006700770-1"),
        user("MSSQLSERVER", "NT SERVICE", "S-1-5-80-1"),
        user("ANONYMOUS LOGON", "NT AUTHORITY", "S-1-5-7"),
        user("Everyone", "", "S-1-1-0"),
        user("WS01$", "AURORA", "S-1-5-21-1-2-3-1601"),
        user("root", "ws01"),
    ],
)
def test_what_every_machine_has_ties_nothing(shared):
    assert is_shared_account(shared)
    assert keys_of([("User", shared)]) == []


@pytest.mark.parametrize(
    "person",
    [
        user("mina", "AURORA"),
        user("mina", "AzureAD", "S-1-12-1-111-222-333-444"),
        user("Administrator", "WS01", "S-1-5-21-9-9-9-500"),
        user("systemtest", "AURORA"),
        user("dwm-admin", "AURORA"),
    ],
)
def test_people_tie(person):
    assert not is_shared_account(person)
    assert keys_of([("User", person)])


@pytest.mark.parametrize(
    "entity", [("User", user("admin")), ("User", user("mina", ".")), ("Machine", {"device_name": "localhost"})]
)
def test_a_name_that_does_not_say_whose_it_is_ties_nothing(entity):
    assert keys_of([entity]) == []


def test_other_entities_tie_nothing():
    assert keys_of([("Ip", {"ip_address": "203.0.113.9"}), ("Process", {"device_id": "d1", "process_id": 4})]) == []


def test_a_long_name_is_a_key_that_fits_and_stays_its_own():
    long, other = (keys_of([("Machine", {"device_name": "x" * 300 + end})]) for end in ("a", "b"))
    assert long != other
    assert len(long[0]) <= LONGEST_KEY
