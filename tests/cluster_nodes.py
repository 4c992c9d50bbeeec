"""Real ClickHouse nodes on 127.0.0.1, each in a process of its own, alone or as a cluster.

The wheel's clickhouse-local reads `config.xml` of its folder and listens while a query runs: a node for tests, never for the product.
"""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from huntline.scoring.layouts import spreading_keys
from huntline.telemetry.engine import Engine
from huntline.telemetry.engine.connections import open_client

CLUSTER = "nodes"
STORED, SPREAD = "stored", "huntline"
"""The databases of a cluster: a shard's own tables, and the tables over all shards."""
# A node ends with the process that started it (PR_SET_PDEATHSIG), however that one ends.
_PROGRAM = """
import ctypes, sys
from chdb import _chdb
ctypes.CDLL(None).prctl(1, 9)
_chdb.query(
    "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; SELECT count() FROM numbers(7200) WHERE NOT ignore(sleepEachRow(1)) "
    "SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0", "TabSeparated", path=sys.argv[1])
"""


@dataclass(frozen=True)
class Node:
    """A node that listens. `kill` takes it away without a word."""

    http: int
    tcp: int
    process: subprocess.Popen

    @property
    def dsn(self) -> str:
        return f"http://127.0.0.1:{self.http}/"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(30)


@contextmanager
def nodes(folder: Path, count: int = 1):
    """Start nodes that know each other as the shards of `CLUSTER`; give them as a list."""
    with ExitStack() as stack:
        ports = [(_free_port(), _free_port()) for _ in range(count)]
        shards = "".join(
            f"<shard><replica><host>127.0.0.1</host><port>{tcp}</port></replica></shard>" for _, tcp in ports
        )
        started = []
        for number, (http, tcp) in enumerate(ports):
            home = folder / f"node{number}"
            home.mkdir()
            (home / "config.xml").write_text(
                f"<clickhouse><http_port>{http}</http_port><tcp_port>{tcp}</tcp_port><listen_host>127.0.0.1</listen_host>"
                f"<remote_servers><{CLUSTER}>{shards}</{CLUSTER}></remote_servers></clickhouse>"
            )
            process = subprocess.Popen(
                [sys.executable, "-c", _PROGRAM, str(home / "data")],
                cwd=home,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            started.append(Node(http, tcp, process))
            stack.callback(started[-1].kill)
        for node in started:
            _wait_for(node)
        yield started


def lay_out(shards: list[Node]) -> None:
    """Make the hunting tables: on each node its own, and on the first the tables over all."""
    for node in shards:
        Engine(node.dsn, STORED, pool_size=1).close()
    spread_over(shards, spreading_keys())


def spread_over(shards: list[Node], tables: Mapping[str, Sequence[str]]) -> None:
    """Make tables on the first node, over those that each node has, which send each row to a shard by the values of its keys."""
    client = open_client(shards[0].dsn, None)
    client.command(f"CREATE DATABASE {SPREAD}")
    for name, keys in tables.items():
        key = f"cityHash64({', '.join(keys)})"
        client.command(
            f"CREATE TABLE {SPREAD}.{name} AS {STORED}.{name} ENGINE = Distributed({CLUSTER}, {STORED}, {name}, {key})"
        )
    client.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(node: Node) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{node.dsn}ping", timeout=2).read()
            with socket.create_connection(("127.0.0.1", node.tcp), timeout=2):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
