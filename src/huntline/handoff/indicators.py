"""Indicators and observations as STIX 2.1, by the `stix2` library (OASIS). The same dossier gives the same bundle, ids and all.

What the alerts call suspicious or malicious becomes an indicator with a pattern; everything that they name becomes an observable object.
Techniques are attack patterns that refer to MITRE ATT&CK by their external id; their names are not shipped.
"""

import hashlib
import ipaddress
import re
import uuid
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

import stix2
from stix2.utils import format_datetime

from huntline.handoff.dossier import Account, Dossier, File, Process, Registry, Value

# Everything that this product makes has ids below it; it never changes.
NAMESPACE: Final = uuid.UUID("0f3bb7f8-9d0c-4f3e-8f0a-6d1e3c1f7a52")
# Of what is the same in every package. Without it the same id would tell different things.
_ALWAYS: Final = "2026-01-01T00:00:00.000Z"
_BAD: Final = frozenset({"Suspicious", "Malicious"})
_WHOLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s\"<>\\^`{|}]+")
_DOMAIN: Final = re.compile(r"(?=.{1,253}$)([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_ATTACK_URL: Final = "https://attack.mitre.org/techniques/"
_REGISTRY_TYPES: Final = frozenset(
    {
        "REG_NONE", "REG_SZ", "REG_EXPAND_SZ", "REG_BINARY", "REG_DWORD", "REG_DWORD_BIG_ENDIAN", "REG_DWORD_LITTLE_ENDIAN", "REG_LINK",
        "REG_MULTI_SZ", "REG_RESOURCE_LIST", "REG_FULL_RESOURCE_DESCRIPTION", "REG_RESOURCE_REQUIREMENTS_LIST", "REG_QWORD",
    }
)  # fmt: skip
_DEFENDER_TYPES: Final = {
    "Dword": "REG_DWORD", "Qword": "REG_QWORD", "String": "REG_SZ", "ExpandString": "REG_EXPAND_SZ", "MultiString": "REG_MULTI_SZ",
    "Binary": "REG_BINARY", "None": "REG_NONE",
}  # fmt: skip
_HIVES: Final = {
    "HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS",
    "HKCC": "HKEY_CURRENT_CONFIG",
}  # fmt: skip


def as_stix(dossier: Dossier) -> bytes:
    """Return the bundle as UTF-8 JSON: identities, attack patterns, observed data with its objects, indicators, relationships, a report."""
    made = _Bundle(dossier)
    text: str = stix2.v21.Bundle(id=made.id_of("bundle", "all"), objects=made.objects()).serialize(pretty=True)
    return text.encode()


class _Bundle:
    """Makes the objects of one package. An id depends on whose package it is about what, and on what the object says."""

    def __init__(self, dossier: Dossier) -> None:
        self._dossier = dossier
        self._about = f"{dossier.tenant_id}|{dossier.subject.kind}|{dossier.subject.id}"
        self._author = self._identity("provider", dossier.provider, "organization", NAMESPACE.hex)
        self._times = {
            "created": format_datetime(_first_told(dossier)),
            "modified": format_datetime(max(dossier.as_of, _first_told(dossier))),
            "created_by_ref": self._author.id,
            "object_marking_refs": [stix2.TLP_AMBER.id],
        }

    def id_of(self, kind: str, key: str) -> str:
        return f"{kind}--{_uuid(self._about, kind, key)}"

    def objects(self) -> list[Any]:
        dossier = self._dossier
        customer = self._identity("customer", dossier.customer, "organization", dossier.tenant_id)
        devices = [self._device(one.device_id or one.name, one.name or one.device_id) for one in dossier.devices]
        observables = self._observables()
        observed = self._observed(observables)
        indicators = self._indicators()
        patterns = [_attack_pattern(technique) for technique in dossier.techniques]
        related = [
            *(self._relation(one, "based-on", observed) for one in indicators if observed),
            *(self._relation(one, "indicates", pattern) for one in indicators for pattern in patterns),
            *(self._relation(pattern, "targets", customer) for pattern in patterns),
        ]
        told = [
            self._author,
            customer,
            *devices,
            *patterns,
            *observables,
            *([observed] if observed else []),
            *indicators,
            *related,
        ]
        unique = list({one.id: one for one in told}.values())
        return [stix2.TLP_AMBER, *unique, self._report(unique)]

    def _identity(self, part: str, name: str, kind: str, key: str) -> Any:
        return stix2.v21.Identity(
            id=f"identity--{_uuid(part, key, name)}",
            created=_ALWAYS,
            modified=_ALWAYS,
            name=name,
            identity_class=kind,
        )

    def _device(self, key: str, name: str) -> Any:
        return stix2.v21.Identity(
            id=self.id_of("identity", f"device|{key}|{name}"),
            name=name,
            identity_class="system",
            external_references=[{"source_name": "huntline", "external_id": key, "description": "DeviceId"}],
            **self._times,
        )

    def _observed(self, observables: list[Any]) -> Any | None:
        if not observables:
            return None
        subject = self._dossier.subject
        return stix2.v21.ObservedData(
            id=self.id_of("observed-data", "all"),
            first_observed=subject.first_activity,
            last_observed=max(subject.first_activity, subject.last_activity),
            number_observed=max(1, min(999_999_999, sum(one.kind == "event" for one in self._dossier.timeline))),
            object_refs=[one.id for one in observables],
            **self._times,
        )

    def _report(self, objects: list[Any]) -> Any:
        dossier = self._dossier
        told = "\n\n".join(f"{story.title}\n{story.summary}" for story in dossier.stories)
        return stix2.v21.Report(
            id=self.id_of("report", "all"),
            name=dossier.subject.title,
            description=told or dossier.subject.title,
            report_types=["observed-data", "indicator"],
            published=dossier.as_of,
            object_refs=[one.id for one in objects],
            external_references=[
                {
                    "source_name": "huntline",
                    "external_id": f"{dossier.subject.kind}:{dossier.subject.id}",
                    "url": dossier.subject.url,
                },
                {"source_name": "huntline-handoff", "external_id": dossier.id},
            ],
            **self._times,
        )

    def _relation(self, source: Any, kind: str, target: Any) -> Any:
        return stix2.v21.Relationship(
            id=self.id_of("relationship", f"{source.id}|{kind}|{target.id}"),
            source_ref=source.id,
            relationship_type=kind,
            target_ref=target.id,
            **self._times,
        )

    def _observables(self) -> list[Any]:
        dossier = self._dossier
        found: dict[str, Any] = {}
        made = chain(
            *map(self._files, dossier.files),
            *map(self._processes, dossier.processes),
            *map(self._addresses, dossier.addresses),
            *map(self._urls, dossier.urls),
            *map(self._accounts, dossier.accounts),
            *map(self._registry, dossier.registry),
        )
        for one in made:
            found.setdefault(one.id, one)
        return list(found.values())

    def _files(self, row: File) -> Iterator[Any]:
        """A file whose name and hashes are all unknown is none."""
        fields: dict[str, Any] = {"hashes": _hashes(row), "name": row.name, "size": row.size}
        folder = stix2.v21.Directory(path=row.folder) if row.folder else None
        fields = {name: value for name, value in fields.items() if value not in ("", None, {})}
        if fields.get("hashes") or fields.get("name"):
            if folder:
                yield folder
                fields["parent_directory_ref"] = folder.id
            yield stix2.v21.File(**fields)

    def _processes(self, row: Process) -> Iterator[Any]:
        image = None
        for image in self._files(row.file):
            yield image
        fields: dict[str, Any] = {"pid": row.pid, "command_line": row.command_line, "created_time": row.created}
        fields = {name: value for name, value in fields.items() if value not in ("", None)}
        if image is not None:
            fields["image_ref"] = image.id
        if fields:
            key = "|".join(map(str, (row.file.device_name, row.pid, row.created, row.command_line, row.file.name)))
            yield stix2.v21.Process(id=self.id_of("process", key), **fields)

    def _addresses(self, row: Value) -> Iterator[Any]:
        version = _version(row.value)
        if version:
            kind = stix2.v21.IPv4Address if version == 4 else stix2.v21.IPv6Address
            yield kind(value=row.value)

    def _urls(self, row: Value) -> Iterator[Any]:
        kind, value = _place(row.value)
        if kind:
            yield stix2.v21.URL(value=value) if kind == "url" else stix2.v21.DomainName(value=value)

    def _accounts(self, row: Account) -> Iterator[Any]:
        login = f"{row.domain}\\{row.name}" if row.domain and row.name else row.name or row.upn
        fields = {"user_id": row.sid or row.object_id or login, "account_login": login, "display_name": row.upn}
        fields = {name: value for name, value in fields.items() if value}
        if fields:
            yield stix2.v21.UserAccount(**fields)

    def _registry(self, row: Registry) -> Iterator[Any]:
        if not row.key:
            return
        values = []
        if row.value_name or row.value_data:
            value = {"name": row.value_name, "data": row.value_data, "data_type": _registry_type(row.value_type)}
            values.append({name: text for name, text in value.items() if text})
        fields = {"key": _full_hive(row.key), **({"values": values} if values else {})}
        yield stix2.v21.WindowsRegistryKey(**fields)

    def _indicators(self) -> list[Any]:
        dossier = self._dossier
        rows: list[tuple[Any, Callable[[Any], str]]] = [
            *((row, _file_pattern) for row in dossier.files),
            *((row.file, _file_pattern) for row in dossier.processes),
            *((row, _address_pattern) for row in dossier.addresses),
            *((row, _url_pattern) for row in dossier.urls),
            *((row, _registry_pattern) for row in dossier.registry),
        ]
        found: dict[str, Any] = {}
        for row, pattern_of in rows:
            pattern = pattern_of(row) if row.verdict in _BAD else ""
            if pattern and (pattern not in found or row.verdict == "Malicious"):
                found[pattern] = self._indicator(pattern, row.verdict)
        return list(found.values())

    def _indicator(self, pattern: str, verdict: str) -> Any:
        return stix2.v21.Indicator(
            id=self.id_of("indicator", pattern),
            name=pattern[1:-1],
            description=f"{verdict}: named by {self._dossier.subject.kind} {self._dossier.subject.id} ({self._dossier.subject.title})",
            indicator_types=["malicious-activity" if verdict == "Malicious" else "anomalous-activity"],
            pattern=pattern,
            pattern_type="stix",
            valid_from=self._dossier.subject.first_activity,
            **self._times,
        )


def _uuid(*parts: str) -> uuid.UUID:
    """Return the same id for the same parts. STIX asks for the form of version 4 wherever an object's own values do not make its id."""
    digest = hashlib.sha256("\0".join([NAMESPACE.hex, *parts]).encode()).digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def _first_told(dossier: Dossier) -> Any:
    return min((story.created for story in dossier.stories), default=dossier.as_of)


def _attack_pattern(technique: str) -> Any:
    return stix2.v21.AttackPattern(
        id=f"attack-pattern--{_uuid('attack-pattern', technique)}",
        created=_ALWAYS,
        modified=_ALWAYS,
        name=technique,
        external_references=[
            {
                "source_name": "mitre-attack",
                "external_id": technique,
                "url": f"{_ATTACK_URL}{technique.replace('.', '/')}/",
            }
        ],
    )


def _hashes(row: File) -> dict[str, str]:
    found = {"MD5": (row.md5, 32), "SHA-1": (row.sha1, 40), "SHA-256": (row.sha256, 64)}
    return {name: text for name, (text, length) in found.items() if _is_hex(text, length)}


def _is_hex(text: str, length: int) -> bool:
    return len(text) == length and all(character in "0123456789abcdef" for character in text)


def _version(value: str) -> int:
    try:
        return ipaddress.ip_address(value).version
    except ValueError:
        return 0


def _file_pattern(row: File) -> str:
    """The strongest hash; a name alone is no indicator, since the system's own tools bear the same ones."""
    hashes = _hashes(row)
    for name in ("SHA-256", "SHA-1", "MD5"):
        if name in hashes:
            return f"[file:hashes.'{name}' = {_quoted(hashes[name])}]"
    return ""


def _address_pattern(row: Value) -> str:
    version = _version(row.value)
    return f"[ipv{version}-addr:value = {_quoted(row.value)}]" if version else ""


def _url_pattern(row: Value) -> str:
    kind, value = _place(row.value)
    return f"[{kind}:value = {_quoted(value)}]" if kind else ""


def _place(text: str) -> tuple[str, str]:
    """Return what telemetry calls a URL as STIX does: a whole one, or the name of its host; two empty texts where it is neither."""
    if _WHOLE.fullmatch(text):
        return "url", text
    host = text.partition("/")[0].partition(":")[0]
    return ("domain-name", host) if _DOMAIN.fullmatch(host) else ("", "")


def _registry_pattern(row: Registry) -> str:
    return f"[windows-registry-key:key = {_quoted(_full_hive(row.key))}]" if row.key else ""


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _full_hive(key: str) -> str:
    hive, slash, rest = key.partition("\\")
    return f"{_HIVES.get(hive.upper(), hive)}{slash}{rest}"


def _registry_type(text: str) -> str:
    named = _DEFENDER_TYPES.get(text, text.upper())
    return named if named in _REGISTRY_TYPES else ""
