"""Saved functions: texts of the catalogue that become functions when a query first names them."""

import re
from collections.abc import Iterable
from functools import lru_cache

from huntline.kql import syntax
from huntline.kql.binder.calls import AGGREGATE_SPECIAL, SPECIAL
from huntline.kql.binder.prelude import prelude_names
from huntline.kql.binder.sources import INVOKED, TABLE_FUNCTIONS
from huntline.kql.binder.state import LetFunction, Names, Origin
from huntline.kql.diagnostics import Failure, Inside
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.absent import ABSENT
from huntline.kql.functions.aggregates import AGGREGATES
from huntline.kql.functions.conversions import TARGETS
from huntline.kql.parser import parse
from huntline.kql.source import Limits, Source
from huntline.kql.symbols import Catalog, FunctionSymbol

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")


def is_reserved(name: str, catalog: Catalog) -> bool:
    """Say whether a name is no name for a saved function: no identifier, or that of a function of the language or of a table."""
    if _NAME.fullmatch(name) is None or catalog.table(name) is not None:
        return True
    families: tuple[Iterable[str], ...] = (
        FUNCTIONS, SPECIAL, TARGETS, AGGREGATES, AGGREGATE_SPECIAL, TABLE_FUNCTIONS, INVOKED, ABSENT, prelude_names().own,
    )  # fmt: skip
    return any(name in family for family in families)


def written_function(symbol: FunctionSymbol) -> tuple[str, int]:
    """Return a saved function as a `let` statement, and where its body begins in it."""
    head = f"let {symbol.name} = ({symbol.parameters}\n) {{\n"
    return f"{head}{symbol.body}\n}}", len(head)


@lru_cache(maxsize=512)
def parsed_function(
    symbol: FunctionSymbol, limits: Limits
) -> tuple[syntax.LetFunction | None, Origin, tuple[Failure, ...]]:
    """Return the syntax of a saved function, or what is wrong with it; and its text."""
    text, start = written_function(symbol)
    origin = Origin(Source(text), text.count("\n", 0, start) + 1, symbol)
    program, failures = parse(origin.text, limits)
    if failures or program is None:
        return None, origin, tuple(failures)
    only = program.statements[0] if len(program.statements) == 1 else None
    if isinstance(only, syntax.LetFunction) and only.body.end == len(text):
        return only, origin, ()
    return None, origin, (Failure("function_text", start, len(text), name=symbol.name),)


class SavedFunctions:
    """The saved functions that one query names."""

    def __init__(self, catalog: Catalog, limits: Limits) -> None:
        self._catalog = catalog
        self._limits = limits
        self._found: dict[str, LetFunction] = {}
        self._outermost = Names(prelude_names().own, library=self)

    @property
    def outermost(self) -> Names:
        """The names that the query starts with."""
        return self._outermost

    def find(self, name: str) -> LetFunction | None:
        """Return the function of that exact name, or None.

        Raises:
            Failure: its text is none of a function.
        """
        known = self._found.get(name)
        if known is not None:
            return known
        symbol = self._catalog.function(name)
        if symbol is None or is_reserved(name, self._catalog):
            return None
        declaration, origin, failures = parsed_function(symbol, self._limits)
        if declaration is None:
            first = failures[0]
            failure = Failure(first.code, first.start, first.end)
            failure.values = first.values
            failure.inside = Inside(name, origin.text, origin.first, 0, 1)
            raise failure
        self._found[name] = LetFunction(declaration, self._outermost, origin)
        return self._found[name]

    def names(self) -> Iterable[str]:
        """Return the names of all."""
        return self._catalog.function_names()
