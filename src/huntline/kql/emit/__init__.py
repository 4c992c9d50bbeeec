"""Plan to ClickHouse SQL.

Relations become SELECTs (`relations`), scalars become expressions (`scalars`), the tree becomes text (`printer`).
"""

from collections.abc import Callable, Sequence

from huntline.kql.emit.printer import print_statement
from huntline.kql.emit.relations import RelationEmitter
from huntline.kql.plan import Column, Plan
from huntline.kql.sql import Sql, fill
from huntline.kql.types import KqlType

__all__ = ["emit"]

_K = KqlType
_SHAPES: dict[KqlType, str] = {
    _K.STRING: "{0}",
    _K.GUID: "{0}",
    _K.BOOL: "CAST({0}, 'Nullable(Bool)')",
    _K.INT: "CAST({0}, 'Nullable(Int32)')",
    _K.LONG: "CAST({0}, 'Nullable(Int64)')",
    _K.REAL: "CAST({0}, 'Nullable(Float64)')",
    _K.DECIMAL: "CAST({0}, 'Nullable(Decimal(76, 18))')",
    _K.DATETIME: "CAST(reinterpret({0}, 'Int64'), 'Nullable(Int64)')",
    _K.TIMESPAN: "CAST({0}, 'Nullable(Int64)')",
    _K.DYNAMIC: "nullIf({0}, '')",
}


def _shape(kind: KqlType) -> Callable[[Sql], Sql]:
    pattern = _SHAPES[kind]
    return lambda sql: fill(pattern, sql)


def emit(plan: Plan, columns: Sequence[Column], *, length: int) -> tuple[str, dict[str, object]]:
    """Return the SQL of a plan with these columns, in their order and final form, and its parameters.

    Every column is in its plain form: the binder has turned arrays and scalars of dynamics into JSON.
    """
    outputs = [(column, _shape(column.type.kql)) for column in columns]
    statement = RelationEmitter().final(plan, outputs)
    return print_statement(statement, length=length)
