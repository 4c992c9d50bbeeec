"""Whether a text is good as a saved function: what is wrong is told at its place in the body."""

from dataclasses import dataclass, replace
from datetime import datetime

from huntline.kql import syntax
from huntline.kql.binder import parsed_function, written_function
from huntline.kql.compiler import compile as compile_query
from huntline.kql.diagnostics import Diagnostic, Diagnostics
from huntline.kql.result import CompiledQuery
from huntline.kql.source import Limits, Source, Span
from huntline.kql.symbols import Catalog, FunctionSymbol, Scope
from huntline.kql.types import KqlType

_SAMPLES = {
    KqlType.STRING: "'x'",
    KqlType.BOOL: "true",
    KqlType.INT: "int(1)",
    KqlType.LONG: "1",
    KqlType.REAL: "1.0",
    KqlType.DECIMAL: "decimal(1)",
    KqlType.DATETIME: "now()",
    KqlType.TIMESPAN: "1h",
    KqlType.DYNAMIC: "dynamic({})",
    KqlType.GUID: "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
}
"""What a parameter without a default is bound to while a function is checked."""


def check_function(
    symbol: FunctionSymbol, *, catalog: Catalog, scope: Scope, now: datetime, limits: Limits | None = None
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a function, and what is only worth a warning, by places in its body; nothing where it is good.

    It is bound once, with the defaults of its parameters and a sample value for each that has none. A parameter that is any table (`(*)`)
    has no columns to check with: then only the syntax is checked.
    """
    bounds = limits or Limits()
    declaration, origin, failures = parsed_function(symbol, bounds)
    text, start = written_function(symbol)
    if declaration is None:
        return tuple(_moved(failure.diagnostic(origin.text), symbol, start) for failure in failures)
    samples = {item.name: _sample(item) for item in declaration.parameters if item.default is None}
    if None in samples.values():
        return ()
    call = f"{symbol.name}({', '.join(f'{name} = {value}' for name, value in samples.items())})"
    found: CompiledQuery | Diagnostics | None = None
    for asked in (call, f"print {call}"):
        found = compile_query(f"{text};\n{asked}", catalog=catalog, scope=scope, now=now, limits=bounds)
        if isinstance(found, CompiledQuery) or {item.code for item in found} != {"not_tabular"}:
            break
    items = found.warnings if isinstance(found, CompiledQuery) else tuple(found or ())
    return tuple(_moved(item, symbol, start) for item in items)


def _sample(parameter: syntax.Parameter) -> str | None:
    if parameter.type is not None:
        return _SAMPLES[parameter.type]
    if not parameter.columns:
        return None
    columns = ", ".join(f"['{column.name}']: {column.type}" for column in parameter.columns)
    return f"(datatable({columns}) [])"


def _moved(item: Diagnostic, symbol: FunctionSymbol, start: int) -> Diagnostic:
    """Return a finding about the whole text as one about the body."""
    body = Source(symbol.body)

    def moved(span: Span) -> Span:
        return body.span(span.start - start, span.end - start)

    message = item.message if item.span.start >= start else f"Parameters of the function: {item.message}"
    inside = start <= item.span.start and item.span.end <= start + len(symbol.body)
    fix = replace(item.fix, span=moved(item.fix.span)) if item.fix is not None and inside else None
    return replace(item, span=moved(item.span), message=message, fix=fix)


@dataclass(frozen=True, slots=True)
class ParameterSymbol:
    """A parameter of a function: `type` is a KQL type, or `table` with its columns (none for any table); `default` as it is written."""

    name: str
    type: str
    default: str | None
    columns: tuple[tuple[str, str], ...] = ()


def parameters_of(symbol: FunctionSymbol) -> tuple[ParameterSymbol, ...] | None:
    """Return the parameters of a function, or None where its text is none of a function."""
    declaration, origin, _ = parsed_function(symbol, Limits())
    if declaration is None:
        return None
    return tuple(_parameter(item, origin.text.text) for item in declaration.parameters)


def _parameter(item: syntax.Parameter, text: str) -> ParameterSymbol:
    default = None if item.default is None else text[item.default.start : item.default.end]
    columns = tuple((column.name, str(column.type)) for column in item.columns)
    return ParameterSymbol(item.name, "table" if item.type is None else str(item.type), default, columns)
