"""The language of the mapping tables: which event becomes a row of which table, and from which field each column comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType

from huntline.telemetry.sources.values import Convert, text

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rule:
    """`columns` come from the first of `fields` that has a value, by way of `convert` (a tuple for several columns)."""

    columns: tuple[str, ...]
    fields: tuple[str, ...]
    convert: Convert | None


def take(column: str, *fields: str, by: Convert | None = text) -> Rule:
    """One column from the first present of `fields`, or of its own name."""
    return Rule((column,), fields or (column,), by)


def spread(columns: str, field_name: str, by: Convert) -> Rule:
    """Several columns (blank-separated) from one field."""
    return Rule(tuple(columns.split()), (field_name,), by)


@dataclass(frozen=True, slots=True)
class Choice:
    """A word chosen by a field's value (lower case); `default` where no value fits."""

    field: str
    words: Mapping[str, str]
    default: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Where an event names a process: fields of its guid, pid, image, command line, user and logon. First present counts."""

    guid: tuple[str, ...] = ()
    pid: tuple[str, ...] = ()
    image: tuple[str, ...] = ()
    command_line: str = ""
    user: str = ""


class Effect(Enum):
    """What an event does besides becoming a row."""

    NONE = auto()
    STARTS_PROCESS = auto()
    ENDS_PROCESS = auto()
    MARKS_PRIVILEGE = auto()
    JOINS_PARTS = auto()


@dataclass(frozen=True, slots=True)
class Merge:
    """Events of two sources that tell one thing.

    key: columns of the row that both sources fill alike (compared in lower case).
    agree: columns that must be equal where both have them (some recordings lack the pid).
    rank: 0 for the source that tells more; its row is kept, and takes from the other what it lacks.
    seconds: how far apart the two may be.
    """

    key: tuple[str, ...]
    rank: int
    seconds: float
    agree: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec:
    """How events of these ids of a channel become rows of `table` (None: no row, only the effect).

    provider: lower case, where other programs use the same ids in the same log. when: a field and the values (lower case) it must have.
    known_by: rules for InitiatingProcess* columns that count only where the process table does not know better.
    constants, extra_constants: columns and AdditionalFields that are always the same. rules, extra: those that come from fields.
    actor: the process that did it; target: the one it was done to. message: what reads the fields out of the rendered text, for sources
    that keep no other.
    """

    ids: tuple[int, ...]
    table: str | None
    provider: str = ""
    action: str | Choice = ""
    known_by: tuple[Rule, ...] = ()
    rules: tuple[Rule, ...] = ()
    extra: tuple[Rule, ...] = ()
    constants: Mapping[str, object] = field(default_factory=dict)
    extra_constants: Mapping[str, object] = field(default_factory=dict)
    when: tuple[str, frozenset[str]] | None = None
    actor: Actor | None = None
    target: Actor | None = None
    effect: Effect = Effect.NONE
    merge: Merge | None = None
    message: Callable[[str], dict[str, object]] | None = None
