"""Which group a device belongs to: the first, by rank, whose conditions all hold. Pure."""

import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# Devices that no group takes are a group too: it has this id wherever groups are chosen.
UNGROUPED: Final = uuid.UUID(int=0)


class Property(StrEnum):
    """What a condition looks at. `domain` is what follows the first dot of the name."""

    NAME = "name"
    DOMAIN = "domain"
    OS = "os"
    TAG = "tag"


class Operator(StrEnum):
    """How a condition compares; letters' case is no difference."""

    STARTS_WITH = "starts_with"
    ENDS_WITH = "ends_with"
    EQUALS = "equals"
    CONTAINS = "contains"


_HOLDS: Final[Mapping[Operator, Callable[[str, str], bool]]] = {
    Operator.STARTS_WITH: str.startswith,
    Operator.ENDS_WITH: str.endswith,
    Operator.EQUALS: str.__eq__,
    Operator.CONTAINS: str.__contains__,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a group: it holds when the property compares so with any of the values."""

    property: Property
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Described:
    """What conditions may look at."""

    name: str
    os_platform: str
    tags: Collection[str]


def holds(condition: Condition, device: Described) -> bool:
    """Return whether the condition holds for the device.

    >>> ws = Described("WS01.aurora.example", "Windows11", ["Finance"])
    >>> holds(Condition(Property.NAME, Operator.STARTS_WITH, ("srv", "ws")), ws)
    True
    >>> holds(Condition(Property.TAG, Operator.EQUALS, ("fin",)), ws)
    False
    """
    compare = _HOLDS[condition.operator]
    return any(
        compare(found.casefold(), value.casefold())
        for found in _found(condition.property, device)
        for value in condition.values
    )


def first_group(groups: Iterable[tuple[uuid.UUID, Sequence[Condition]]], device: Described) -> uuid.UUID | None:
    """Return the id of the first group whose conditions all hold, or None. groups: in the order of their rank.

    A group without conditions takes nothing: the rest is what no group takes.
    """
    for group, conditions in groups:
        if conditions and all(holds(condition, device) for condition in conditions):
            return group
    return None


def _found(wanted: Property, device: Described) -> Collection[str]:
    match wanted:
        case Property.NAME:
            return (device.name,)
        case Property.DOMAIN:
            return (device.name.partition(".")[2],)
        case Property.OS:
            return (device.os_platform,)
        case Property.TAG:
            return device.tags
