"""One process can hold one chDB directory: every test of this process uses this one, apart by database names."""

import atexit
import shutil
import tempfile
from functools import cache


@cache
def engine_dsn() -> str:
    """Return the `chdb://` address of this test process's throw-away engine."""
    folder = tempfile.mkdtemp(prefix="huntline-engine-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return f"chdb://{folder}/data"
