"""What the quarantine does by itself: examine what came in, delete what has been kept long enough, remove what was cut off.

Examinations are rows before they run, and one worker at a time has one; it is claimed again when its lease is over.
"""

import threading
import uuid
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.identity.services import scope_of_job
from huntline.kernel import HuntlineError, Unavailable, now
from huntline.outbox.services import record as record_event
from huntline.samples import antivirus
from huntline.samples.content import contents_of, stored_parts
from huntline.samples.custody import note
from huntline.samples.errors import RuleFolderMissing, SampleDamaged
from huntline.samples.events import SampleExamined
from huntline.samples.examining.running import ExaminationBroke, examine
from huntline.samples.models import (
    Examination,
    ExaminationState,
    Part,
    Sample,
    SampleState,
    Touch,
    Upload,
    UploadState,
)
from huntline.samples.rulebook import current_rules
from huntline.samples.services.deletion import EXPIRED, delete_sample, finish_deletion
from huntline.samples.services.uploads import abandon_upload
from huntline.samples.storage import storage

log = structlog.get_logger(__name__)

OWNER: Final = "samples"
# Beyond the time of the examining process: reading, the antivirus, and a machine that is busy.
_GRACE: Final = timedelta(minutes=15)
_FIRST_PAUSE: Final = timedelta(seconds=30)
_LONGEST_PAUSE: Final = timedelta(hours=1)
# A sample in whose examination so many workers died, or for which the storage did not answer so often, is left alone.
MOST_TRIES: Final = 8
# Nobody resumes an upload that nothing was heard of for so long.
IDLE: Final = timedelta(hours=24)
# A put takes minutes at most: what has no end by then was cut off. Twice, so that no late end meets a row that has gone.
CUT_OFF: Final = timedelta(hours=1)

_SERVES_ALL: Final = "the quarantine looks after the samples of all tenants"


def examine_due(stop: threading.Event | None = None) -> int:
    """Examine every sample that is due and return how many examinations came to an end. Several workers may do this at once."""
    ended = 0
    while not (stop and stop.is_set()):
        examination = _claim()
        if examination is None:
            break
        try:
            ended += _carry_out(examination)
        except Unavailable as error:
            _postpone(examination, error)
        except Exception as error:
            log.exception("examination_failed", sample=str(examination.sample_id))
            _postpone(examination, error)
    return ended


def delete_expired(stop: threading.Event | None = None) -> int:
    """Delete what has been kept long enough and finish deletions that were cut off; return how many samples were deleted.

    Uploads that nobody resumed are given up, and what they and cut-off puts left in the storage is removed.
    """
    _give_up_idle_uploads()
    deleted = 0
    moment = now()
    samples = Sample.objects.unscoped(_SERVES_ALL)
    due = Q(state=SampleState.HELD, expires__lte=moment) | Q(state=SampleState.DELETING)
    for sample in list(samples.filter(due).order_by("expires")[:500]):
        if stop and stop.is_set():
            return deleted
        try:
            deleted += _delete(sample)
        except Exception:
            log.exception("sample_deletion_failed", sample=str(sample.pk))
    _remove_leftovers()
    return deleted


def forget_claims() -> int:
    """Make due what other processes had claimed, and return how much it was. For a process that knows that it is the only one left."""
    return _waiting().exclude(leased_until=None).update(claim=None, leased_until=None)


def _scope(tenant: uuid.UUID) -> TenantScope:
    return scope_of_job(OWNER, (tenant,), frozenset())


def _waiting() -> TenantQuerySet[Examination]:
    return Examination.objects.unscoped(_SERVES_ALL).filter(state=ExaminationState.WAITING)


def _claim() -> Examination | None:
    moment = now()
    free = Q(leased_until=None) | Q(leased_until__lt=moment)
    due = _waiting().filter(free, due__lte=moment, sample__state=SampleState.HELD)
    if not due.exists():  # most of the time, and SQLite would lock for a look
        return None
    with transaction.atomic():
        rows = due.select_for_update(skip_locked=_can_skip(), of=("self",)).select_related("sample")
        examination = rows.order_by("due", "id").first()
        if examination is None:
            return None
        examination.claim = uuid.uuid4()
        examination.leased_until = moment + timedelta(seconds=settings.HUNTLINE_EXAMINATION_SECONDS) + _GRACE
        examination.tries += 1
        examination.save(update_fields=["claim", "leased_until", "tries"])
    return examination


def _carry_out(examination: Examination) -> bool:
    """Look, keep what was found, ask the antivirus; return whether that was all."""
    sample = examination.sample
    scope = _scope(sample.tenant_id)
    if examination.looked is None:
        if examination.tries > MOST_TRIES:
            # Nobody knows what the workers died of, so the antivirus is not tried on it either.
            return _end(scope, examination, error_code="examination_interrupted")
        _look(scope, examination)
    answer = _antivirus(scope, sample)
    if answer is not None and answer["verdict"] == antivirus.Verdict.UNREACHABLE:
        pause = min(_FIRST_PAUSE * 2 ** min(examination.tries - 1, 12), _LONGEST_PAUSE)
        log.error("antivirus_unreachable", sample=str(sample.pk), again_in_seconds=pause.total_seconds())
        _settle(examination, antivirus=answer, due=now() + pause, claim=None, leased_until=None)
        return False
    return _end(scope, examination, antivirus=answer, error_code=examination.error_code)


def _look(scope: TenantScope, examination: Examination) -> None:
    """Run the examining process and keep what it says, or why it says nothing. Raises Unavailable where a later try may do better."""
    sample = examination.sample
    examination.findings, examination.error_code = None, ""
    try:
        rules = current_rules()
        content = contents_of(sample, stored_parts(scope, sample.pk))
        found = examine(
            sample.name,
            sample.size,
            content,
            rules=rules.compiled if rules else None,
            ruleset=rules.sha256 if rules else "",
        )
        examination.findings = msgspec.to_builtins(found)
    except ExaminationBroke as broke:
        examination.error_code = broke.code
    except (RuleFolderMissing, SampleDamaged) as error:
        log.error("sample_not_examined", sample=str(sample.pk), error=error.code, message=error.message)  # noqa: TRY400 - its text says it
        examination.error_code = error.code
    examination.looked = now()
    _settle(examination, looked=examination.looked, findings=examination.findings, error_code=examination.error_code)


def _antivirus(scope: TenantScope, sample: Sample) -> dict[str, str] | None:
    if not antivirus.is_set_up():
        return None
    try:
        answer = antivirus.ask(contents_of(sample, stored_parts(scope, sample.pk)))
    except SampleDamaged:
        return None  # the examination has said so
    return {"verdict": answer.verdict.value, "signature": answer.signature, "engine": answer.engine}


@transaction.atomic
def _end(scope: TenantScope, examination: Examination, *, error_code: str, antivirus: object = None) -> bool:
    state = ExaminationState.FAILED if error_code else ExaminationState.DONE
    changes = {"state": state, "ended": now(), "error_code": error_code, "antivirus": antivirus}
    if not _settle(examination, claim=None, leased_until=None, **changes):
        return False
    sample = examination.sample
    note(scope, sample, Touch.EXAMINED, examination=str(examination.pk), state=state.value, error=error_code)
    record_event(
        SampleExamined(
            tenant_id=sample.tenant_id,
            case_id=sample.case_id,
            sample_id=sample.pk,
            examination_id=examination.pk,
            state=state.value,
        )
    )
    return True


def _postpone(examination: Examination, error: Exception) -> None:
    code = error.code if isinstance(error, HuntlineError) else "internal"
    if examination.tries >= MOST_TRIES:
        _end(_scope(examination.tenant_id), examination, error_code=code)
        return
    pause = min(_FIRST_PAUSE * 2 ** (examination.tries - 1), _LONGEST_PAUSE)
    _settle(examination, due=now() + pause, claim=None, leased_until=None, error_code=code)
    log.warning("examination_postponed", sample=str(examination.sample_id), error=code, tries=examination.tries)


def _settle(examination: Examination, **changes: object) -> bool:
    """Write down what came of an examination, unless another worker has claimed it meanwhile."""
    return _waiting().filter(pk=examination.pk, claim=examination.claim).update(**changes) == 1


def _delete(sample: Sample) -> bool:
    scope = _scope(sample.tenant_id)
    if sample.state == SampleState.HELD:
        sample = delete_sample(scope, sample.case_id, sample.pk, reason=EXPIRED)
    else:
        sample = finish_deletion(scope, sample)
    return sample.state == SampleState.DELETED


def _give_up_idle_uploads() -> None:
    uploads = Upload.objects.unscoped(_SERVES_ALL)
    for upload in list(uploads.filter(state=UploadState.OPEN, touched__lt=now() - IDLE)[:500]):
        try:
            abandon_upload(_scope(upload.tenant_id), upload.case_id, upload.pk)
        except HuntlineError as error:  # it was finished or given up in this moment
            log.info("upload_not_given_up", upload=str(upload.pk), error=error.code)


def _remove_leftovers() -> None:
    """Remove objects that belong to nothing, and then the rows by which they were found."""
    moment = now()
    parts = Part.objects.unscoped(_SERVES_ALL)
    given_up = Q(upload__state=UploadState.ABANDONED, stored__isnull=False)
    cut_off = Q(stored=None, begun__lt=moment - CUT_OFF)
    for part in list(parts.filter(given_up | cut_off)[:5000]):
        if part.stored is None and part.condemned is None:
            # From here on it cannot be acknowledged any more.
            if not parts.filter(pk=part.pk, stored=None).update(condemned=moment):
                continue
            part.condemned = moment
        storage().delete(part.object_name)
        if part.condemned is None or part.condemned < moment - CUT_OFF:
            parts.filter(pk=part.pk).delete()
    uploads = Upload.objects.unscoped(_SERVES_ALL).filter(state=UploadState.ABANDONED)
    uploads.exclude(pk__in=parts.values("upload")).delete()


def _can_skip() -> bool:
    return bool(transaction.get_connection().features.has_select_for_update_skip_locked)
