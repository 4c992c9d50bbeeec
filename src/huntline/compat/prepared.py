"""Bodies straight from the columns of a query: a list of ten thousand makes no model object for each row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """A property of the contract.

    field: the model's field that holds it; None where every row says the same, `always`. write: how a stored value is written.
    """

    field: str | None = None
    write: Callable[[Any], Any] | None = None
    always: Any = None


class Prepared:
    """Some properties, prepared once for all rows. A row is what `values_list(*prepared.columns)` gives: `key`, then the fields."""

    def __init__(self, properties: Mapping[str, Shown], names: Iterable[str], key: str) -> None:
        chosen = {name: properties[name] for name in names}
        self._empty = {name: shown.always for name, shown in chosen.items()}
        stored = [(name, shown.field) for name, shown in chosen.items() if shown.field]
        self._stored = [name for name, _ in stored]
        self._written = [(name, shown.write) for name, shown in chosen.items() if shown.write]
        self.columns = (key, *(field for _, field in stored))

    def body(self, row: Sequence[Any]) -> Body:
        """Return the properties of a row, in the contract's order."""
        body = self._empty.copy()
        body.update(zip(self._stored, row[1:], strict=True))
        for name, write in self._written:
            body[name] = write(body[name])
        return body

    def body_of(self, model: object) -> Body:
        """Return the properties of a model that is at hand."""
        return self.body(attrgetter(*self.columns)(model))
