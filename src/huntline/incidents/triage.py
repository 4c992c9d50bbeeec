"""What people do with an alert: status, owner, classification with determination, comments. The incident follows its alerts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from huntline.audit.services import Deed, record_all
from huntline.identity import TenantScope
from huntline.identity.services import actor_of
from huntline.incidents.errors import AlertNotFound
from huntline.incidents.events import AlertChanged
from huntline.incidents.grouping import settle_all
from huntline.incidents.models import Alert, AlertComment
from huntline.incidents.standing import checked_comment, wanted_fields
from huntline.incidents.vocabulary import AlertStatus, Classification, Determination
from huntline.kernel import now
from huntline.outbox.services import record_all as record_events


@dataclass(frozen=True, slots=True)
class AlertChange:
    """What to change; None leaves a field as it is. `assigned_to` "" takes the owner away; `comment` adds one."""

    status: AlertStatus | None = None
    assigned_to: str | None = None
    classification: Classification | None = None
    determination: Determination | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class _Changed:
    """An alert that a change makes different. `before` and `after` are its fields that differ."""

    alert: Alert
    before: dict[str, str]
    after: dict[str, str]


def change_alert(scope: TenantScope, alert_id: str, change: AlertChange) -> Alert:
    """Change an alert, and return it. Raises as `change_alerts`."""
    return change_alerts(scope, [alert_id], change)[0]


@transaction.atomic
def change_alerts(scope: TenantScope, alert_ids: Collection[str], change: AlertChange) -> list[Alert]:
    """Change alerts alike, all or none, and return them in the order of the ids. What is so already changes nothing, nor is it recorded.

    A new classification without a determination drops one that does not go with it. A thousand cost about as many queries as one.
    Raises AlertNotFound, OwnerInvalid, CommentEmpty, TextInvalid, DeterminationNotAllowed.
    """
    rows = Alert.objects.within(scope).select_for_update().filter(pk__in=alert_ids).order_by("pk")
    alerts = {alert.pk: alert for alert in rows}
    for alert_id in alert_ids:
        if alert_id not in alerts:
            raise AlertNotFound(alert_id)
    comment = checked_comment(change.comment)
    changed = [one for alert in alerts.values() if (one := _compared(alert, change)).after or comment]
    if changed:
        moment = now()
        _write(scope, changed, moment)
        if comment:
            _comment(scope, [one.alert for one in changed], comment, moment)
        settle_all(scope, {one.alert.incident_id for one in changed}, moment)
        _tell(scope, changed, comment)
    return [alerts[alert_id] for alert_id in alert_ids]


def _compared(alert: Alert, change: AlertChange) -> _Changed:
    wanted = wanted_fields(alert, change)
    before = {field: str(getattr(alert, field)) for field in wanted}
    return _Changed(alert, before, {field: value for field, value in wanted.items() if value != before[field]})


def _write(scope: TenantScope, changed: Sequence[_Changed], moment: datetime) -> None:
    """Write what differs: one statement for all alerts that change in the same way."""
    alike: dict[tuple[tuple[str, str], ...], list[Alert]] = defaultdict(list)
    for one in changed:
        alike[tuple(one.after.items())].append(one.alert)
    for after, alerts in alike.items():
        fields: dict[str, object] = {**dict(after), "updated": moment}
        if "status" in fields:
            fields["resolved"] = moment if fields["status"] == AlertStatus.RESOLVED else None
        Alert.objects.within(scope).filter(pk__in=[alert.pk for alert in alerts]).update(**fields)
        for alert in alerts:
            for field, value in fields.items():
                setattr(alert, field, value)


def _comment(scope: TenantScope, alerts: Sequence[Alert], text: str, moment: datetime) -> None:
    AlertComment.objects.within(scope).bulk_create(
        [
            AlertComment(
                tenant_id=alert.tenant_id, alert=alert, text=text, created=moment, created_by=scope.subject.name
            )
            for alert in alerts
        ],
        batch_size=500,
    )


def _tell(scope: TenantScope, changed: Sequence[_Changed], comment: str) -> None:
    record_all(
        [
            Deed(
                "alert.changed",
                one.alert.tenant_id,
                "alert",
                one.alert.pk,
                {
                    **{field: [one.before[field], value] for field, value in one.after.items()},
                    **({"comment": comment} if comment else {}),
                },
            )
            for one in changed
        ],
        actor=actor_of(scope.subject),
    )
    record_events(
        [
            AlertChanged(
                tenant_id=one.alert.tenant_id,
                alert_id=one.alert.pk,
                changed=(*one.after, *(("comment",) if comment else ())),
            )
            for one in changed
        ]
    )
