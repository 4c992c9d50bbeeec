"""The sample notification: it goes the way of a real one through every channel, and says everywhere that it is none."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext, override

from huntline.audit.services import record
from huntline.enrolment.services import require_service_on
from huntline.hunting.services import capture_evidence, run
from huntline.identity import TenantScope
from huntline.identity.queries import tenant_within
from huntline.identity.services import actor_of
from huntline.incidents.errors import SampleTooSoon
from huntline.incidents.grouping import hold_tenant
from huntline.incidents.models import Alert, Draft, Notification
from huntline.incidents.publication import publish_draft
from huntline.incidents.states import DraftState
from huntline.incidents.vocabulary import SAMPLE_TITLE, Category, Severity
from huntline.kernel import now, translatable

PAUSE: Final = timedelta(minutes=10)
AUTHOR: Final = "Huntline"

_TITLE: Final = translatable("Targeted attack notification")
_SUMMARY: Final = translatable(
    "This is a sample that {sender} sent. There is no real attack, and nothing has to be contained."
)
_WHAT_HAPPENED: Final = translatable(
    "A sample goes the way of a real notification, so that you see whether everything behind it works: the Incidents and Alerts pages, the "
    "alerts API, the SIEM API, the tables DeviceAlertEvents, AlertInfo and AlertEvidence, and the mails of your rules. Device, account, "
    "file and addresses are invented. A sample is not counted as a finding."
)
_STEPS: Final = (
    translatable("Look whether each recipient of your e-mail rules got the mail."),
    translatable("Look whether your SIEM and your playbooks did with it what they should."),
    translatable("Resolve the alert as “Informational, expected activity” with “Security testing”."),
)

# Invented by name, and by addresses that are kept for documentation (RFC 2606, RFC 5737). Nothing of it is in the tenant's telemetry.
_INVENTED: Final[Mapping[str, str]] = {
    "DeviceId": "5a".ljust(40, "0"),
    "DeviceName": "sample-device.example",
    "AccountDomain": "SAMPLE",
    "AccountName": "sample",
    "FileName": "sample.exe",
    "FolderPath": r"C:\Sample\sample.exe",
    "ProcessCommandLine": "sample.exe --no-real-attack",
    "RemoteIP": "192.0.2.1",
    "RemoteUrl": "https://sample.example/",
}


def send_sample(scope: TenantScope, severity: Severity = Severity.HIGH) -> Notification:
    """Publish a sample in the scope's tenant, and return the notification with its alert.

    Its evidence is a query that names its one row itself, so that it can be run again like any other. At most one in ten minutes.
    Raises NotApproved, ServiceOff, SampleTooSoon; Unavailable while the engine is.
    """
    with transaction.atomic():
        _require_turn(scope)
    moment = now()
    answer = run(scope, _query(moment), start=moment - timedelta(hours=1), end=moment + timedelta(minutes=1))
    evidence = capture_evidence(scope, answer.id, [0], note=SAMPLE_TITLE.strip())
    with transaction.atomic():
        _require_turn(scope)
        draft = _draft(scope, severity, evidence.pk)
        notification = publish_draft(scope, draft.pk)
        record(
            "notification.sample_sent",
            actor=actor_of(scope.subject),
            tenant_id=notification.tenant_id,
            object_type="notification",
            object_id=notification.pk,
            detail={"alert": notification.alert_id, "severity": severity},
        )
    return notification


def _require_turn(scope: TenantScope) -> None:
    """Refuse while nothing may be sent, or another sample was sent just before. The tenant is held until the transaction ends."""
    # In the order of publishing, so that neither waits for the other for ever.
    require_service_on(scope)
    hold_tenant(scope)
    moment = now()
    latest = Alert.objects.within(scope).filter(sample=True, created__gt=moment - PAUSE).order_by("-created").first()
    if latest is not None:
        raise SampleTooSoon(latest.created + PAUSE - moment)


def _draft(scope: TenantScope, severity: Severity, evidence_id: uuid.UUID) -> Draft:
    """Return the sample as a draft in review: nobody wrote it, so whoever sends it is the second pair of eyes."""
    moment = now()
    with override(tenant_within(scope).language):
        draft = Draft(
            tenant_id=scope.tenant,
            title=SAMPLE_TITLE + gettext(_TITLE),
            severity=severity,
            category=Category.GENERAL,
            summary=gettext(_SUMMARY).format(sender=scope.subject.name),
            what_happened=gettext(_WHAT_HAPPENED),
            recommended_steps=[gettext(step) for step in _STEPS],
            evidence_ids=[str(evidence_id)],
            author=AUTHOR,
            state=DraftState.IN_REVIEW,
            sample=True,
            submitted=moment,
        )
    draft.save(force_insert=True)
    return draft


def _query(moment: datetime) -> str:
    values = ", ".join(f"{name} = @'{text}'" for name, text in _INVENTED.items())
    return (
        f"// A sample: this row is invented.\nprint Timestamp = datetime({moment.isoformat()}), {values}, ReportId = 1"
    )
