"""What an event is: a frozen dataclass with a name, made of JSON values, UUIDs and times."""

import dataclasses
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, TypeVar, get_type_hints


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened in a tenant. Subclasses are frozen, keyword-only dataclasses marked with `@event("past_participle")`."""

    name: ClassVar[str] = ""

    tenant_id: uuid.UUID


Handler = Callable[[Any], None]
# Which handlers act on which event. The key of a handler is stored with each delivery: renaming it is a migration.
Subscribers = Mapping[type[Event], Mapping[str, Handler]]

E = TypeVar("E", bound=Event)
_REGISTRY: dict[str, type[Event]] = {}


def event(name: str) -> Callable[[type[E]], type[E]]:
    """Name an event type for storage. Names are unique and never change."""

    def mark(kind: type[E]) -> type[E]:
        # A dataclass with slots is made anew by its decorator, so the same name may come twice from one class statement.
        known = _REGISTRY.get(name)
        if known is not None and known.__qualname__ != kind.__qualname__:
            raise ValueError(f"Two events are called {name}.")
        kind.name = name
        _REGISTRY[name] = kind
        return kind

    return mark


def to_payload(happened: Event) -> dict[str, object]:
    """Return the fields as JSON values (UUIDs and times as text, sequences as lists)."""
    return {field.name: _plain(getattr(happened, field.name)) for field in dataclasses.fields(happened)}


def from_payload(name: str, payload: Mapping[str, object]) -> Event:
    """Return the event that `to_payload` took apart. Raises KeyError for a name that no event bears."""
    kind = _REGISTRY[name]
    hints = get_type_hints(kind)
    values: dict[str, Any] = {f.name: _typed(hints[f.name], payload[f.name]) for f in dataclasses.fields(kind)}
    return kind(**values)


def _plain(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _typed(hint: object, value: object) -> object:
    if hint is uuid.UUID:
        return uuid.UUID(str(value))
    if hint is datetime:
        return datetime.fromisoformat(str(value))
    if getattr(hint, "__origin__", None) is tuple and isinstance(value, list):
        inner = hint.__args__[0]  # type: ignore[attr-defined] # a generic alias has arguments
        return tuple(_typed(inner, item) for item in value)
    return value
