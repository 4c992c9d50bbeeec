"""Write a package: a zip whose files are hashed as they go in, with a signed manifest of all. Memory is that of its largest evidence.

Files stand one behind the other without a gap, so that the verifier can tell whether something was put in between. The same dossier, key
and samples give the same files; only the archive of samples has salts of its own.
"""

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, Final, Protocol

from huntline.handoff import tables
from huntline.handoff.dossier import Dossier, Evidence, Party, Sample
from huntline.handoff.errors import EvidenceDamaged, SampleDamaged
from huntline.handoff.printing import as_pdf
from huntline.handoff.readme import readme_of
from huntline.handoff.tickets import as_iris, as_thehive
from huntline.handoff.verifying import FORMAT, KEY, MANIFEST, SIGNATURE, VERSION
from huntline.typesetting import FontMissing

PASSWORD: Final = b"infected"
_BLOCK: Final = 1024 * 1024
_QUERY_RULE: Final = "// " + "-" * 73


class Signs(Protocol):
    """What signs manifests."""

    @property
    def public_pem(self) -> bytes:
        """The public key."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 over its DER form, in hex."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What became of it. contents: name, size, SHA-256 of each file. not_made: files that could not be made, and why (codes)."""

    sha256: str
    size: int
    contents: list[tuple[str, int, str]]
    not_made: list[tuple[str, str]]


def write_package(dossier: Dossier, to: Path, signs: Signs, key_url: str) -> Packed:
    """Write the package to a file, durably. key_url: where the public key can be compared.

    Raises EvidenceDamaged, SampleDamaged; what was written then is no package.
    """
    with open(to, "w+b", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            writer = _Writer(archive, dossier)
            _write_findings(writer, dossier)
            _write_evidence(writer, dossier.evidence)
            _write_samples(writer, dossier.samples, to.parent)
            writer.add(KEY, signs.public_pem)
            names = [name for name, _, _ in writer.contents]
            not_made = [name for name, _ in writer.not_made]
            writer.add("README.txt", readme_of(dossier, [*names, MANIFEST], not_made, signs.fingerprint, key_url))
            manifest = _manifest(dossier, writer, signs)
            contents = list(writer.contents)
            writer.add(MANIFEST, manifest)
            writer.add(SIGNATURE, signs.sign(manifest))
        file.flush()
        os.fsync(file.fileno())
        size = file.seek(0, 2)
        file.seek(0)
        return Packed(hashlib.file_digest(file, "sha256").hexdigest(), size, contents, writer.not_made)


@dataclass(slots=True)
class _Writer:
    """Puts files into the zip and remembers what they were."""

    archive: zipfile.ZipFile
    dossier: Dossier
    contents: list[tuple[str, int, str]] = field(default_factory=list)
    not_made: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, data: bytes) -> None:
        with self.file(name, len(data)) as to:
            to.write(data)

    @contextmanager
    def file(self, name: str, size: int = 0, *, packed: bool = False) -> "Iterator[_Hashing]":
        """Open a file of the package. size: where it is known. packed: it is packed already."""
        info = zipfile.ZipInfo(name, self.dossier.as_of.timetuple()[:6])
        info.external_attr = 0o600 << 16
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.file_size = size
        with self.archive.open(info, "w") as part:
            to = _Hashing(part)
            yield to
        self.contents.append((name, to.size, to.hasher.hexdigest()))


class _Hashing:
    """Hashes what is written through it."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to = to
        self.hasher = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.hasher.update(data)
        self.size += len(data)
        return self._to.write(data)


def _write_findings(writer: _Writer, dossier: Dossier) -> None:
    rows: list[tuple[str, Sequence[str], Iterator[tables.Line]]] = [
        ("timeline.csv", tables.TIMELINE, tables.timeline(dossier)),
        ("devices.csv", tables.DEVICES, tables.devices(dossier.devices)),
        ("accounts.csv", tables.ACCOUNTS, tables.accounts(dossier.accounts)),
        ("entities.csv", tables.ENTITIES, tables.entities(dossier)),
    ]
    if dossier.messages:
        rows.append(("messages.csv", tables.MESSAGES, tables.messages(dossier.messages)))
    for name, head, lines in rows:
        with writer.file(name) as to:
            tables.write_table(to, head, lines)
    # The library takes most of a second to load, which nothing but packages needs.
    from huntline.handoff.indicators import as_stix  # noqa: PLC0415

    made: list[tuple[str, Callable[[Dossier], bytes]]] = [
        ("indicators.stix.json", as_stix),
        ("thehive.json", as_thehive),
        ("iris.json", as_iris),
        ("report.pdf", as_pdf),
    ]
    for name, of in made:
        try:
            writer.add(name, of(dossier))
        except FontMissing as missing:  # responders need the rest now
            writer.not_made.append((name, missing.code))


def _write_evidence(writer: _Writer, evidence: Sequence[Evidence]) -> None:
    for number, one in enumerate(evidence, 1):
        start = f"evidence/{number:02}"
        rows = one.open_rows()
        if hashlib.sha256(rows).hexdigest() != one.rows_sha256:
            raise EvidenceDamaged(one.id)
        writer.add(f"{start}.rows.json", rows)
        with writer.file(f"{start}.csv") as to:
            tables.write_table(to, [name for name, _ in one.columns], json.loads(rows))
        facts = {**tables.facts_of(one), "rows": f"{start}.rows.json", "table": f"{start}.csv"}
        writer.add(f"{start}.json", _json(facts))
    if evidence:
        writer.add("evidence/queries.kql", "\n".join(_queries(evidence)).encode())


def _queries(evidence: Sequence[Evidence]) -> Iterator[str]:
    for number, one in enumerate(evidence, 1):
        window = f"{tables.utc(one.window_start)} .. {tables.utc(one.window_end)}"
        yield _QUERY_RULE
        yield f"// evidence/{number:02} ({one.id}), asked {tables.utc(one.asked_at)}, window {window}"
        if one.query is not None:
            yield one.query
        elif one.query_sha256 is not None:
            yield f"// The query is not disclosed. SHA-256 of its text: {one.query_sha256}"
        else:
            yield "// The query is not disclosed."
        yield ""


def _write_samples(writer: _Writer, samples: Sequence[Sample], folder: Path) -> None:
    """Pack the samples with AES-256 under the password of the trade, each called by its SHA-256, in a file beside the package first."""
    if not samples:
        return
    with tempfile.TemporaryFile(dir=folder) as packed:
        _pack(samples, packed)
        size = packed.seek(0, 2)
        packed.seek(0)
        with writer.file("samples.zip", size, packed=True) as to:
            shutil.copyfileobj(packed, to, _BLOCK)
    with writer.file("samples.csv") as to:
        tables.write_table(to, tables.SAMPLES, tables.samples(samples))


def _pack(samples: Sequence[Sample], to: BinaryIO | IO[bytes]) -> None:
    import pyzipper  # noqa: PLC0415 - only packages with samples need it

    once = {sample.sha256: sample for sample in samples}
    with pyzipper.AESZipFile(to, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD)
        for sha256, sample in once.items():
            hasher = hashlib.sha256()
            with sample.open() as content, archive.open(sha256, "w", force_zip64=True) as part:
                while block := content.read(_BLOCK):
                    hasher.update(block)
                    part.write(block)
            if hasher.hexdigest() != sha256:
                raise SampleDamaged(sha256)


def _manifest(dossier: Dossier, writer: _Writer, signs: Signs) -> bytes:
    subject = dossier.subject
    said = {
        "format": FORMAT,
        "version": VERSION,
        "id": dossier.id,
        "made": tables.utc(dossier.as_of),
        "made_by": _party(dossier.made_by),
        "made_for": _party(dossier.made_for),
        "customer": dossier.customer,
        "provider": dossier.provider,
        "subject": {"kind": subject.kind, "id": subject.id, "title": subject.title, "url": subject.url},
        "language": dossier.language,
        "tlp": "AMBER",
        "left_out": list(dossier.left_out),
        "not_made": [{"name": name, "code": code} for name, code in writer.not_made],
        "key": {"algorithm": "Ed25519", "fingerprint": signs.fingerprint},
        "files": [{"name": name, "size": size, "sha256": sha256} for name, size, sha256 in writer.contents],
    }
    return _json(said)


def _party(party: Party) -> dict[str, str]:
    return {"name": party.name, "organization": party.organization, "email": party.email}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
