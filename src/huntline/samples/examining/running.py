"""Start the process that examines, feed it, and bound it: in time, in memory, and in what it may say."""

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from typing import IO, Final

import msgspec
import structlog
from django.conf import settings

from huntline.samples.examining.findings import Findings

log = structlog.get_logger(__name__)

_LONGEST_ANSWER: Final = 2**21
_LONGEST_COMPLAINT: Final = 2000
# Of the child's own end; what has no such end was killed or has crashed.
MEMORY: Final = 3
TIME: Final = 4


class ExaminationBroke(Exception):
    """The process came to no end. code: `examination_time`, `examination_memory` or `examination_crashed`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def examine(name: str, size: int, content: Iterable[bytes], *, rules: Path | None, ruleset: str) -> Findings:
    """Return what is found in a content of so many bytes. rules: the compiled rules.

    The bytes go through a pipe and are never on a disk. Raises ExaminationBroke, and what reading the content raises.
    """
    seconds = settings.HUNTLINE_EXAMINATION_SECONDS
    asked = {
        "name": name,
        "size": size,
        "rules": str(rules or ""),
        "ruleset": ruleset,
        "seconds": seconds,
        "memory": size + settings.HUNTLINE_EXAMINATION_MEMORY_MIB * 2**20,
    }
    answer = _run(json.dumps(asked).encode() + b"\n", content, seconds)
    try:
        return msgspec.json.decode(answer, type=Findings)
    except msgspec.MsgspecError:
        log.exception("examination_answer_unreadable")
        raise ExaminationBroke("examination_crashed") from None


def _run(asked: bytes, content: Iterable[bytes], seconds: float) -> bytes:
    # -I: nothing of this process' folder, environment or user is on the child's path. No variable goes to it: they hold secrets.
    command = [sys.executable, "-I", "-m", "huntline.samples.examining.child"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env={"LANG": "C.UTF-8"}, cwd="/") as child:  # noqa: S603 - our own module
        late = threading.Event()
        watch = threading.Timer(seconds, _stop, (child, late))
        watch.start()
        complaint: list[bytes] = []
        listener = threading.Thread(target=_listen, args=(child.stderr, complaint), daemon=True)
        listener.start()
        try:
            _feed(child.stdin, chain([asked], content))
            answer = child.stdout.read(_LONGEST_ANSWER) if child.stdout else b""
            child.kill() if len(answer) == _LONGEST_ANSWER else None
            code = child.wait()
        finally:
            watch.cancel()
            child.kill()
            listener.join(5)
    if code == 0:
        return answer
    reason = {MEMORY: "examination_memory", TIME: "examination_time"}.get(code, "examination_crashed")
    if late.is_set():
        reason = "examination_time"
    log.warning(
        "examination_broke",
        reason=reason,
        code=code,
        said=b"".join(complaint)[-_LONGEST_COMPLAINT:].decode(errors="replace"),
    )
    raise ExaminationBroke(reason)


def _feed(door: IO[bytes] | None, content: Iterable[bytes]) -> None:
    # A child that has come to its end reads no more; its exit code says why.
    with contextlib.suppress(BrokenPipeError):
        if door is not None:
            for piece in content:
                door.write(piece)
            door.close()


def _stop(child: "subprocess.Popen[bytes]", late: threading.Event) -> None:
    late.set()
    child.kill()


def _listen(door: IO[bytes] | None, heard: list[bytes]) -> None:
    while door is not None and (line := door.read1(2**16)):  # type: ignore[attr-defined] # a pipe is a BufferedReader
        heard[:] = [*heard, line][-4:]
