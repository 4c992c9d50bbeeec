"""One process can hold one chDB directory: every test of this process uses this one, apart by database names."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from huntline.scoring.layouts import write_cluster
from huntline.telemetry.engine.connections import open_client


@cache
def engine_dsn() -> str:
    """Return the `chdb://` address of this test process's throw-away engine, which knows a cluster of two shards."""
    folder = Path(tempfile.mkdtemp(prefix="huntline-engine-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    dsn = f"chdb://{folder}/data"
    # The first connection decides what the engine knows. It stays, so that no other is the first.
    first = open_client(f"{dsn}?config-file={write_cluster(folder)}", None)
    atexit.register(first.close)
    return dsn
