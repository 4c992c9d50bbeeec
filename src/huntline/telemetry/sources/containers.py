"""Archives and compressed files: what is inside, without trusting names or sizes.

Zip, tar (plain or gzip) and gzip are opened; what is inside of those is read as it is (one archive inside another is refused). Nothing is
ever written to a path that an archive names.
"""

import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

from huntline.telemetry.rows import Refusal

LARGEST_MEMBER: Final = 16 * 1024**3
MOST_MEMBERS: Final = 100_000
# Telemetry in JSON shrinks 20 to 90 times; a bomb a thousand times. Small members may shrink as they like.
LARGEST_RATIO: Final = 400
RATIO_FROM: Final = 64 * 1024**2

HEAD: Final = 64 * 1024
ARCHIVES: Final = ("zip", "tar", "gzip")


class ArchiveBombError(Exception):
    """An archive member is far larger than it said, or than anything that is telemetry."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file: `stream` is read once, from the start; `refusal` stands instead of it where it may not be read."""

    name: str
    stream: IO[bytes] | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Container:
    """An open file. position: how many of its bytes (as they lie on the disk) have been read."""

    members: Iterator[Member]
    position: Callable[[], int]


class Readable(Protocol):
    """Something bytes can be read from."""

    def read(self, size: int, /) -> bytes | None:
        """Return at most `size` bytes; none at the end."""
        ...


class Gunzip(io.RawIOBase):
    """Unpacks gzip, one member after the other, and passes over what follows the last one, as gzip itself does.

    Python's own reader refuses a file that ends in a stray newline; published recordings do.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._inflate = zlib.decompressobj(wbits=31)
        self._waiting = b""

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer. Raises OSError for what is no gzip, EOFError where it ends too early."""
        while True:
            if self._inflate.eof:
                self._waiting = self._inflate.unused_data or self._packed.read(HEAD)
                if not self._waiting.startswith(b"\x1f\x8b"):
                    return 0
                self._inflate = zlib.decompressobj(wbits=31)
            packed = self._waiting or self._inflate.unconsumed_tail or self._packed.read(HEAD)
            self._waiting = b""
            if not packed:
                raise EOFError("the gzip data end too early")
            try:
                data = self._inflate.decompress(packed, len(buffer))
            except zlib.error as error:
                raise OSError(f"the gzip data are damaged ({error})") from error
            if data:
                buffer[: len(data)] = data
                return len(data)


class Bounded(io.RawIOBase):
    """A stream that counts what it gives and stops at the limits, whatever the archive's directory claims."""

    def __init__(self, inner: Readable, packed: int) -> None:
        self._inner = inner
        self._packed = max(packed, 1)
        self._given = 0
        self._failure: Exception | None = None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer wholly, but at the end. Raises ArchiveBombError beyond the limits, OSError for damage."""
        filled = 0
        while filled < len(buffer) and self._failure is None:
            try:
                data = self._inner.read(len(buffer) - filled)
            except (zlib.error, zipfile.BadZipFile, EOFError, OSError) as error:
                self._failure = error
                break
            if not data:
                break
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        self._given += filled
        if self._given > LARGEST_MEMBER or (self._given > RATIO_FROM and self._given > LARGEST_RATIO * self._packed):
            raise ArchiveBombError(f"it unpacks to more than {self._given:,} bytes out of {self._packed:,}")
        # What was good is given first; the damage is told by the read after it.
        if self._failure is not None and not filled:
            raise OSError(str(self._failure)) from self._failure
        return filled


def kind_of(head: bytes) -> str | None:
    """Return "zip", "gzip" or "tar" by the first bytes, or None for a plain file."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "tar" if head[257:262] == b"ustar" else None


@contextmanager
def open_container(path: Path) -> Iterator[Container]:
    """Open `path`: its members are itself, where it is no archive. Each stream is good until the next member is asked for.

    Raises OSError where the file itself cannot be read.
    """
    with path.open("rb") as file:
        kind = kind_of(file.read(512))
        file.seek(0)
        if kind == "zip":
            members = _zip_members(file)
        elif kind == "tar":
            members = _tar_members(file, path.stat().st_size)
        elif kind == "gzip":
            members = _gzip_members(file, path)
        else:
            members = iter([Member("", file)])
        yield Container(members, file.tell)


def _zip_members(file: IO[bytes]) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        yield Member("", None, Refusal(0, "archive_damaged", f"The zip archive cannot be opened: {error}."))
        return
    with archive:
        entries = archive.infolist()
        if len(entries) > MOST_MEMBERS:
            reason = f"The archive holds {len(entries):,} files; at most {MOST_MEMBERS:,} are read."
            yield Member("", None, Refusal(0, "archive_too_large", reason))
            return
        for entry in entries:
            if entry.is_dir():
                continue
            refusal = _refused_name(entry.filename)
            if refusal is None and entry.flag_bits & 1:
                refusal = Refusal(0, "archive_encrypted", f"{entry.filename} is encrypted: unpack it first.")
            if refusal is not None:
                yield Member(entry.filename, None, refusal)
                continue
            try:
                with archive.open(entry) as inner:
                    yield Member(entry.filename, io.BufferedReader(Bounded(inner, entry.compress_size), HEAD))
            except (zipfile.BadZipFile, NotImplementedError, OSError) as error:
                reason = f"{entry.filename} cannot be unpacked: {error}."
                yield Member(entry.filename, None, Refusal(0, "archive_damaged", reason))


def _gzip_members(file: IO[bytes], path: Path) -> Iterator[Member]:
    size = path.stat().st_size
    unpacked = io.BufferedReader(Bounded(Gunzip(file), size), HEAD)
    try:
        is_tar = kind_of(unpacked.peek(512)[:512]) == "tar"
    except (OSError, EOFError) as error:
        yield Member("", None, Refusal(0, "archive_damaged", f"The gzip file cannot be unpacked: {error}."))
        return
    if is_tar:
        yield from _tar_members(unpacked, size)
    else:
        yield Member("", unpacked)


def _tar_members(stream: IO[bytes], packed: int) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for count, entry in enumerate(archive):
                if count >= MOST_MEMBERS:
                    reason = f"The archive holds more than {MOST_MEMBERS:,} files; the rest is not read."
                    yield Member("", None, Refusal(0, "archive_too_large", reason))
                    return
                if entry.isdir():
                    continue
                refusal = _refused_name(entry.name)
                if refusal is None and not entry.isfile():
                    reason = f"{entry.name} is a link or a device, not a file."
                    refusal = Refusal(0, "archive_member_refused", reason)
                inner = None if refusal is not None else archive.extractfile(entry)
                if inner is None:
                    yield Member(entry.name, None, refusal)
                else:
                    yield Member(entry.name, io.BufferedReader(Bounded(inner, packed), HEAD))
    except (tarfile.TarError, EOFError, OSError) as error:
        yield Member("", None, Refusal(0, "archive_damaged", f"The tar archive cannot be read on: {error}."))


def _refused_name(name: str) -> Refusal | None:
    """Refuse names that would lead out of a folder: nothing is written there, but such an archive means harm."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or name[1:2] == ":" or "\x00" in name:
        return Refusal(0, "archive_member_refused", f"{name!r} would lead out of its folder: it is not read.")
    return None
