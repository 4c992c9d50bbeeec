"""Ask for another look: rules are new, or a look came to no end."""

import uuid

from django.db import transaction

from huntline.identity import TenantScope
from huntline.kernel import now
from huntline.outbox.services import announce
from huntline.samples.custody import note
from huntline.samples.errors import SampleNotFound
from huntline.samples.models import Examination, ExaminationState, Sample, SampleState, Touch
from huntline.samples.queries import held_sample


@transaction.atomic
def rescan(scope: TenantScope, case_id: uuid.UUID | None = None, sample_id: uuid.UUID | None = None) -> int:
    """Examine samples again and return how many: one, those of a case, or all that the scope's tenants have.

    One that waits for an examination already is looked at anew by that one. Raises SampleNotFound, SampleDeleted for one sample.
    """
    held = Sample.objects.within(scope).filter(state=SampleState.HELD)
    if sample_id is not None:
        held = held.filter(pk=_one(scope, case_id, sample_id).pk)
    elif case_id is not None:
        held = held.filter(case_id=case_id)
    waiting = Examination.objects.within(scope).filter(state=ExaminationState.WAITING)
    samples = list(held.select_for_update())
    again = set(waiting.filter(sample__in=held).values_list("sample", flat=True))
    waiting.filter(sample__in=held).update(due=now(), looked=None, tries=0)
    for sample in samples:
        if sample.pk not in again:
            Examination(tenant_id=sample.tenant_id, sample=sample).save(force_insert=True)
        note(scope, sample, Touch.RESCAN_ASKED)
    announce()
    return len(samples)


def _one(scope: TenantScope, case_id: uuid.UUID | None, sample_id: uuid.UUID) -> Sample:
    if case_id is None:
        row = Sample.objects.within(scope).filter(pk=sample_id).first()
        if row is None:
            raise SampleNotFound
        case_id = row.case_id
    return held_sample(scope, case_id, sample_id)
