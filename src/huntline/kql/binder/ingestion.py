"""Where ingestion_time() stands behind an operator: the hidden column is carried along as far as rows stay rows."""

from huntline.kql.binder.state import State
from huntline.kql.plan import (
    Column,
    Concat,
    Constant,
    Expand,
    Extend,
    Filter,
    Limit,
    Number,
    Plan,
    Scalar,
    Scan,
    Sort,
    Windowed,
)
from huntline.kql.types import DATETIME


def ingestion_of(plan: Plan) -> Column | None:
    """Return the column of the time at which the rows were taken in, or None where rows of several origins were put together."""
    while isinstance(plan, Filter | Extend | Sort | Limit | Number | Windowed | Expand):
        plan = plan.input
    if isinstance(plan, Scan) and plan.table.ingestion_column is not None:
        return plan.columns[-1]
    if isinstance(plan, Concat) and plan.columns and is_ingestion(plan.columns[-1]):
        return plan.columns[-1]
    return None


def is_ingestion(column: Column) -> bool:
    """Say whether a column is the hidden one."""
    return column.symbol is not None and column.symbol.name.startswith("_")


def with_ingestion(
    state: State, columns: tuple[Column, ...], branches: list[tuple[Plan, tuple[Scalar, ...]]]
) -> Concat:
    """Return the rows of the branches, and behind their columns when each was taken in, where any of them knows it."""
    times = [ingestion_of(plan) for plan, _ in branches]
    symbol = next((time.symbol for time in times if time is not None), None)
    if symbol is None:
        return Concat(columns, tuple(branches))
    hidden = state.column(DATETIME, nullable=any(time is None or time.nullable for time in times), symbol=symbol)
    inputs = tuple(
        (plan, (*values, time or Constant(DATETIME, None)))
        for (plan, values), time in zip(branches, times, strict=True)
    )
    return Concat((*columns, hidden), inputs)
