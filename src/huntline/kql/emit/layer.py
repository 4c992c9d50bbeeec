"""A SELECT that is still being put together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from huntline.kql.sql import Alias, OrderKey, Select, Sql, Text


@dataclass(frozen=True, slots=True)
class Ordering:
    """A column that the rows are sorted by."""

    number: int
    descending: bool
    nulls_first: bool


@dataclass(slots=True)
class Layer:
    """One SELECT in the making.

    `bare` are columns as the source has them; `definitions` are expressions under the compiler's own names. Several operators of
    the query go into one layer as long as SQL computes them in the same order.
    """

    source: Sql | None
    bare: dict[int, Sql] = field(default_factory=dict)
    definitions: dict[int, Sql] = field(default_factory=dict)
    where: list[Sql] = field(default_factory=list)
    group: tuple[Sql, ...] | None = None
    having: list[Sql] = field(default_factory=list)
    order: tuple[Ordering, ...] = ()
    limit: int | None = None
    reads_table: bool = False
    weights: dict[int, int] = field(default_factory=dict)

    def reference(self, number: int) -> Sql:
        """Return how the column is called inside this SELECT."""
        return self.bare.get(number) or Alias(number)

    @property
    def closed(self) -> bool:
        """Whether rows have already been cut off, so that a further condition needs a SELECT of its own."""
        return self.limit is not None

    def select(self, outputs: Iterable[tuple[Sql, int | None]], inner: Iterable[int]) -> Select:
        """Return the SELECT with these columns; `inner` are the definitions that it uses without showing them."""
        columns = tuple(outputs) or ((Text("1"), 0),)
        order = tuple(OrderKey(self.reference(key.number), key.descending, key.nulls_first) for key in self.order)
        return Select(
            columns=columns,
            source=self.source,
            definitions=tuple((self.definitions[number], number) for number in inner),
            where=tuple(self.where),
            group=self.group,
            having=tuple(self.having),
            order=order,
            limit=None if self.limit is None else Text(str(self.limit)),
        )

    def close(self, needed: Iterable[int]) -> Select:
        """Return the SELECT that gives the needed columns under their own numbers."""
        shown = list(dict.fromkeys(needed))
        outputs: list[tuple[Sql, int | None]] = []
        for number in shown:
            bare = self.bare.get(number)
            if bare is None:
                outputs.append((self.definitions[number], number))
            else:
                outputs.append((bare, None if isinstance(bare, Alias) else number))
        inside = set(shown)
        return self.select(outputs, [number for number in self.definitions if number not in inside])


def over(select: Sql, numbers: Iterable[int], order: tuple[Ordering, ...] = ()) -> Layer:
    """Return a new layer that reads the columns of a finished SELECT."""
    return Layer(select, bare={number: Alias(number) for number in numbers}, order=order)
