"""The process that examines one sample: a line of JSON that says what is asked, and then the content, come in by standard input.

Findings go out by standard output, and then it ends. It bounds itself before it reads the first byte of the content: processor time,
memory, no file written, no core left behind. The sample is never written, unpacked, run, or opened as what it says it is: two libraries
look at its bytes.
"""

import ctypes
import json
import os
import resource
import sys
from typing import Any, Final

import msgspec

from huntline.samples.examining.findings import Findings
from huntline.samples.examining.kinds import KindReader
from huntline.samples.examining.scanning import Scanned, ScanTooLong, scan

_MEMORY: Final = 3
_TIME: Final = 4
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_SIGKILL: Final = 9


def main() -> int:
    """Examine what comes in; return 0, 3 for too little memory, 4 for too little time."""
    asked = json.loads(sys.stdin.buffer.readline())
    _bound(asked["seconds"], asked["memory"])
    try:
        sys.stdout.buffer.write(msgspec.json.encode(_examine(asked)))
    except MemoryError:
        return _MEMORY
    except ScanTooLong:
        return _TIME
    return 0


def _examine(asked: dict[str, Any]) -> Findings:
    reader = KindReader()
    content = sys.stdin.buffer.read(asked["size"] + 1)
    if len(content) != asked["size"]:
        raise SystemExit("The content has another size than was said.")
    kind = reader.kind_of(content, asked["name"])
    found = (
        scan(content, asked["name"], asked["rules"], asked["seconds"])
        if asked["rules"]
        else Scanned([], cut=False, version="")
    )
    return Findings(kind, found.matches, found.cut, asked["ruleset"], reader.version, found.version)


def _bound(seconds: int, memory: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    os.umask(0o077)
    if sys.platform == "linux":
        kernel = ctypes.CDLL(None)
        kernel.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        kernel.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(main())
