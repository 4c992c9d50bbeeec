"""Devices with what a foreign machine says beyond them: whether they report, and how grave their open alerts are."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import Case, CharField, Q, Value, When

from huntline.identity import TenantScope
from huntline.identity.models import TenantQuerySet
from huntline.incidents import AlertStatus, EntityType, Severity
from huntline.incidents.models import AlertEntity
from huntline.kernel import now
from huntline.telemetry.coverage import ACTIVE_DAYS
from huntline.telemetry.models import Device

_TEXT: Final = CharField()


def machine_rows(scope: TenantScope) -> TenantQuerySet[Any]:
    """Return the devices with `health`, `onboarding`, `risk` and `worth`, in one query however many they are."""
    reports = Q(last_seen__gte=now() - timedelta(days=ACTIVE_DAYS))
    return Device.objects.within(scope).annotate(
        health=Case(When(reports, then=Value("Active")), default=Value("Inactive"), output_field=_TEXT),
        onboarding=Value("Onboarded", output_field=_TEXT),
        worth=Value("Normal", output_field=_TEXT),
        # The worst severity comes first, and the first that fits counts.
        risk=Case(
            *(When(device_id__in=_concerned(scope, severity), then=Value(str(severity))) for severity in Severity),
            default=Value("None"),
            output_field=_TEXT,
        ),
    )


def _concerned(scope: TenantScope, severity: Severity) -> "TenantQuerySet[AlertEntity]":
    rows = AlertEntity.objects.within(scope).filter(entity_type=EntityType.MACHINE, alert__severity=severity)
    open_ones = rows.exclude(alert__status=AlertStatus.RESOLVED).order_by()
    return open_ones.values("device_id")  # type: ignore[return-value] # django-stubs tell the rows' new type apart
