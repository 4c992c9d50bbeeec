"""Import recorded telemetry into one tenant."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from huntline.audit.services import record
from huntline.identity import Permission
from huntline.identity.queries import tenant_called
from huntline.identity.services import actor_of, operator_scope
from huntline.telemetry.importing import import_paths


def import_files(parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield `{"progress": {"file", "bytes", "bytes_total", "rows"}}` as it goes, then `{"done": {...}}`.

    parameters: tenant (short name) and paths (absolute). What was imported, by whom, is written to the audit record.
    """
    tenant = tenant_called(parameters["tenant"])
    scope = operator_scope(tenant, [Permission.INGEST_KEY_MANAGE])
    running = import_paths(tenant.pk, [Path(path) for path in parameters["paths"]])
    while True:
        try:
            step = next(running)
        except StopIteration as stop:
            summary = stop.value
            break
        yield {
            "progress": {
                "file": step.file.name,
                "bytes": step.bytes_done,
                "bytes_total": step.bytes_total,
                "rows": step.rows,
            }
        }
    record(
        "telemetry.imported",
        actor=actor_of(scope.subject),
        tenant_id=tenant.pk,
        object_type="tenant",
        object_id=tenant.pk,
        detail={"files": summary.files, "rows": dict(summary.rows), "refused": summary.refused},
    )
    yield {
        "done": {
            "files": summary.files,
            "records": summary.records,
            "rows": summary.rows.total(),
            "tables": dict(summary.rows),
            "repeated": summary.repeated.total(),
            "merged": summary.merged.total(),
            "not_mapped": [{**asdict(kind), "count": count} for kind, count in summary.not_mapped.most_common()],
            "refused": summary.refused,
            "refusals": [asdict(one) for one in summary.refusals],
            "skipped": [asdict(one) for one in summary.skipped],
        }
    }
