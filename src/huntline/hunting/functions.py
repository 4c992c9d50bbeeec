"""Saved functions as the compiler asks for them: the hunting tables, and beside them the functions of a library."""

from collections.abc import Iterable, Mapping, Sequence

from huntline.kql.symbols import FunctionSymbol, TableSymbol
from huntline.telemetry.schema import CATALOG

Functions = Mapping[str, FunctionSymbol]


class LibraryCatalog:
    """The hunting tables with saved functions, as `huntline.kql.symbols.Catalog` asks for them."""

    def __init__(self, functions: Functions) -> None:
        self._functions = functions

    def table(self, name: str) -> TableSymbol | None:
        """Return the table of that exact name, or None."""
        return CATALOG.table(name)

    def table_names(self) -> Sequence[str]:
        """Return the names that wildcards and searches read, in their order."""
        return CATALOG.table_names()

    def prevalence(self) -> TableSymbol:
        """Return the roll-up of files."""
        return CATALOG.prevalence()

    def function(self, name: str) -> FunctionSymbol | None:
        """Return the saved function of that exact name, or None."""
        return self._functions.get(name)

    def function_names(self) -> Sequence[str]:
        """Return the names of all saved functions."""
        return list(self._functions)


def frozen(functions: Iterable[FunctionSymbol]) -> list[dict[str, str]]:
    """Return functions as JSON, by name: what a run called, to be called again as it stood."""
    ordered = sorted(functions, key=lambda symbol: symbol.name)
    return [{"name": one.name, "parameters": one.parameters, "body": one.body} for one in ordered]


def thawed(rows: Iterable[Mapping[str, str]]) -> Functions:
    """Return what `frozen` gave."""
    return {row["name"]: FunctionSymbol(row["name"], row["parameters"], row["body"]) for row in rows}
