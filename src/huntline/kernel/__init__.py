"""What every package may use: ids, the clock, errors that have a kind, paging. Free of Django."""

from huntline.kernel.clock import Clock, FixedClock, SystemClock, current_clock, now, use_clock
from huntline.kernel.errors import (
    Conflict,
    Forbidden,
    HuntlineError,
    Invalid,
    Kind,
    NotFound,
    TooMany,
    Unavailable,
    translatable,
)
from huntline.kernel.ids import new_id, short_id
from huntline.kernel.paging import Page, PageQuery, PageRequest

__all__ = [
    "Clock",
    "Conflict",
    "FixedClock",
    "Forbidden",
    "HuntlineError",
    "Invalid",
    "Kind",
    "NotFound",
    "Page",
    "PageQuery",
    "PageRequest",
    "SystemClock",
    "TooMany",
    "Unavailable",
    "current_clock",
    "new_id",
    "now",
    "short_id",
    "translatable",
    "use_clock",
]
