"""What the caller tells the compiler: which tables there are, and whose rows may be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from huntline.kql.types import KqlType


@dataclass(frozen=True, slots=True)
class ColumnSymbol:
    """A column of a hunting table."""

    name: str
    type: KqlType
    index: Literal["text", "values"] | None = None
    """`text`: the column carries a text index over its lower-cased alphanumeric terms; `values`: one that answers equality only."""
    nullable: bool = True
    """Whether the stored column can hold NULL. Strings, dynamics and guids are stored without it."""
    registry_path: bool = False
    """Whether it holds registry paths, of which CurrentControlSet and ControlSet001 are two spellings (rule 12)."""
    doc: str = ""


@dataclass(frozen=True, slots=True)
class TableSymbol:
    """A hunting table and where its rows are."""

    name: str
    columns: tuple[ColumnSymbol, ...]
    physical: tuple[str | None, str]
    """Database (None: the connection's own) and table to read."""
    tenant_column: str = "_TenantId"
    time_column: str | None = "Timestamp"
    ingestion_column: str | None = "_IngestionTime"
    doc: str = ""
    by_name: dict[str, ColumnSymbol] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})


@dataclass(frozen=True, slots=True)
class FunctionSymbol:
    """A function that is kept outside of queries and called by name.

    `parameters` is written as between the brackets of a `let` (`host: string, days: long = 7`), `body` as between its braces.
    """

    name: str
    parameters: str
    body: str
    doc: str = ""


PREVALENCE_COLUMNS = (
    "SHA1", "SHA256", "MD5", "Devices", "FirstSeen", "LastSeen", "FileSize", "IsExecutable", "SoftwareName", "ThreatName", "Signature",
)  # fmt: skip
"""Columns of the roll-up of files: several rows for a file.

`Devices` is a state of the engine's uniqCombined(17) over device ids. `Signature` is a state of argMax over tuples of (signer, issuer, hash
of the signer, whether signed, whether trusted, whether Microsoft's root).
"""


class Catalog(Protocol):
    """The tables a query may name."""

    def table(self, name: str) -> TableSymbol | None:
        """Return the table of that exact name, or None."""
        ...

    def table_names(self) -> Sequence[str]:
        """Return all table names, in the order in which wildcards and searches read them."""
        ...

    def prevalence(self) -> TableSymbol | None:
        """Return the roll-up of files that FileProfile() reads (`PREVALENCE_COLUMNS`), or None where there is none.

        No query can name it; it is read in the query's scope and, as its name says, over all time.
        """
        ...

    def function(self, name: str) -> FunctionSymbol | None:
        """Return the saved function of that exact name, or None; never asked for names of functions of the language or of tables."""
        ...

    def function_names(self) -> Sequence[str]:
        """Return the names of all saved functions."""
        ...


class Scope(Protocol):
    """Whose rows may be read."""

    @property
    def tenant_ids(self) -> tuple[str, ...]:
        """The tenants of the scope as text of UUIDs, at least one."""
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """A time bound that holds for every table with a time column: `start` <= time < `end`, both aware."""

    start: datetime
    end: datetime
