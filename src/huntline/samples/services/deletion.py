"""Delete a sample so that it can be shown: first its key goes, then its content, then it is looked that the content is gone.

What was begun is finished by the job, whatever is killed in between. The row stays with the hashes, and so does the custody.
"""

import uuid
from typing import Final

from django.db import transaction

from huntline.identity import TenantScope
from huntline.kernel import now
from huntline.samples.content import stored_parts
from huntline.samples.custody import note
from huntline.samples.errors import QuarantineUnavailable
from huntline.samples.models import Examination, ExaminationState, Part, Sample, SampleState, Touch
from huntline.samples.queries import sample_within
from huntline.samples.storage import storage

DELETED_BY_HAND: Final = "asked"
EXPIRED: Final = "retention"


def delete_sample(
    scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID, *, reason: str = DELETED_BY_HAND
) -> Sample:
    """Delete a sample and return its row; one that is deleted already is returned as it is.

    Where the storage does not answer, the sample is in state `deleting`: its key is gone, nobody can read it, and the job removes the rest.
    Raises SampleNotFound.
    """
    sample = _destroy_key(scope, case_id, sample_id, reason)
    if sample.state == SampleState.DELETED:
        return sample
    try:
        return finish_deletion(scope, sample)
    except QuarantineUnavailable:
        return sample


def finish_deletion(scope: TenantScope, sample: Sample) -> Sample:
    """Remove the content of a sample whose key is gone, look that it is, and write it down. Raises QuarantineUnavailable."""
    parts, store = stored_parts(scope, sample.pk), storage()
    found = sum(store.exists(part.object_name) for part in parts)
    for part in parts:
        store.delete(part.object_name)
    if any(store.exists(part.object_name) for part in parts):
        raise QuarantineUnavailable
    return _prove(scope, sample, parts, found)


@transaction.atomic
def _destroy_key(scope: TenantScope, case_id: uuid.UUID, sample_id: uuid.UUID, reason: str) -> Sample:
    sample = sample_within(scope, case_id, sample_id, locked=True)
    if sample.state != SampleState.HELD:
        return sample
    sample.state, sample.wrapped_key = SampleState.DELETING, b""
    sample.save(update_fields=["state", "wrapped_key"])
    note(scope, sample, Touch.DELETION_BEGUN, reason=reason)
    return sample


@transaction.atomic
def _prove(scope: TenantScope, sample: Sample, parts: list[Part], found: int) -> Sample:
    sample = sample_within(scope, sample.case_id, sample.pk, locked=True)
    if sample.state == SampleState.DELETED:  # the job and a person were at it together
        return sample
    Part.objects.within(scope).filter(pk__in=[part.pk for part in parts]).delete()
    Examination.objects.within(scope).filter(sample=sample, state=ExaminationState.WAITING).update(
        state=ExaminationState.FAILED, ended=now(), claim=None, leased_until=None, error_code="sample_deleted"
    )
    sample.state, sample.deleted = SampleState.DELETED, now()
    sample.save(update_fields=["state", "deleted"])
    # `found` is smaller where an earlier try had removed some already, or somebody had taken them from the storage.
    proof = {"objects": len(parts), "found": found, "key_destroyed": True, "content_gone": True}
    note(scope, sample, Touch.DELETED, size=sample.size, **proof)
    return sample
