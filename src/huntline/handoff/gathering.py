"""From an incident, a notification or a case to its dossier: reads of the packages below, whose number does not grow with what they find.

What the customer may not see of evidence is in no dossier, whoever makes it: it leaves both the provider's hands and the customer's.
"""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import Final, TypeVar

from django.conf import settings

from huntline.handoff.cases import Case
from huntline.handoff.dossier import (
    Account,
    Device,
    Dossier,
    Evidence,
    File,
    Message,
    Moment,
    Party,
    Process,
    Registry,
    Story,
    Subject,
    Value,
)
from huntline.handoff.models import Part, SubjectKind
from huntline.hunting.queries import Disclosed, disclosed_evidence, rows_of_evidence
from huntline.identity import TenantScope
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.queries import tenant_within
from huntline.incidents import EntityType, Severity
from huntline.incidents.models import Alert, AlertEntity, Detection, Incident, Notification
from huntline.incidents.queries import (
    alert_rows,
    find_incident,
    find_notification,
    versions_of_alerts,
    with_parts,
)
from huntline.kernel import now
from huntline.telemetry.queries import devices_called

_RANK: Final = {severity.value: place for place, severity in enumerate(Severity)}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Order:
    """A package that somebody asked for: its id, by whom and for whom, in which language, and what goes in besides the alerts."""

    id: uuid.UUID
    made_by: Party
    made_for: Party
    language: str
    parts: Collection[str]


@dataclass(frozen=True, slots=True)
class Subjected:
    """What a package is about, without its content. `id` is that of what it stands for now: an incident may have been merged."""

    kind: SubjectKind
    id: str
    title: str
    devices: frozenset[str]


def find_subject(scope: TenantScope, kind: SubjectKind, subject_id: str) -> Subjected:
    """Return what a package would be about, and which devices it names.

    Raises IncidentNotFound, NotificationNotFound, InquiryNotFound, CaseAccessMissing.
    """
    if kind is SubjectKind.CASE:
        case = Case(scope, subject_id)
        rows = with_parts(scope, alert_rows(scope).filter(pk__in=case.alert_ids()), comments=False)
        machines = _machines(entity for alert in rows for entity in alert.entities.all())
        return Subjected(kind, case.row.number, case.title, machines | case.device_ids)
    if kind is SubjectKind.INCIDENT:
        incident = _incident(scope, subject_id)
        machines = _machines(entity for alert in incident.alerts.all() for entity in alert.entities.all())
        return Subjected(kind, str(incident.pk), incident.title, machines)
    told = _notification(scope, subject_id)
    alert = with_parts(scope, alert_rows(scope).filter(pk=told.alert_id), comments=False).get()
    return Subjected(kind, str(told.pk), told.alert.title, _machines(alert.entities.all()))


def gather(scope: TenantScope, kind: SubjectKind, subject_id: str, order: Order) -> Dossier:
    """Return the dossier of an incident with all its alerts, of one notification, or of a case.

    Raises IncidentNotFound, NotificationNotFound, InquiryNotFound, CaseAccessMissing.
    """
    if kind is SubjectKind.CASE:
        return _case_dossier(scope, Case(scope, subject_id), order)
    if kind is SubjectKind.INCIDENT:
        incident = _incident(scope, subject_id)
        alerts = _alerts(scope, [alert.pk for alert in incident.alerts.all()])
        return _dossier(scope, _incident_subject(scope, incident), alerts, order)
    told = _notification(scope, subject_id)
    (alert,) = _alerts(scope, [told.alert_id])
    return _dossier(scope, _notification_subject(scope, told, alert), [alert], order)


def _case_dossier(scope: TenantScope, case: Case, order: Order) -> Dossier:
    alerts = _alerts(scope, case.alert_ids())
    severity = min((alert.severity for alert in alerts), key=_RANK.__getitem__, default="")
    first = min((alert.first_activity for alert in alerts), default=None)
    last = max((alert.last_activity for alert in alerts), default=None)
    base = _dossier(scope, case.subject(_home(scope), severity, first, last), alerts, order)
    by_answers = _evidence_of(scope, {uuid.UUID(key): [] for key in case.evidence_ids()})
    known = {one.id for one in base.evidence}
    named = {one.device_id for one in base.devices}
    return replace(
        base,
        timeline=sorted([*base.timeline, *case.moments()], key=attrgetter("at", "kind", "alert_id")),
        devices=[*base.devices, *(one for one in case.devices() if one.device_id not in named)],
        accounts=[*base.accounts, *case.accounts()],
        files=[*base.files, *case.files()],
        addresses=[*base.addresses, *case.addresses()],
        urls=[*base.urls, *case.urls()],
        evidence=[*base.evidence, *(one for one in by_answers if one.id not in known)]
        if Part.EVIDENCE in order.parts
        else [],
        samples=case.samples() if Part.SAMPLES in order.parts else [],
        messages=sorted([*base.messages, *case.messages()], key=attrgetter("at")),
    )


def _incident(scope: TenantScope, subject_id: str) -> Incident:
    number = int(subject_id) if subject_id.isdecimal() and len(subject_id) < 19 else 0
    incident = find_incident(scope, number)
    return incident if incident.redirect_to_id is None else find_incident(scope, incident.redirect_to_id)


def _notification(scope: TenantScope, subject_id: str) -> Notification:
    try:
        wanted = uuid.UUID(subject_id)
    except ValueError:
        wanted = uuid.UUID(int=0)  # belongs to nobody, so the answer is that of any other that is not there
    return find_notification(scope, wanted)


def _machines(entities: Iterable[AlertEntity]) -> frozenset[str]:
    return frozenset(one.device_id for one in entities if one.entity_type == EntityType.MACHINE and one.device_id)


def _alerts(scope: TenantScope, ids: Sequence[str]) -> list[Alert]:
    rows = with_parts(scope, alert_rows(scope).filter(pk__in=ids), detections=True)
    return sorted(rows.select_related("notification"), key=attrgetter("first_activity", "pk"))


def _dossier(scope: TenantScope, subject: Subject, alerts: Sequence[Alert], order: Order) -> Dossier:
    entities = _Entities(alerts, _platforms(scope, alerts))
    with_comments = Part.COMMENTS in order.parts
    return Dossier(
        id=str(order.id),
        tenant_id=str(scope.tenant),
        customer=tenant_within(scope).name,
        provider=provider_name(),
        subject=subject,
        made_by=order.made_by,
        made_for=order.made_for,
        language=order.language,
        as_of=now(),
        responders=settings.HUNTLINE_RESPONDERS,
        stories=[_story(alert) for alert in alerts],
        timeline=sorted(_timeline(scope, alerts), key=attrgetter("at", "kind", "alert_id")),
        devices=entities.devices(),
        accounts=entities.accounts(),
        files=entities.files(),
        processes=entities.processes(),
        addresses=entities.values(EntityType.IP, "ip_address"),
        urls=entities.values(EntityType.URL, "url"),
        registry=entities.registry(),
        evidence=_evidence(scope, alerts) if Part.EVIDENCE in order.parts else [],
        messages=_comments(alerts) if with_comments else [],
        left_out=[part.value for part in Part if part not in order.parts and _is_part_of(part, subject.kind)],
    )


def _is_part_of(part: Part, kind: str) -> bool:
    return part is not Part.SAMPLES or kind == SubjectKind.CASE


def provider_name() -> str:
    """Return the name of the organisation that hunts."""
    found = Tenant.objects.filter(kind=TenantKind.PROVIDER).only("name").first()
    return found.name if found else "Huntline"


def _incident_subject(scope: TenantScope, incident: Incident) -> Subject:
    return Subject(
        SubjectKind.INCIDENT.value,
        str(incident.pk),
        incident.title,
        incident.severity,
        incident.first_activity,
        incident.last_activity,
        f"{_home(scope)}/incidents/{incident.pk}",
    )


def _notification_subject(scope: TenantScope, told: Notification, alert: Alert) -> Subject:
    return Subject(
        SubjectKind.NOTIFICATION.value,
        str(told.pk),
        alert.title,
        alert.severity,
        alert.first_activity,
        alert.last_activity,
        f"{_home(scope)}/notifications/{told.pk}",
    )


def _home(scope: TenantScope) -> str:
    return f"{settings.HUNTLINE_PUBLIC_URL}/tenants/{tenant_within(scope).slug}"


def _told(alert: Alert) -> Notification | None:
    told: Notification | None = getattr(alert, "notification", None)  # alerts of other sources have none
    return told


def _story(alert: Alert) -> Story:
    told = _told(alert)
    steps = [line.strip() for line in alert.recommended_actions.splitlines() if line.strip()]
    return Story(
        alert_id=alert.pk,
        title=alert.title,
        severity=alert.severity,
        category=alert.category,
        source=alert.detection_source,
        status=alert.status,
        classification=alert.classification,
        created=alert.created,
        first_activity=alert.first_activity,
        last_activity=alert.last_activity,
        summary=told.summary if told else alert.description,
        what_happened=told.what_happened if told else "",
        steps=list(told.recommended_steps) if told else steps,
        techniques=list(alert.techniques),
        version=told.version if told else alert.version,
        withdrawn=(told.withdrawal_reason or "-") if told and told.withdrawn else "",
    )


def _timeline(scope: TenantScope, alerts: Sequence[Alert]) -> Iterator[Moment]:
    for alert in alerts:
        yield Moment(alert.created, "alert", alert.title, alert.pk)
        told = _told(alert)
        if told and told.withdrawn:
            yield Moment(told.withdrawn, "withdrawal", told.withdrawal_reason, alert.pk)
        yield from (_event(alert, one) for one in alert.detections.all())
    for version in versions_of_alerts(scope, [alert.pk for alert in alerts]):
        if version.number > 1:
            yield Moment(version.published, "version", version.change_note, version.notification.alert_id)


def _event(alert: Alert, one: Detection) -> Moment:
    return Moment(
        at=one.at,
        kind="event",
        text=alert.title,
        alert_id=alert.pk,
        device_id=one.device_id,
        device_name=one.device_name,
        account=_account_name(one.account_domain, one.account_name),
        file_name=one.file_name,
        folder_path=one.folder_path,
        sha1=one.sha1,
        sha256=one.sha256,
        command_line=one.command_line,
        address=one.remote_ip,
        url=one.remote_url,
        table=one.table,
        report_id=one.report_id,
    )


def _account_name(domain: str, name: str) -> str:
    return f"{domain}\\{name}" if domain and name else name


def _platforms(scope: TenantScope, alerts: Sequence[Alert]) -> dict[str, str]:
    ids = _machines(entity for alert in alerts for entity in alert.entities.all())
    return {device.device_id: device.os_platform for device in devices_called(scope, ids)}


def _comments(alerts: Sequence[Alert]) -> list[Message]:
    found = [
        Message(one.created, one.created_by, one.text, alert.pk) for alert in alerts for one in alert.comments.all()
    ]
    return sorted(found, key=attrgetter("at"))


def _evidence(scope: TenantScope, alerts: Sequence[Alert]) -> list[Evidence]:
    named: dict[uuid.UUID, list[str]] = {}
    for alert in alerts:
        told = _told(alert)
        for evidence_id in told.evidence if told else ():
            named.setdefault(evidence_id, []).append(alert.pk)
    return _evidence_of(scope, named)


def _evidence_of(scope: TenantScope, named: Mapping[uuid.UUID, Sequence[str]]) -> list[Evidence]:
    """Return evidence as the customer may see it, by its ids, each with the alerts that name it."""
    found = {one.evidence.pk: one for one in disclosed_evidence(scope, named)}
    return [_one_evidence(scope, found[key], alert_ids) for key, alert_ids in named.items() if key in found]


def _one_evidence(scope: TenantScope, one: Disclosed, alert_ids: Sequence[str]) -> Evidence:
    row = one.evidence
    return Evidence(
        id=str(row.pk),
        query=one.query,
        query_sha256=one.query_sha256,
        sql_sha256=one.sql_sha256,
        window_start=row.window_start,
        window_end=row.window_end,
        asked_at=row.asked_at,
        captured_at=row.captured_at,
        captured_by=row.captured_by,
        schema_version=row.schema_version,
        engine_version=row.engine_version,
        compiler_version=row.compiler_version,
        tables=row.tables if one.query is not None else (),
        columns=[(column["name"], column["type"]) for column in row.columns],
        row_count=row.row_count,
        truncated=row.truncated,
        rows_sha256=row.rows_sha256,
        open_rows=partial(_open_rows, scope, row.pk),
        note=one.note,
        alerts=alert_ids,
    )


def _open_rows(scope: TenantScope, evidence_id: uuid.UUID) -> bytes:
    return rows_of_evidence(scope, evidence_id).encode()


class _Entities:
    """The entities of several alerts, each once, with the alerts that name it and the worst of their verdicts."""

    def __init__(self, alerts: Sequence[Alert], platforms: dict[str, str]) -> None:
        self._platforms = platforms
        self._rows = [entity for alert in alerts for entity in alert.entities.all()]

    def devices(self) -> list[Device]:
        def made(row: AlertEntity, verdict: str, alerts: Sequence[str]) -> Device:
            return Device(row.device_id, row.device_name, self._platforms.get(row.device_id, ""), verdict, alerts)

        return self._once(EntityType.MACHINE, ("device_id", "device_name"), made)

    def accounts(self) -> list[Account]:
        fields = ("account_name", "account_domain", "account_sid", "account_upn", "account_object_id")

        def made(row: AlertEntity, verdict: str, alerts: Sequence[str]) -> Account:
            return Account(
                row.account_name,
                row.account_domain,
                row.account_sid,
                row.account_upn,
                row.account_object_id,
                verdict,
                alerts,
            )

        return self._once(EntityType.USER, fields, made)

    def files(self) -> list[File]:
        return self._once(EntityType.FILE, _FILE, _file)

    def processes(self) -> list[Process]:
        fields = ("device_id", "process_id", "process_created", "process_command_line", *_FILE)

        def made(row: AlertEntity, verdict: str, alerts: Sequence[str]) -> Process:
            return Process(
                _file(row, verdict, alerts),
                row.process_id,
                row.process_command_line,
                row.process_created,
                row.parent_file_name,
                row.parent_process_id,
                _account_name(row.account_domain, row.account_name),
                verdict,
                alerts,
            )

        return self._once(EntityType.PROCESS, fields, made)

    def values(self, kind: EntityType, field: str) -> list[Value]:
        def made(row: AlertEntity, verdict: str, alerts: Sequence[str]) -> Value:
            return Value(getattr(row, field), verdict, alerts)

        return self._once(kind, (field,), made)

    def registry(self) -> list[Registry]:
        fields = ("registry_key", "registry_value_name", "registry_value_type", "registry_value_data", "device_name")

        def made(row: AlertEntity, verdict: str, alerts: Sequence[str]) -> Registry:
            return Registry(
                row.registry_key,
                row.registry_value_name,
                row.registry_value_type,
                row.registry_value_data,
                row.device_name,
                verdict,
                alerts,
            )

        keys = self._once(EntityType.REGISTRY_KEY, fields, made)
        return [*keys, *self._once(EntityType.REGISTRY_VALUE, fields, made)]

    def _once(
        self, kind: EntityType, key: Sequence[str], made: Callable[[AlertEntity, str, Sequence[str]], T]
    ) -> list[T]:
        grouped: dict[tuple[object, ...], list[AlertEntity]] = {}
        for row in self._rows:
            if row.entity_type == kind:
                grouped.setdefault(tuple(getattr(row, name) for name in key), []).append(row)
        return [
            made(
                rows[0], max((row.verdict for row in rows), key=_VERDICTS.index), sorted({row.alert_id for row in rows})
            )
            for rows in grouped.values()
        ]


_FILE: Final = ("file_name", "folder_path", "sha1", "sha256", "md5", "device_name")
# The worst last.
_VERDICTS: Final = ("Clean", "Unknown", "Suspicious", "Malicious")


def _file(row: AlertEntity, verdict: str, alerts: Sequence[str]) -> File:
    return File(
        row.file_name,
        row.folder_path,
        row.sha1.lower(),
        row.sha256.lower(),
        row.md5.lower(),
        row.file_size,
        row.device_name,
        verdict,
        alerts,
    )
