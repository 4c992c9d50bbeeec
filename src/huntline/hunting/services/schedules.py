"""Saved hunts of the provider that run by themselves: set up, change, end."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db import transaction

from huntline.audit.services import record
from huntline.hunting.errors import SavedHuntNotFound, ScheduleInvalid, ScheduleNotFound
from huntline.hunting.execution import compile_query, window_of
from huntline.hunting.models import SavedHunt, SavedKind, ScheduledHunt
from huntline.hunting.queries import find_saved_hunt, functions_open_to, schedules_of_provider
from huntline.identity import TenantScope
from huntline.identity.errors import TenantNotFound
from huntline.identity.models import Tenant, TenantKind
from huntline.identity.queries import customers_within
from huntline.identity.services import actor_of
from huntline.kernel import now

LONGEST_INTERVAL: Final = 31 * 24
LONGEST_LOOKBACK: Final = 190 * 24


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """When and where a hunt runs. customers: slugs; None: all whose service is on. first run: at once, then every `every_hours`."""

    every_hours: int
    lookback_hours: int
    customers: Sequence[str] | None = None
    enabled: bool = True


@transaction.atomic
def schedule_hunt(scope: TenantScope, saved_hunt_id: uuid.UUID, form: ScheduleForm) -> ScheduledHunt:
    """Let a saved hunt of the provider's library run by itself, for the first time as soon as a worker is free.

    Raises SavedHuntNotFound, ScheduleInvalid, TenantNotFound, QueryInvalid.
    """
    saved = find_saved_hunt(scope, saved_hunt_id)
    if saved.kind != SavedKind.QUERY or saved.tenant.kind != TenantKind.PROVIDER:
        raise SavedHuntNotFound
    _refuse_bad_query(scope, saved)
    row = ScheduledHunt(tenant_id=saved.tenant_id, saved_hunt=saved, next_due=now(), created_by=scope.subject.name)
    _fill(scope, row, form)
    row.save(force_insert=True)
    _note(scope, row, "scheduled_hunt.created")
    return row


@transaction.atomic
def change_schedule(scope: TenantScope, schedule_id: uuid.UUID, form: ScheduleForm) -> ScheduledHunt:
    """Change when and where a hunt runs; one that was off and is on again has its next turn at once.

    Raises ScheduleNotFound, ScheduleInvalid, TenantNotFound.
    """
    row = find_schedule(scope, schedule_id)
    sooner = now() + timedelta(hours=form.every_hours)
    row.next_due = now() if form.enabled and not row.enabled else min(row.next_due, sooner)
    _fill(scope, row, form)
    row.save()
    _note(scope, row, "scheduled_hunt.changed")
    return row


@transaction.atomic
def end_schedule(scope: TenantScope, schedule_id: uuid.UUID) -> None:
    """End a schedule; what it ran stays in the customers' histories. Raises ScheduleNotFound."""
    row = find_schedule(scope, schedule_id)
    _note(scope, row, "scheduled_hunt.deleted")
    row.delete()


def find_schedule(scope: TenantScope, schedule_id: uuid.UUID) -> ScheduledHunt:
    """Return a schedule with its saved hunt. Raises ScheduleNotFound."""
    row = schedules_of_provider(scope).filter(pk=schedule_id).first()
    if row is None:
        raise ScheduleNotFound
    return row


def _fill(scope: TenantScope, row: ScheduledHunt, form: ScheduleForm) -> None:
    hours, back = form.every_hours, form.lookback_hours
    if not 1 <= hours <= LONGEST_INTERVAL or not hours <= back <= LONGEST_LOOKBACK:
        raise ScheduleInvalid(LONGEST_INTERVAL, LONGEST_LOOKBACK)
    row.every_hours, row.lookback_hours, row.enabled = hours, back, form.enabled
    row.customers = [] if form.customers is None else [str(tenant.pk) for tenant in _named(scope, form.customers)]
    row.changed_by = scope.subject.name


def _named(scope: TenantScope, slugs: Sequence[str]) -> list[Tenant]:
    known = {tenant.slug: tenant for tenant in customers_within(scope)}
    unknown = next((slug for slug in slugs if slug not in known), None)
    if unknown is not None or not slugs:
        raise TenantNotFound(unknown or "")
    return [known[slug] for slug in dict.fromkeys(slugs)]


def _refuse_bad_query(scope: TenantScope, saved: SavedHunt) -> None:
    """A hunt that runs while nobody looks must be one that can run."""
    moment, functions = now(), functions_open_to(scope)
    window = window_of(saved.query, None, None, moment, functions=functions)
    compile_query(scope, saved.query, window=window, at=moment, functions=functions)


def _note(scope: TenantScope, row: ScheduledHunt, action: str) -> None:
    record(
        action,
        actor=actor_of(scope.subject),
        tenant_id=row.tenant_id,
        object_type="scheduled_hunt",
        object_id=row.pk,
        detail={
            "saved_hunt": str(row.saved_hunt_id),
            "every_hours": row.every_hours,
            "lookback_hours": row.lookback_hours,
            "customers": row.customers,
            "enabled": row.enabled,
        },
    )
