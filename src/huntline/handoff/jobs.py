"""Make the packages that were asked for: a row before it is a file, claimed by one worker at a time.

A package that was in hand when its process died is made again when its lease is over. The file has its name only when it is whole and on
the disk, and the row says so afterwards; a file whose row says otherwise is swept away.
"""

import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog
from django.db import transaction
from django.db.models import Q

from huntline.audit.services import record
from huntline.handoff.dossier import Party
from huntline.handoff.events import HandoffReady
from huntline.handoff.gathering import Order, gather, provider_name
from huntline.handoff.keys import signer
from huntline.handoff.links import key_url
from huntline.handoff.models import Handoff, HandoffState, SubjectKind
from huntline.handoff.packaging import Packed, write_package
from huntline.handoff.storage import file_of, folder, put_in_place, unfinished_file_of
from huntline.identity import Permission, TenantScope
from huntline.identity import SubjectKind as ActorKind
from huntline.identity.models import TenantQuerySet
from huntline.identity.services import scope_of_job
from huntline.inquiries.answering import note_handover
from huntline.kernel import HuntlineError, NotFound, now
from huntline.outbox.services import record as record_event

log = structlog.get_logger(__name__)

OWNER: Final = "handoff"
# A worker that has not settled a package by then is taken for dead.
LEASE: Final = timedelta(minutes=30)
_FIRST_PAUSE: Final = timedelta(seconds=30)
MOST_TRIES: Final = 5
# A file that has just been written may be of a row that was not there yet when the rows were read.
FRESH_SECONDS: Final = 60
_SERVES_ALL: Final = "the worker makes the packages of all tenants"


def make_due(stop: threading.Event | None = None) -> int:
    """Make every package that is due, and return how many became ready. Several workers may do this at once."""
    made = 0
    while not (stop and stop.is_set()):
        row = _claim()
        if row is None:
            break
        made += _make(row)
    return made


def forget_claims() -> int:
    """Make due what other processes had claimed, and return how much it was. For a process that knows that it is the only one left."""
    return _making().exclude(leased_until=None).update(claim=None, leased_until=None)


def sweep_files(stop: threading.Event | None = None) -> int:  # noqa: ARG001 - a loop of the worker hands it over
    """Delete files of packages that were withdrawn, have expired or are in nobody's hand, and return how many."""
    kept: set[str] = set()
    alive = Q(state=HandoffState.MAKING) | Q(state=HandoffState.READY, expires__gt=now())
    rows = Handoff.objects.unscoped(_SERVES_ALL).filter(alive).values_list("pk", "claim")
    for pk, claim in rows.iterator():
        kept |= {file_of(pk).name, *([unfinished_file_of(pk, claim).name] if claim else [])}
    swept = [file for file in folder().iterdir() if file.name not in kept and _is_ours(file)]
    for file in swept:
        file.unlink(missing_ok=True)
    return len(swept)


def _is_ours(file: Path) -> bool:
    """Whether it is called as packages are, and was not written just now."""
    if file.suffix not in {".zip", ".part"}:
        return False
    try:
        return time.time() - file.stat().st_mtime > FRESH_SECONDS
    except FileNotFoundError:
        return False


def _making() -> TenantQuerySet[Handoff]:
    return Handoff.objects.unscoped(_SERVES_ALL).filter(state=HandoffState.MAKING)


def _claim() -> Handoff | None:
    moment = now()
    waiting = _making().filter(Q(leased_until=None) | Q(leased_until__lt=moment), due__lte=moment)
    if not waiting.exists():  # most of the time, and SQLite would lock for a look
        return None
    with transaction.atomic():
        rows = waiting.select_for_update(skip_locked=_can_skip(), of=("self",)).select_related("tenant")
        row = rows.order_by("due", "id").first()
        if row is None:
            return None
        row.claim = uuid.uuid4()
        row.leased_until = moment + LEASE
        row.tries += 1
        row.save(update_fields=["claim", "leased_until", "tries"])
    return row


def _make(row: Handoff) -> bool:
    claim = row.claim
    assert claim is not None  # noqa: S101 - for the type checker: `_claim` has just set it
    unfinished = unfinished_file_of(row.pk, claim)
    try:
        return _settle_ready(row, _pack(row, unfinished), unfinished)
    except Exception as error:  # noqa: BLE001 - whatever one package raises, the others go on
        _settle_failure(row, error)
        return False
    finally:
        unfinished.unlink(missing_ok=True)


def _pack(row: Handoff, to: Path) -> Packed:
    scope = _scope(row)
    provider = provider_name()
    by = Party(
        row.made_by_name or row.made_by,
        _organization_of_maker(row, provider),
        row.made_by if "@" in row.made_by else "",
    )
    to_whom = Party(row.recipient_name, row.recipient_organization, row.recipient_email)
    order = Order(row.pk, by, to_whom, row.language, row.parts)
    dossier = gather(scope, SubjectKind(row.subject_kind), row.subject_id, order)
    return write_package(dossier, to, signer(), key_url())


def _scope(row: Handoff) -> TenantScope:
    reads = frozenset({Permission.ALERT_READ, Permission.INQUIRY_READ, Permission.NOTIFICATION_READ})
    return scope_of_job(OWNER, (row.tenant_id,), reads)


def _organization_of_maker(row: Handoff, provider: str) -> str:
    """Return the organisation of whoever made it: the provider's where it was none of the customer's members."""
    if row.made_by_kind != ActorKind.PERSON:
        return row.tenant.name
    return row.tenant.name if row.tenant.memberships.filter(person_id=row.made_by_id).exists() else provider


def _settle_ready(row: Handoff, packed: Packed, unfinished: Path) -> bool:
    """Say that the package is ready, and give its file the name while the row is held: nobody else's file takes its place afterwards."""
    with transaction.atomic():
        settled = _settle(
            row,
            state=HandoffState.READY,
            ready=now(),
            sha256=packed.sha256,
            size=packed.size,
            contents=[list(one) for one in packed.contents],
            not_made=[list(one) for one in packed.not_made],
            fingerprint=signer().fingerprint,
            error_code="",
        )
        if settled:
            put_in_place(unfinished, row.pk)
            if row.subject_kind == SubjectKind.CASE:
                note_handover(_scope(row), row.subject_id)
            _audit(
                row, "handoff.ready", sha256=packed.sha256, size=packed.size, files=[one[0] for one in packed.contents]
            )
            record_event(HandoffReady(tenant_id=row.tenant_id, handoff_id=row.pk))
    return settled


def _settle_failure(row: Handoff, error: Exception) -> None:
    code = error.code if isinstance(error, HuntlineError) else "internal"
    again = row.tries < MOST_TRIES and not isinstance(error, NotFound)
    if again:
        _settle(row, due=now() + _FIRST_PAUSE * 4 ** (row.tries - 1), error_code=code)
    else:
        with transaction.atomic():
            if _settle(row, state=HandoffState.FAILED, error_code=code):
                _audit(row, "handoff.failed", code=code)
    log.warning("handoff_failed", handoff=str(row.pk), tenant=str(row.tenant_id), error=code, again=again)
    if code == "internal":
        log.error("handoff_broke", handoff=str(row.pk), exc_info=error)


def _settle(row: Handoff, **changes: object) -> bool:
    """Write down what came of a package, unless another worker has claimed it or somebody has withdrawn it meanwhile."""
    ours = _making().filter(pk=row.pk, claim=row.claim)
    return ours.update(claim=None, leased_until=None, **changes) == 1


def _audit(row: Handoff, action: str, **detail: object) -> None:
    record(
        action,
        tenant_id=row.tenant_id,
        object_type="handoff",
        object_id=row.pk,
        detail={"subject": f"{row.subject_kind}:{row.subject_id}", "recipient": row.recipient_email, **detail},
    )


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
