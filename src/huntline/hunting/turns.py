"""How many hunts run at once: each holds a thread of the server and much of its memory for minutes.

Without bounds one tenant's people can take every thread, and nobody signs in, ships or reads an alert until their hunts end.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings

from huntline.hunting.errors import HuntsBusy

# Threads that hunts leave to everything else.
SPARED: Final = 4

_running: Counter[str] = Counter()
_lock = threading.Lock()


@contextmanager
def turn(tenant: str) -> Iterator[None]:
    """Hold one of the tenant's places while the engine works. Raises HuntsBusy when they, or those of all tenants, are taken."""
    threads: int = settings.HUNTLINE_THREADS
    in_all, of_one = max(1, threads - SPARED), max(1, threads // 2)
    with _lock:
        if _running[tenant] >= of_one or _running.total() >= in_all:
            raise HuntsBusy
        _running[tenant] += 1
    try:
        yield
    finally:
        with _lock:
            _running[tenant] -= 1
            if not _running[tenant]:
                del _running[tenant]
