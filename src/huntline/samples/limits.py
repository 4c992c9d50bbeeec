"""How much a tenant may send: each limit is asked before a byte is taken."""

import uuid
from typing import Final

from django.conf import settings
from django.db.models import Sum

from huntline.identity import TenantScope
from huntline.identity.models import Tenant
from huntline.samples.errors import CaseFull, SampleEmpty, SampleTooLarge, TenantFull
from huntline.samples.models import Sample, SampleState, Upload, UploadState

_MIB: Final = 2**20
_GIB: Final = 2**30


def largest_sample() -> int:
    """Return the size of the largest sample in bytes."""
    return int(settings.HUNTLINE_SAMPLE_MIB) * _MIB


def require_size(size: int) -> None:
    """Raise SampleEmpty or SampleTooLarge for a sample of so many bytes."""
    if size < 1:
        raise SampleEmpty
    if size > largest_sample():
        raise SampleTooLarge(settings.HUNTLINE_SAMPLE_MIB)


def require_room(scope: TenantScope, case_id: uuid.UUID, size: int) -> None:
    """Raise CaseFull or TenantFull where another sample of so many bytes has no room. Holds the tenant's row until the transaction ends.

    Open uploads count by the size that was declared for them: what was begun can be finished.
    """
    # Two uploads that begin at once must not both take the last place.
    Tenant.objects.select_for_update().get(pk=scope.tenant)
    uploads = Upload.objects.within(scope).filter(state=UploadState.OPEN)
    samples = Sample.objects.within(scope).exclude(state=SampleState.DELETED)
    if (
        uploads.filter(case_id=case_id).count() + samples.filter(case_id=case_id).count()
        >= settings.HUNTLINE_CASE_SAMPLES
    ):
        raise CaseFull(settings.HUNTLINE_CASE_SAMPLES)
    used = sum(rows.aggregate(bytes=Sum("size"))["bytes"] or 0 for rows in (uploads, samples))
    if used + size > settings.HUNTLINE_SAMPLES_GIB * _GIB:
        raise TenantFull(settings.HUNTLINE_SAMPLES_GIB)
