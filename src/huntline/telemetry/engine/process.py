"""The engine of this process: opened when it is first asked for, by the address in the settings."""

import atexit
import threading

from django.conf import settings

from huntline.telemetry.engine.engine import Engine

_lock = threading.Lock()
_open: list[Engine] = []


def get_engine() -> Engine:
    """Return this process's engine. Raises Unavailable (`engine_in_use`, `engine_unreachable`, ...)."""
    with _lock:
        if not _open:
            _open.append(Engine(settings.HUNTLINE_ENGINE_DSN, settings.HUNTLINE_ENGINE_DATABASE))
        return _open[0]


def close_engine() -> None:
    """Close this process's engine, so that another process may open its directory."""
    with _lock:
        while _open:
            _open.pop().close()


atexit.register(close_engine)
