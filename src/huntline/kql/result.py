"""What a query compiles to."""

from dataclasses import dataclass, field

from huntline.kql.diagnostics import Diagnostic
from huntline.kql.plan import Answer
from huntline.kql.symbols import FunctionSymbol
from huntline.kql.types import KqlType


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of the answer. The SQL's own column names mean nothing: columns correspond by position."""

    name: str
    type: KqlType


@dataclass(frozen=True, slots=True)
class Render:
    """The drawing that the query asks for: `kind` as in KQL (timechart, piechart, ...) and its `with (...)` properties."""

    kind: str
    properties: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledQuery:
    """A query ready to run.

    `sql` holds only text of the compiler's own and names of the catalog; every value of the query is in `parameters`, which go
    to ClickHouse as server-side parameters (`client.query(sql, parameters=parameters)`). The physical form of each result column
    is described in `huntline.kql.values`.
    """

    sql: str
    parameters: dict[str, object]
    columns: tuple[ResultColumn, ...]
    warnings: tuple[Diagnostic, ...] = ()
    render: Render | None = None
    tables: tuple[str, ...] = ()
    """Names of the hunting tables that are read, each once, in the order of the text."""
    functions: tuple[FunctionSymbol, ...] = ()
    """The saved functions that were called, also by each other: together with the text they are the whole question."""
    text_hash: str = ""
    """SHA-256 of the query text, in hex."""
    sql_hash: str = ""
    """SHA-256 over the SQL and its parameters, in hex: two equal hashes ask the engine the same question."""
    plan: Answer | None = field(default=None, repr=False, compare=False)
    """What the SQL was made from; `huntline.kql.outline` puts it into words."""
