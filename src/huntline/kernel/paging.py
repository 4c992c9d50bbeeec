"""Pages of a list: the caller asks with a size and an offset, and learns whether there is more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")

LARGEST_PAGE = 1000
# Beyond it no list has rows, and databases count in 64 bits.
LARGEST_OFFSET = 2**62


class PageQuery(BaseModel):
    """The query parameters `limit` and `offset` of a list."""

    limit: int = Field(100, ge=1, le=LARGEST_PAGE)
    offset: int = Field(0, ge=0)

    def request(self) -> "PageRequest":
        """Return them as what queries take."""
        return PageRequest(self.limit, min(self.offset, LARGEST_OFFSET))


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows: at most `size` (1 to 1,000) from the `offset`-th on."""

    size: int = 100
    offset: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.size <= LARGEST_PAGE or self.offset < 0:
            msg = (
                f"A page has 1 to {LARGEST_PAGE} rows and starts at 0 or later: size={self.size}, offset={self.offset}."
            )
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of a list and how many there are in all."""

    items: Sequence[T]
    total: int
    request: PageRequest

    @property
    def has_more(self) -> bool:
        """Whether rows follow this page."""
        return self.request.offset + len(self.items) < self.total
