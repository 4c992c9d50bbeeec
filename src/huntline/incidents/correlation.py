"""Which alerts belong together by themselves: they share a device or an account, and their activity lies close in time. Pure.

A device is known by its id and by its name, an account by its SID, its UPN, and its name within a domain. What every machine has, or what
says nothing of whose it is, ties nothing: the system's own accounts (SYSTEM, LOCAL SERVICE, DWM-1), services and application pools, machine
accounts (WS01$), a name without a domain (root, admin), and the name localhost.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from huntline.incidents.vocabulary import EntityType

LONGEST_KEY: Final = 100

# Security identifiers that are the same on every machine, by "Well-known SIDs" of the Windows documentation: everybody and nobody (0, 1,
# 2, 3), the authority NT itself but for domains (5-21), machine-made ones of services (80), pools (82), virtual machines (83), window
# managers (90), font drivers (96).
_SHARED_SID: Final = re.compile(r"S-1-(?:[0-4](?:-.*)?|5-(?!21-).*|1[5-9]-.*)", re.ASCII | re.IGNORECASE)
_SYSTEM_DOMAINS: Final = frozenset(
    {
        "builtin",
        "font driver host",
        "iis apppool",
        "nt authority",
        "nt service",
        "nt virtual machine",
        "nt-autorität",
        "autorite nt",
        "window manager",
    }
)
_SYSTEM_NAMES: Final = frozenset(
    {
        "anonymous logon",
        "daemon",
        "local service",
        "localservice",
        "localsystem",
        "network service",
        "networkservice",
        "nobody",
        "root",
        "system",
    }
)
_NUMBERED: Final = re.compile(r"(?:dwm|umfd)-\d+", re.ASCII)
_NO_HOSTS: Final = frozenset({"localhost", "localhost.localdomain", "unknown"})

Values = Mapping[str, object]


def keys_of(entities: Iterable[tuple[str, Values]]) -> list[str]:
    r"""Return the names under which entities (type, fields of `AlertEntity`) tie their alert to others, each once, in their order.

    >>> user = {"account_domain": "AURORA", "account_name": "Mina", "account_sid": "S-1-5-21-1-2-3-1104"}
    >>> keys_of([("Machine", {"device_id": "D1", "device_name": ""}), ("User", user)])
    ['device:d1', 'sid:s-1-5-21-1-2-3-1104', 'account:aurora\\mina']
    >>> keys_of([("User", {"account_domain": "NT AUTHORITY", "account_name": "SYSTEM"}), ("User", {"account_name": "root"})])
    []
    """
    return list(dict.fromkeys(key for kind, values in entities for key in _keys(kind, values)))


def is_shared_account(values: Values) -> bool:
    """Tell whether an account is one that every machine has, or the machine itself, and so says nothing of a person."""
    name, domain, sid = (_text(values, field) for field in ("account_name", "account_domain", "account_sid"))
    return bool(
        (sid and _SHARED_SID.fullmatch(sid))
        or domain in _SYSTEM_DOMAINS
        or name in _SYSTEM_NAMES
        or _NUMBERED.fullmatch(name)
        or name.endswith("$")
    )


def _keys(kind: str, values: Values) -> Iterator[str]:
    if kind == EntityType.MACHINE:
        if device := _text(values, "device_id"):
            yield _key("device", device)
        host = _text(values, "device_name")
        if host and host not in _NO_HOSTS:
            yield _key("host", host)
    elif kind == EntityType.USER and not is_shared_account(values):
        name, domain = _text(values, "account_name"), _text(values, "account_domain")
        if sid := _text(values, "account_sid"):
            yield _key("sid", sid)
        if name and domain not in {"", ".", "workgroup"}:
            yield _key("account", f"{domain}\\{name}")
        upn = _text(values, "account_upn")
        if "@" in upn:
            yield _key("upn", upn)


def _key(kind: str, value: str) -> str:
    key = f"{kind}:{value}"
    return key if len(key) <= LONGEST_KEY else f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}"


def _text(values: Values, field: str) -> str:
    return str(values.get(field) or "").strip().lower()
