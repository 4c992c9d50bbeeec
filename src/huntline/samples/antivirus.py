"""Ask clamd, where one is set up: the bytes go to it in a stream (INSTREAM), and it answers with a verdict.

The protocol is three lines of its manual (clamd(8)); the one Python client of it has not been kept since 2014.
"""

import contextlib
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from huntline.samples.errors import AddressInvalid

_FORMS: Final = "tcp://host:port or unix:///path"
_SECONDS: Final = 60.0
_FRAME: Final = 2**20
_LONGEST_ANSWER: Final = 4096


class Verdict(StrEnum):
    """What the antivirus says: nothing known, a signature, too large for its own limits, an error of its own, or no answer."""

    CLEAN = "clean"
    INFECTED = "infected"
    TOO_LARGE = "too_large"
    ERROR = "error"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    """A verdict with the signature's name or the antivirus' own words, and the version of the engine and its signatures."""

    verdict: Verdict
    signature: str = ""
    engine: str = ""


def is_set_up() -> bool:
    """Whether there is an antivirus to ask."""
    return bool(settings.HUNTLINE_CLAMD)


def ask(content: Iterable[bytes]) -> Answer:
    """Return what the antivirus says of a content. Raises AddressInvalid, and what reading the content raises."""
    try:
        with _connected() as door:
            door.sendall(b"zVERSION\0")
            engine = _answer(door)
        with _connected() as door:
            return _scanned(door, content, engine)
    except OSError:
        return Answer(Verdict.UNREACHABLE)


def _scanned(door: socket.socket, content: Iterable[bytes], engine: str) -> Answer:
    # It hangs up in the middle of a stream that is too long for it, after it has said so.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        door.sendall(b"zINSTREAM\0")
        for piece in content:
            for start in range(0, len(piece), _FRAME):
                frame = piece[start : start + _FRAME]
                door.sendall(len(frame).to_bytes(4, "big") + frame)
        door.sendall(bytes(4))
    said = _answer(door).removeprefix("stream:").strip()
    if said == "OK":
        return Answer(Verdict.CLEAN, engine=engine)
    if said.endswith(" FOUND"):
        return Answer(Verdict.INFECTED, said.removesuffix(" FOUND"), engine)
    if "size limit exceeded" in said:
        return Answer(Verdict.TOO_LARGE, engine=engine)
    return Answer(Verdict.ERROR if said else Verdict.UNREACHABLE, said, engine)


@contextlib.contextmanager
def _connected() -> Iterator[socket.socket]:
    parts = urlsplit(settings.HUNTLINE_CLAMD)
    if parts.scheme == "tcp" and parts.hostname and parts.port:
        door = socket.create_connection((parts.hostname, parts.port), timeout=_SECONDS)
    elif parts.scheme == "unix" and parts.path:
        door = socket.socket(socket.AF_UNIX)
        door.settimeout(_SECONDS)
        door.connect(parts.path)
    else:
        raise AddressInvalid("HUNTLINE_CLAMD", _FORMS)
    with door:
        yield door


def _answer(door: socket.socket) -> str:
    taken = bytearray()
    while not taken.endswith(b"\0") and len(taken) < _LONGEST_ANSWER:
        chunk = door.recv(_LONGEST_ANSWER)
        if not chunk:
            break
        taken += chunk
    return "".join(c for c in taken.rstrip(b"\0").decode(errors="replace") if c.isprintable())[:254]
