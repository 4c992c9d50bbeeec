"""What an inquiry is about: each subject is looked up where somebody asks from, so that no inquiry names what is not there."""

import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from huntline.hunting.errors import HuntNotFound
from huntline.hunting.queries import find_run
from huntline.identity import TenantScope
from huntline.identity.queries import tenant_within
from huntline.incidents.errors import AlertNotFound, IncidentNotFound, NotificationNotFound
from huntline.incidents.models import Alert
from huntline.incidents.queries import find_alert, find_incident, find_notification
from huntline.incidents.sources import DetectionSource
from huntline.inquiries.errors import OwnIntelligence, SubjectInvalid, SubjectNotFound, TooManySubjects
from huntline.inquiries.vocabulary import SubjectKind
from huntline.telemetry.errors import DeviceNotFound
from huntline.telemetry.queries import device_within, known_devices

MOST_SUBJECTS: Final = 20
MOST_DEVICES: Final = 1000
LARGEST_CONTEXT: Final = 200_000
_UNWRITABLE: Final = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SubjectForm:
    """A subject as the page names it. `url` is a path of the portal, or of the web for an outside subject; `label` may be empty.

    context: what the page held: `filters`, `query`, `rows`, `start` and `end` (RFC 3339), `devices` of a set.
    """

    kind: SubjectKind
    reference: str
    label: str = ""
    url: str = ""
    context: Mapping[str, object] = field(default_factory=dict)


def checked_subjects(scope: TenantScope, forms: Sequence[SubjectForm]) -> list[SubjectForm]:
    """Return the subjects, each found in the scope's tenant and with a label; doubles are one.

    Raises TooManySubjects, SubjectNotFound, SubjectInvalid, OwnIntelligence.
    """
    unique = {(form.kind, form.reference): form for form in forms}
    if len(unique) > MOST_SUBJECTS:
        raise TooManySubjects(MOST_SUBJECTS)
    slug = tenant_within(scope).slug
    return [_checked(scope, form, slug) for form in unique.values()]


def _checked(scope: TenantScope, form: SubjectForm, slug: str) -> SubjectForm:
    shown = form.label or form.reference
    if not 1 <= len(form.reference) <= 2000 or _UNWRITABLE.search(form.reference + form.label + form.url):
        raise SubjectInvalid(shown)
    if len(json.dumps(form.context)) > LARGEST_CONTEXT or "\\u0000" in json.dumps(form.context):
        raise SubjectInvalid(shown)
    if form.kind is SubjectKind.OUTSIDE:
        address = form.url or form.reference
        if not address.startswith(("https://", "http://")) or re.search(r"\s", address) or len(address) > 2000:
            raise SubjectInvalid(shown)
    elif form.url and not _is_page(form.url, slug):
        raise SubjectInvalid(shown)
    found = _LOOKS.get(form.kind, _taken_as_told)(scope, form)
    return SubjectForm(form.kind, form.reference, (form.label or found)[:500], form.url, form.context)


def _is_page(url: str, slug: str) -> bool:
    home = f"/tenants/{slug}"
    return len(url) <= 2000 and (url == home or url.startswith((f"{home}/", f"{home}?")))


def _alert(scope: TenantScope, form: SubjectForm) -> str:
    try:
        alert = find_alert(scope, form.reference)
    except AlertNotFound:
        raise SubjectNotFound(form.kind, form.reference) from None
    _refuse_own([alert])
    return alert.title


def _incident(scope: TenantScope, form: SubjectForm) -> str:
    number = int(form.reference) if form.reference.isdecimal() and len(form.reference) < 19 else 0
    try:
        incident = find_incident(scope, number)
    except IncidentNotFound:
        raise SubjectNotFound(form.kind, form.reference) from None
    _refuse_own(list(incident.alerts.all()))
    return incident.title


def _refuse_own(alerts: Sequence[Alert]) -> None:
    """Refuse when there is nothing but what the customer's own threat intelligence raised. Raises OwnIntelligence."""
    if alerts and all(alert.detection_source == DetectionSource.CUSTOMER_TI for alert in alerts):
        raise OwnIntelligence(alerts[0].pk, alerts[0].title)


def _notification(scope: TenantScope, form: SubjectForm) -> str:
    try:
        return find_notification(scope, uuid.UUID(form.reference)).alert.title
    except (NotificationNotFound, ValueError):
        raise SubjectNotFound(form.kind, form.reference) from None


def _device(scope: TenantScope, form: SubjectForm) -> str:
    try:
        return device_within(scope, form.reference).name
    except DeviceNotFound:
        raise SubjectNotFound(form.kind, form.reference) from None


def _device_set(scope: TenantScope, form: SubjectForm) -> str:
    ids = form.context.get("devices")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MOST_DEVICES or not all(isinstance(one, str) for one in ids):
        raise SubjectInvalid(form.label or form.reference)
    missing = set(ids) - known_devices(scope, ids)
    if missing:
        raise SubjectNotFound(SubjectKind.DEVICE, min(missing))
    return form.reference


def _hunt(scope: TenantScope, form: SubjectForm) -> str:
    try:
        return find_run(scope, uuid.UUID(form.reference)).query[:200]
    except (HuntNotFound, ValueError):
        raise SubjectNotFound(form.kind, form.reference) from None


def _taken_as_told(_scope: TenantScope, form: SubjectForm) -> str:
    """Take the reference as label. A hash, a name or an address may be one that the telemetry has never held: that may be the question."""
    return form.reference


_LOOKS: Final[Mapping[SubjectKind, Callable[[TenantScope, SubjectForm], str]]] = {
    SubjectKind.ALERT: _alert,
    SubjectKind.INCIDENT: _incident,
    SubjectKind.NOTIFICATION: _notification,
    SubjectKind.DEVICE: _device,
    SubjectKind.DEVICE_SET: _device_set,
    SubjectKind.HUNT: _hunt,
}
