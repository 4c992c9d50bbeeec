"""The rows that recent runs showed, kept on the server for a while: evidence freezes what the hunter saw, not what a later run finds."""

import zlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.db.models import Max, Sum

from huntline.hunting.errors import RowsForgotten
from huntline.hunting.models import HuntRun, KeptBlock
from huntline.hunting.results import BLOCK_ROWS, JsonRow, JsonRows, unpack
from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.kernel import now

LIFETIME: Final = timedelta(hours=24)
# Packed bytes: of one run (telemetry packs to about a tenth), and of one tenant, whose oldest rows go first.
MOST_OF_A_RUN: Final = 8 * 1024 * 1024
MOST_OF_A_TENANT: Final = 256 * 1024 * 1024


def packed(run: HuntRun, rows: JsonRows) -> list[KeptBlock]:
    """Return a run's rows, or the first of them that fit, ready to be kept. Takes its time; needs no transaction."""
    expires = now() + LIFETIME
    blocks, size = [], 0
    for place, block in enumerate(rows.blocks):
        small = zlib.compress(block, 1)
        size += len(small)
        if size > MOST_OF_A_RUN:
            break
        first = place * BLOCK_ROWS
        count = min(BLOCK_ROWS, len(rows) - first)
        kept = KeptBlock(tenant_id=run.tenant_id, run=run, first=first, count=count, expires=expires)
        kept.size, kept.packed = len(small), small
        blocks.append(kept)
    return blocks


def keep(scope: TenantScope, run: HuntRun, blocks: Sequence[KeptBlock]) -> None:
    """Keep a run's rows and set its `kept_rows` and `kept_until`; forget what is due."""
    KeptBlock.objects.unscoped("rows are forgotten on time in every tenant").filter(expires__lte=now()).delete()
    _make_room(scope, sum(block.size for block in blocks))
    KeptBlock.objects.within(scope).bulk_create(blocks, batch_size=16)
    run.kept_rows = sum(block.count for block in blocks)
    run.kept_until = now() + LIFETIME


def rows_at(scope: TenantScope, run: HuntRun, indexes: Sequence[int]) -> list[JsonRow]:
    """Return the rows of a run at these places. Raises RowsForgotten."""
    wanted = {index // BLOCK_ROWS for index in indexes}
    found = _blocks(scope, run).filter(first__in=[number * BLOCK_ROWS for number in wanted])
    kept = {block.first: unpack(zlib.decompress(block.packed)) for block in found}
    if len(kept) < len(wanted):
        total = _blocks(scope, run).aggregate(total=Sum("count"))["total"]
        raise RowsForgotten(total or 0, LIFETIME)
    return [kept[index - index % BLOCK_ROWS][index % BLOCK_ROWS] for index in indexes]


def all_rows(scope: TenantScope, run: HuntRun) -> list[JsonRow] | None:
    """Return every row of a run, or None where not all are kept."""
    rows = [row for block in _blocks(scope, run).order_by("first") for row in unpack(zlib.decompress(block.packed))]
    return rows if len(rows) == run.row_count else None


def _blocks(scope: TenantScope, run: HuntRun) -> TenantQuerySet[KeptBlock]:
    return KeptBlock.objects.within(scope).filter(run=run, expires__gt=now())


def _make_room(scope: TenantScope, needed: int) -> None:
    """Forget the tenant's oldest runs until `needed` bytes fit."""
    mine = KeptBlock.objects.within(scope)
    newest_first = mine.values("run").annotate(bytes=Sum("size"), until=Max("expires")).order_by("-until")
    total, forgotten = needed, []
    for kept in newest_first:
        total += kept["bytes"]
        if total > MOST_OF_A_TENANT:
            forgotten.append(kept["run"])
    mine.filter(run__in=forgotten).delete()
