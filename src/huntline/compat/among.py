"""Whether a field is one of many values, as one bound value: `__in` costs as much per value as the rows themselves."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """A condition for `filter`: a text field is one of these texts."""

    output_field = BooleanField()

    def __init__(self, field: str, values: Iterable[str]) -> None:
        super().__init__(field)
        self.values = list(values)

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
        *_more: Any,
        **_named: Any,
    ) -> tuple[str, Any]:
        """Return the condition for PostgreSQL."""
        field, parameters = compiler.compile(self.get_source_expressions()[0])
        return f"{field} = ANY(%s)", (*parameters, self.values)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any) -> tuple[str, Any]:  # noqa: ARG002 - as above
        """Return the condition for SQLite."""
        field, parameters = compiler.compile(self.get_source_expressions()[0])
        return f"{field} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(self.values))
