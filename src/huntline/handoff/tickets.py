"""Alerts for the tools of responders, as the bodies that their APIs take.

TheHive 5: `POST /api/v1/alert`; the fields are those of `InputAlert`, `InputObservable` and `InputProcedure` of thehive4py 2.1, the
client that StrangeBee keeps, and severities, TLP and PAP the numbers of its API documentation (docs.strangebee.com).

DFIR-IRIS: `POST /alerts/add` (docs.dfir-iris.org, "Alerts"; API reference 2.0). Types, severities and statuses are numbers there, which
an installation gives out in the order of `source/app/post_init.py` of dfir-iris/iris-web when it is set up first. Each observable bears
the name of its type as a tag, so that other numbers can be put in.
"""

import ipaddress
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from huntline.handoff.dossier import Dossier
from huntline.handoff.tables import utc

_BAD: Final = frozenset({"Suspicious", "Malicious"})
# TheHive: 1 low, 2 medium, 3 high, 4 critical. IRIS: 2 informational, 3 low, 4 medium, 5 high.
_HIVE_SEVERITY: Final = {"Informational": 1, "Low": 1, "Medium": 2, "High": 3}
_IRIS_SEVERITY: Final = {"Informational": 2, "Low": 3, "Medium": 4, "High": 5}
_HIVE_AMBER: Final = 2
_IRIS_AMBER: Final = 2
_IRIS_NEW: Final = 2
_IRIS_CUSTOMER: Final = 1
_IRIS_ASSETS: Final = {"account": 1, "linux": 4, "mac": 6, "android": 7, "ios": 8, "windows": 9, "windows server": 10}
_IRIS_TYPES: Final = {
    "account": 3,
    "domain": 20,
    "filename": 37,
    "ip-any": 76,
    "md5": 90,
    "regkey": 109,
    "sha1": 111,
    "sha256": 113,
    "url": 141,
}
_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Observable:
    """Something that the alerts name: its types in both tools, the value, whether it is bad."""

    hive: str
    iris: str
    value: str
    is_bad: bool
    said: str = ""


def as_thehive(dossier: Dossier) -> bytes:
    """Return an alert for TheHive 5 as UTF-8 JSON."""
    subject = dossier.subject
    occurred = int(subject.first_activity.timestamp() * 1000)
    alert: dict[str, object] = {
        "type": "threat-hunting",
        "source": "huntline",
        "sourceRef": f"{subject.kind}-{subject.id}",
        "externalLink": subject.url,
        "title": subject.title,
        "description": _text(dossier),
        "severity": _HIVE_SEVERITY.get(subject.severity, 2),
        "date": occurred,
        "tags": ["huntline", f"hand-off:{dossier.id}"],
        "tlp": _HIVE_AMBER,
        "pap": _HIVE_AMBER,
        "observables": [
            {
                "dataType": one.hive,
                "data": one.value[:_LONGEST],
                "message": one.said,
                "tlp": _HIVE_AMBER,
                "pap": _HIVE_AMBER,
                "tags": ["huntline"],
                "ioc": one.is_bad,
                "sighted": True,
            }
            for one in observables_of(dossier)
        ],
        "procedures": [{"patternId": technique, "occurDate": occurred} for technique in dossier.techniques],
    }
    return _json(alert)


def as_iris(dossier: Dossier) -> bytes:
    """Return an alert for DFIR-IRIS as UTF-8 JSON."""
    subject = dossier.subject
    alert: dict[str, object] = {
        "alert_title": subject.title,
        "alert_description": _text(dossier),
        "alert_source": "Huntline",
        "alert_source_ref": f"{subject.kind}-{subject.id}",
        "alert_source_link": subject.url,
        "alert_severity_id": _IRIS_SEVERITY.get(subject.severity, 1),
        "alert_status_id": _IRIS_NEW,
        "alert_customer_id": _IRIS_CUSTOMER,
        "alert_source_event_time": utc(subject.first_activity).removesuffix("Z"),
        "alert_note": f"Hand-off package {dossier.id}",
        "alert_tags": ",".join(["huntline", *dossier.techniques]),
        "alert_context": {"customer": dossier.customer, "provider": dossier.provider},
        "alert_source_content": {
            "alerts": [story.alert_id for story in dossier.stories],
            "techniques": dossier.techniques,
        },
        "alert_iocs": [
            {
                "ioc_value": one.value[:_LONGEST],
                "ioc_description": one.said,
                "ioc_tlp_id": _IRIS_AMBER,
                "ioc_type_id": _IRIS_TYPES[one.iris],
                "ioc_tags": f"huntline,{one.iris}",
            }
            for one in observables_of(dossier)
            if one.is_bad
        ],
        "alert_assets": list(_assets(dossier)),
    }
    return _json(alert)


def observables_of(dossier: Dossier) -> list[Observable]:
    """Return what the alerts name, each value of a type once; one that is bad anywhere is bad."""
    found: dict[tuple[str, str], Observable] = {}
    for one in _observables(dossier):
        key = one.hive, one.value
        if one.value and (key not in found or one.is_bad):
            found[key] = one
    return list(found.values())


def _observables(dossier: Dossier) -> Iterator[Observable]:
    for file in (*dossier.files, *(process.file for process in dossier.processes)):
        bad = file.verdict in _BAD
        for kind, value in (("sha256", file.sha256), ("sha1", file.sha1), ("md5", file.md5)):
            yield Observable("hash", kind, value, bad, file.name)
        # A name alone is no indicator, since the system's own tools bear the same ones.
        yield Observable("filename", "filename", file.name, is_bad=False, said=file.folder)
    for address in dossier.addresses:
        if _is_address(address.value):
            yield Observable("ip", "ip-any", address.value, address.verdict in _BAD)
    for url in dossier.urls:
        kind = "url" if "/" in url.value else "domain"
        yield Observable(kind, kind, url.value, url.verdict in _BAD)
    for entry in dossier.registry:
        yield Observable("registry", "regkey", entry.key, entry.verdict in _BAD, entry.value_name)
    for device in dossier.devices:
        yield Observable("hostname", "account", device.name or device.device_id, is_bad=False)
    for account in dossier.accounts:
        yield Observable(
            "other", "account", _login(account.domain, account.name or account.upn), is_bad=False, said="account"
        )


def _assets(dossier: Dossier) -> Iterator[dict[str, object]]:
    for device in dossier.devices:
        yield _asset(device.name or device.device_id, _system(device.platform), device.platform, device.device_id)
    for account in dossier.accounts:
        yield _asset(_login(account.domain, account.name or account.upn), "account", "", account.sid)


def _asset(name: str, kind: str, said: str, tag: str) -> dict[str, object]:
    return {
        "asset_name": name,
        "asset_description": said,
        "asset_type_id": _IRIS_ASSETS[kind],
        "asset_tags": ",".join(one for one in ("huntline", kind, tag) if one),
    }


def _system(platform: str) -> str:
    """Return which kind of computer it is; one that telemetry says nothing of counts as Windows, as most are."""
    name = platform.casefold()
    if "windows" in name:
        return "windows server" if "server" in name else "windows"
    return next((kind for kind in ("linux", "mac", "android", "ios") if kind in name), "windows")


def _login(domain: str, name: str) -> str:
    return f"{domain}\\{name}" if domain and name else name


def _is_address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _text(dossier: Dossier) -> str:
    return "\n\n".join(
        "\n".join(part for part in (story.title, story.summary, story.what_happened, *story.steps) if part)
        for story in dossier.stories
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
