"""Write down who touched a sample: a row of custody and an entry of the audit record, in the transaction of what they tell of."""

from huntline.audit.services import record
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.samples.models import Custody, Sample, Touch, Upload


def note(scope: TenantScope, touched: Sample | Upload, action: Touch, **detail: object) -> Custody:
    """Note what the scope's subject did with a sample or an upload. detail: JSON values."""
    actor = actor_of(scope.subject)
    entry = record(
        f"sample.{action.value}",
        actor=actor,
        tenant_id=touched.tenant_id,
        object_type="sample",
        object_id=touched.pk,
        detail={"case": str(touched.case_id), "name": touched.name, "sha256": touched.sha256, **detail},
    )
    row = Custody(
        tenant_id=touched.tenant_id,
        sequence=entry.sequence,
        sample_id=touched.pk,
        case_id=touched.case_id,
        action=action,
        at=entry.at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        detail=detail,
    )
    row.save()
    return row
