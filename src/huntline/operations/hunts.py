"""Run a query in one tenant's telemetry."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from huntline.hunting.services import run
from huntline.identity import Permission
from huntline.identity.queries import tenant_called
from huntline.identity.services import operator_scope


def hunt(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `{"columns": [...]}`, then `{"rows": [...]}` as often as needed, then `{"done": {...}}`.

    parameters: tenant (short name), query, and optionally start, end (RFC 3339) and rows (the most to return).
    """
    scope = operator_scope(tenant_called(parameters["tenant"]), [Permission.HUNT_RUN])
    result = run(
        scope,
        parameters["query"],
        start=_time(parameters.get("start")),
        end=_time(parameters.get("end")),
        max_rows=parameters.get("rows"),
    )
    yield {"columns": [{"name": column.name, "type": column.type} for column in result.columns]}
    batch: list[object] = []
    for row in result.rows:
        batch.append(row)
        if len(batch) == 1000:
            yield {"rows": batch}
            batch = []
    yield {"rows": batch}
    yield {
        "done": {
            "id": str(result.id),
            "rows": len(result.rows),
            "truncated": result.truncated,
            "duration_ms": result.duration_ms,
            "window": {"start": result.window.start.isoformat(), "end": result.window.end.isoformat()},
            "warnings": list(result.warnings),
        }
    }


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
