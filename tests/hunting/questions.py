"""Queries that the tests of hunting ask."""

from datetime import UTC, datetime

# When the rows of the tests begin: three hours before the clock of `clock`.
NOON = datetime(2026, 11, 16, 6, 0, tzinfo=UTC)

# Two columns of every row.
BOTH = "DeviceProcessEvents | project FileName, ProcessId"

# Runs for hours unless something stops it.
SLOW = "range n from 1 to 100000000000 step 1 | where tostring(n) contains 'abc' | count"


def named(file_name: str) -> str:
    """Return a query for the rows of one name."""
    return f'DeviceProcessEvents | where FileName == "{file_name}" | project FileName, ProcessId'


def count_to(number: int) -> str:
    """Return a query that answers that many rows."""
    return f"range n from 1 to {number} step 1"
