"""The content of uploads and samples, part by part: what is read is whole and unchanged, or is not given."""

import uuid
from collections.abc import Iterator, Sequence

from huntline.identity import TenantScope
from huntline.samples.errors import SampleDamaged
from huntline.samples.keys import unwrap
from huntline.samples.models import Part, Sample, Upload
from huntline.samples.sealing import unseal
from huntline.samples.storage import storage


def stored_parts(scope: TenantScope, owner: uuid.UUID) -> list[Part]:
    """Return the acknowledged parts of an upload or a sample in their order."""
    rows = Part.objects.within(scope).filter(upload_id=owner, stored__isnull=False)
    return list(rows.order_by("number"))


def contents_of(owner: Upload | Sample, parts: Sequence[Part]) -> Iterator[bytes]:
    """Yield the content in pieces of at most 8 MiB.

    Each piece is authenticated before it is given. Raises SampleDamaged, QuarantineUnavailable, KeyUnavailable.
    """
    key, store, size = unwrap(owner.pk, bytes(owner.wrapped_key), owner.key_id), storage(), 0
    for place, part in enumerate(parts, 1):
        sealed = store.get(part.object_name)
        if part.number != place or sealed is None:
            raise SampleDamaged
        content = unseal(key, owner.pk, part.number, sealed)
        size += len(content)
        yield content
    if size != owner.size:
        raise SampleDamaged
