"""Bodies of requests: read within bounds, unpacked within bounds."""

import zlib
from typing import Final, Protocol

from huntline.telemetry.errors import BodyTooLarge, BrokenBody, UnknownEncoding

# Pieces that a packed body may have; shippers send one, tools that put files together some. An empty one has twenty bytes and costs as
# much as a full one.
MOST_MEMBERS: Final = 10_000
_WINDOW: Final = 64 * 1024  # what follows a piece is copied: not the whole rest each time


class Readable(Protocol):
    """Something bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""
        ...


def read_body(stream: Readable, *, encoding: str, limit: int) -> bytes:
    """Return the body, unpacked. `limit` bounds it in bytes both as it comes and unpacked.

    Raises BodyTooLarge, UnknownEncoding, BrokenBody.
    """
    body = _read(stream, limit)
    if encoding in ("", "identity"):
        return body
    if encoding in ("gzip", "x-gzip"):
        return unpack_gzip(body, limit)
    raise UnknownEncoding(encoding)


def unpack_gzip(body: bytes, limit: int) -> bytes:
    """Return what the gzip members hold. A few kilobytes can hold gigabytes: never unpacks more than `limit` bytes.

    Raises BodyTooLarge, BrokenBody (no gzip, or cut off).
    """
    parts: list[bytes] = []
    size = at = members = 0
    view = memoryview(body)
    while at < len(body):
        members += 1
        if members > MOST_MEMBERS:
            raise BrokenBody(f"it is packed in more than {MOST_MEMBERS} pieces")
        member = zlib.decompressobj(wbits=31)
        while not member.eof:
            packed = view[at : at + _WINDOW]
            if not packed:
                raise BrokenBody("it ends in the middle")
            try:
                part = member.decompress(packed, limit - size + 1)
            except zlib.error as error:
                raise BrokenBody(str(error)) from error
            at += len(packed) - len(member.unconsumed_tail) - len(member.unused_data)
            size += len(part)
            if size > limit:
                raise BodyTooLarge(limit)
            parts.append(part)
    return b"".join(parts)


def _read(stream: Readable, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while part := _read_part(stream, min(1 << 20, limit + 1 - size)):
        size += len(part)
        if size > limit:
            raise BodyTooLarge(limit)
        parts.append(part)
    return b"".join(parts)


def _read_part(stream: Readable, size: int) -> bytes:
    try:
        return stream.read(size)
    except (OSError, ValueError) as error:  # chunks that are none or too large; a client that stopped sending
        raise BrokenBody(str(error)) from error
