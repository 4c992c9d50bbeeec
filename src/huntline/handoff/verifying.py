"""Check a hand-off package on any machine, offline: it needs Python 3.11 and the library `cryptography`, and nothing else of Huntline.

    python -m huntline.handoff.verifying PACKAGE.zip [--key PUBLIC.pem | --fingerprint HEX] [--json]

This file alone is enough too. A package is a zip whose `manifest.json` names every file with its size and SHA-256; `manifest.sig` is
the Ed25519 signature (64 bytes) over the bytes of the manifest, and `signing-key.pub` the public key. Nothing is unpacked: files are read,
hashed and forgotten, no more of each than the manifest says it has, and nothing at all where the zip itself is not as packages are.
"""

import argparse
import hashlib
import json
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

FORMAT: Final = "huntline-handoff"
VERSION: Final = 1
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.sig"
KEY: Final = "signing-key.pub"

MOST_FILES: Final = 20_000
LARGEST_MANIFEST: Final = 16 * 1024 * 1024
# What is packed tighter than a hundred to one and is more than this is no package but a bomb.
SMALL: Final = 1024**3
TIGHTEST: Final = 100
_BLOCK: Final = 1024 * 1024
_LOCAL_HEADER: Final = 30
_END: Final = 22
_END64: Final = 56 + 20 + _END
_LONGEST_ENTRY: Final = 600
# Sizes beyond 4 GiB stand in an extra field; packages have no other.
_MOST_EXTRA: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}(/[A-Za-z0-9_-][A-Za-z0-9._-]{0,120}){0,3}")
_HEX: Final = re.compile(r"[0-9a-f]{64}")

PROVES: Final = (
    "Every file is what it was when the manifest was signed; none is missing, and none was added.",
    "The manifest was signed with the private key that belongs to the key of this fingerprint.",
)
DOES_NOT_PROVE: Final = (
    "Who holds that key, unless you got its fingerprint by another way: from the portal, by telephone, from the installation itself.",
    "When it was signed: the times in it are those of the server that made it.",
    "That what it says is true or complete: it holds what hunting found and what its maker chose to hand over.",
    "That its files are harmless: samples are malware, and names, texts and rows come from machines that may be an attacker's.",
)


class Unfit(Exception):
    """The package cannot be looked at safely, or at all; the text says why. code: for machines."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong. file: its name in the package, or empty."""

    code: str
    file: str
    text: str


@dataclass(slots=True)
class Finding:
    """What was found. `key_is_expected` is None where no key and no fingerprint was given to compare with."""

    faults: list[Fault] = field(default_factory=list)
    manifest: dict[str, Any] = field(default_factory=dict)
    files: int = 0
    bytes: int = 0
    fingerprint: str = ""
    key_is_expected: bool | None = None

    @property
    def holds(self) -> bool:
        """Whether the package is whole and signed, by the expected key where there is one."""
        return not self.faults

    def add(self, code: str, file: str, text: str) -> None:
        """Write a fault down."""
        self.faults.append(Fault(code, file, text))


def verify(package: Path, *, key: bytes | None = None, fingerprint: str = "") -> Finding:
    """Check a package. key: the PEM of the expected public key. fingerprint: SHA-256 of its DER form, in hex, with or without colons.

    Never raises for what is in the package. Raises OSError where it cannot be read, ValueError where `key` or `fingerprint` is none.
    """
    expected = _expected(key, fingerprint)
    found = Finding()
    try:
        with package.open("rb") as file:
            _look(file, expected, found)
    except Unfit as unfit:
        found.add(unfit.code, "", unfit.text)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        struct.error,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as damage:
        found.add("damaged", "", f"The zip is damaged or is none: {damage}")
    return found


def fingerprint_of(key: Ed25519PublicKey) -> str:
    """Return the SHA-256 over the key's DER form (SubjectPublicKeyInfo), in hex."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def _expected(key: bytes | None, fingerprint: str) -> str:
    if key is not None:
        loaded = load_pem_public_key(key)
        if not isinstance(loaded, Ed25519PublicKey):
            raise ValueError("The key is no Ed25519 public key.")
        return fingerprint_of(loaded)
    wanted = fingerprint.replace(":", "").replace(" ", "").lower()
    if wanted and not _HEX.fullmatch(wanted):
        raise ValueError("A fingerprint has 64 hexadecimal digits.")
    return wanted


def _look(file: BinaryIO, expected: str, found: Finding) -> None:
    size = file.seek(0, 2)
    start = _directory(file, size)
    with zipfile.ZipFile(file) as archive:
        entries = _entries(archive)
        _require_no_gaps(file, archive.infolist(), start)
        for name in (MANIFEST, SIGNATURE, KEY):
            if name not in entries:
                raise Unfit("no_package", f"There is no {name} in it, so it is no hand-off package.")
        if entries[MANIFEST].file_size > LARGEST_MANIFEST:
            raise Unfit("too_large", "The manifest is too large to be one.")
        manifest = _read(archive, entries[MANIFEST], LARGEST_MANIFEST)
        _check_signature(archive, entries, manifest, expected, found)
        listed = _listed(manifest, found)
        _require_no_bomb(entries.values(), size)
        _check_files(archive, entries, listed, found)


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MOST_FILES:
        raise Unfit("too_many_files", f"It has more than {MOST_FILES:,} files.")
    entries: dict[str, zipfile.ZipInfo] = {}
    folded: set[str] = set()
    for info in infos:
        name, mode = info.orig_filename, info.external_attr >> 16
        if not _NAME.fullmatch(name) or name != info.filename:
            raise Unfit(
                "unsafe_name",
                f"It has a file called {name[:200]!r}: such a name may lead out of the folder where it is unpacked.",
            )
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise Unfit("no_file", f"{name} is a link or something else that is no file.")
        if name.casefold() in folded:
            raise Unfit("twice", f"{name} is in it twice.")
        if info.flag_bits & 1 or info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            raise Unfit("packed_otherwise", f"{name} is encrypted or packed in a way that packages do not use.")
        folded.add(name.casefold())
        entries[name] = info
    return entries


def _directory(file: BinaryIO, size: int) -> int:
    """Return where the directory at the end of the zip begins, before anything of it is read. Raises Unfit."""
    file.seek(max(0, size - _END64))
    tail = file.read(_END64)
    end = tail[-_END:]
    if len(end) < _END or end[:4] != b"PK\x05\x06" or end[-2:] != b"\0\0":
        raise Unfit("damaged", "It does not end as a package does: it is no zip, was cut off, or something follows it.")
    count, length, start = struct.unpack("<HII", end[10:20])
    stop = size - _END
    if tail[-_END - 20 : -_END - 16] == b"PK\x06\x07" and tail[:4] == b"PK\x06\x06":  # of archives beyond 4 GiB
        count, length, start = struct.unpack("<QQQ", tail[32:56])
        stop = size - _END64
    if count > MOST_FILES or length > MOST_FILES * _LONGEST_ENTRY:
        raise Unfit("too_many_files", f"It has more than {MOST_FILES:,} files.")
    if start + length != stop:
        raise Unfit("repacked", "There are bytes before or after its files: it was packed again or tampered with.")
    return int(start)


def _require_no_gaps(file: BinaryIO, infos: Sequence[zipfile.ZipInfo], start: int) -> None:
    """Raise Unfit where files overlap or where there are bytes that belong to no file: packages are written without a gap."""
    at = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        file.seek(info.header_offset)
        head = file.read(_LOCAL_HEADER)
        if info.header_offset != at or len(head) < _LOCAL_HEADER:
            break
        name, extra = struct.unpack("<HH", head[26:30])
        if info.comment or extra > _MOST_EXTRA or len(info.extra) > _MOST_EXTRA:
            break
        at += _LOCAL_HEADER + name + extra + info.compress_size
    else:
        if at == start:
            return
    raise Unfit("repacked", "Files overlap, or bytes stand between them: it was packed again or tampered with.")


def _require_no_bomb(infos: Iterable[zipfile.ZipInfo], size: int) -> None:
    total = sum(info.file_size for info in infos)
    if total > max(SMALL, TIGHTEST * size):
        raise Unfit(
            "bomb",
            f"It says that {size:,} bytes unpack to {total:,}: it is made to fill a disk, and is not read further.",
        )


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    with archive.open(info) as part:
        data = part.read(most + 1)
    if len(data) > most:
        raise Unfit("too_large", f"{info.filename} is larger than it may be.")
    return data


def _check_signature(
    archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], manifest: bytes, expected: str, found: Finding
) -> None:
    try:
        key = load_pem_public_key(_read(archive, entries[KEY], 4096))
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        found.add("key_invalid", KEY, "It is no Ed25519 public key.")
        return
    found.fingerprint = fingerprint_of(key)
    found.key_is_expected = found.fingerprint == expected if expected else None
    if found.key_is_expected is False:
        found.add(
            "key_unexpected", KEY, "It was signed with another key than the expected one. Do not trust anything in it."
        )
    try:
        key.verify(_read(archive, entries[SIGNATURE], 64), manifest)
    except InvalidSignature:
        found.add("signature_wrong", SIGNATURE, "The manifest is not what was signed.")


def _listed(manifest: bytes, found: Finding) -> dict[str, tuple[int, str]]:
    """Return size and SHA-256 of each file that the manifest names."""
    try:
        said = json.loads(manifest)
        if said["format"] != FORMAT or said["version"] != VERSION:
            raise Unfit("unknown_format", "The manifest is of another format or version. Get a newer verifier.")
        listed = {one["name"]: (one["size"], one["sha256"]) for one in said["files"]}
        fit = len(listed) == len(said["files"]) and all(
            isinstance(name, str)
            and type(size) is int
            and size >= 0
            and isinstance(digest, str)
            and _HEX.fullmatch(digest)
            for name, (size, digest) in listed.items()
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unfit("manifest_invalid", "The manifest cannot be read.") from error
    if not fit:
        raise Unfit("manifest_invalid", "The manifest does not say name, size and SHA-256 of each file once.")
    found.manifest = {name: value for name, value in said.items() if name != "files"}
    return listed


def _check_files(
    archive: zipfile.ZipFile,
    entries: dict[str, zipfile.ZipInfo],
    listed: dict[str, tuple[int, str]],
    found: Finding,
) -> None:
    for name in sorted(listed.keys() - entries.keys()):
        found.add("missing", name[:200], "The manifest names it, and it is not there.")
    for name in sorted(entries.keys() - listed.keys() - {MANIFEST, SIGNATURE}):
        found.add("extra", name, "It is there, and the manifest does not name it.")
    for name in sorted(listed.keys() & entries.keys()):
        size, digest = listed[name]
        if entries[name].file_size != size:
            found.add("changed", name, f"It has {entries[name].file_size:,} bytes and not {size:,}.")
            continue
        try:
            hashed = _hash(archive, entries[name], size)
        except (zipfile.BadZipFile, zlib.error, EOFError) as damage:
            found.add("damaged", name, f"It cannot be unpacked: {damage}")
            continue
        if hashed != digest:
            found.add("changed", name, "Its SHA-256 is not that of the manifest.")
        found.files += 1
        found.bytes += size


def _hash(archive: zipfile.ZipFile, info: zipfile.ZipInfo, size: int) -> str:
    hasher, left = hashlib.sha256(), size
    with archive.open(info) as part:
        while block := part.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise zipfile.BadZipFile("more comes out than it says")
            hasher.update(block)
    return hasher.hexdigest()


def lines_of(found: Finding) -> Iterator[str]:
    """Say it in words, line by line."""
    said = found.manifest
    for name, label in _SHOWN:
        value = said.get(name)
        if isinstance(value, dict):
            value = ", ".join(str(one) for one in value.values() if one)
        if value:
            yield _plain(f"{label}: {value}")
    if found.fingerprint:
        yield f"Key: Ed25519, fingerprint (SHA-256) {found.fingerprint}"
    if found.faults:
        yield "THE PACKAGE DOES NOT HOLD. Do not rely on it."
        yield from (_plain(f"  {fault.file or 'package'}: {fault.text} [{fault.code}]") for fault in found.faults)
        return
    yield f"The package holds: {found.files:,} files, {found.bytes:,} bytes."
    if found.key_is_expected is None:
        yield "The key was compared with nothing: anybody can sign with a key of their own. Give --fingerprint or --key."
    else:
        yield "The key is the expected one."
    yield "This proves:"
    yield from (f"  {text}" for text in PROVES)
    yield "This does not prove:"
    yield from (f"  {text}" for text in DOES_NOT_PROVE)


_SHOWN: Final = (
    ("id", "Package"),
    ("made", "Made"),
    ("subject", "About"),
    ("customer", "Customer"),
    ("provider", "Hunted by"),
    ("made_by", "Made by"),
    ("made_for", "Made for"),
)


def _plain(text: str) -> str:
    """Texts of a package may hold what steers a terminal."""
    return "".join(character if character.isprintable() else "?" for character in text)


def json_of(found: Finding) -> dict[str, Any]:
    """Return it for machines."""
    return {
        "holds": found.holds,
        "key_is_expected": found.key_is_expected,
        "fingerprint": found.fingerprint or None,
        "files": found.files,
        "bytes": found.bytes,
        "manifest": found.manifest or None,
        "faults": [asdict(fault) for fault in found.faults],
        "proves": list(PROVES) if found.holds else [],
        "does_not_prove": list(DOES_NOT_PROVE),
    }


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 where the package holds, 1 where it does not, 2 where it cannot be looked at."""
    parser = argparse.ArgumentParser(prog="huntline.handoff.verifying", description="Check a hand-off package offline.")
    parser.add_argument("package", type=Path)
    compared = parser.add_mutually_exclusive_group()
    compared.add_argument("--key", type=Path, help="the expected public key, PEM")
    compared.add_argument("--fingerprint", default="", help="its expected fingerprint, hex")
    parser.add_argument("--json", action="store_true", help="print JSON for machines")
    asked = parser.parse_args(words)
    try:
        found = verify(asked.package, key=asked.key.read_bytes() if asked.key else None, fingerprint=asked.fingerprint)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - a command
        return 2
    text = json.dumps(json_of(found), ensure_ascii=False, indent=2) if asked.json else "\n".join(lines_of(found))
    print(text)  # noqa: T201 - a command
    return 0 if found.holds else 1


if __name__ == "__main__":
    sys.exit(main())
