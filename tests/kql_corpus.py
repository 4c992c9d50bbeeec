"""The published queries and documented examples beside the checkout, and an engine with their tables."""

import importlib.util
import json
from pathlib import Path

from huntline import kql
from huntline.telemetry.engine.rollups import create_rollup
from huntline.telemetry.schema.prevalence import rollup_symbol
from kql_tables import NOW, STORAGE, TestScope

SHARED = Path(__file__).parents[2] / "shared" / "kql"


def load(name):
    with (SHARED / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def comparer():
    """Return the module that holds an answer against a documented one."""
    spec = importlib.util.spec_from_file_location("compare", SHARED / "compare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class CorpusCatalog:
    """The tables of the shared schema."""

    def __init__(self):
        schema = json.loads((SHARED / "schema.json").read_text(encoding="utf-8"))
        self.tables = {name: self._symbol(name, columns) for name, columns in schema.items()}

    @staticmethod
    def _symbol(name, columns):
        symbols = tuple(
            kql.ColumnSymbol(
                column,
                kql.KqlType(kind),
                index="text" if column in ("ProcessCommandLine", "FolderPath", "FileName") else None,
                nullable=column != "Timestamp",
                registry_path=column == "RegistryKey",
            )
            for column, kind in columns.items()
        )
        return kql.TableSymbol(name, symbols, (None, name), time_column="Timestamp" if "Timestamp" in columns else None)

    def table(self, name):
        return self.tables.get(name)

    def table_names(self):
        return list(self.tables)

    def prevalence(self):
        return rollup_symbol()

    def function(self, name):
        return None

    def function_names(self):
        return ()


def compile_in(catalog, text):
    return kql.compile(text, catalog=catalog, scope=TestScope(), now=NOW)


def create_tables(client, catalog):
    client.command(create_rollup())
    for symbol in catalog.tables.values():
        parts = []
        for column in symbol.columns:
            kind = STORAGE[column.type]
            parts.append(f"`{column.name}` {kind[9:-1] if column.name == 'Timestamp' else kind}")
            if column.index == "text":
                text = f"text(tokenizer='splitByNonAlpha', preprocessor=lower(`{column.name}`))"
                parts.append(f"INDEX `ix_{column.name}` `{column.name}` TYPE {text}")
        parts += ["`_TenantId` LowCardinality(String)", "`_IngestionTime` DateTime64(7, 'UTC')"]
        client.command(
            f"CREATE TABLE IF NOT EXISTS `{symbol.name}` ({', '.join(parts)}) ENGINE = MergeTree ORDER BY _TenantId"
        )
