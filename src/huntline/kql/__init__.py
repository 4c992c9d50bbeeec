"""Huntline's query compiler: Kusto Query Language to ClickHouse SQL.

Free-standing: it knows nothing of Django, of the engine's client or of the rest of Huntline. The caller supplies the tables (`Catalog`) and
whose rows may be read (`Scope`); the only leaf of a plan that reads telemetry is a scan that carries the scope.

    source, diagnostics -> lexer -> syntax -> parser -> binder (names, types) -> plan -> rewrite -> emit -> SQL and bound values
"""

from huntline.kql.binder import is_reserved
from huntline.kql.compiler import compile  # noqa: A004 - reads `kql.compile`
from huntline.kql.diagnostics import Diagnostic, Diagnostics, Fix, Severity
from huntline.kql.result import CompiledQuery, Render, ResultColumn
from huntline.kql.saved import check_function
from huntline.kql.source import Limits, Span
from huntline.kql.symbols import Catalog, ColumnSymbol, FunctionSymbol, Scope, TableSymbol, Window
from huntline.kql.types import KqlType

__all__ = [
    "Catalog",
    "ColumnSymbol",
    "CompiledQuery",
    "Diagnostic",
    "Diagnostics",
    "Fix",
    "FunctionSymbol",
    "KqlType",
    "Limits",
    "Render",
    "ResultColumn",
    "Scope",
    "Severity",
    "Span",
    "TableSymbol",
    "Window",
    "check_function",
    "compile",
    "is_reserved",
]
