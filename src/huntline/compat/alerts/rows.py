"""Alerts with what belongs to them, in as many queries for ten thousand as for one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from huntline.compat.alerts.bodies import AlertRow
from huntline.identity import TenantScope
from huntline.incidents import EntityType
from huntline.incidents.models import Alert, AlertComment, AlertEntity

# What an alert tells without its evidence: the related user and the domains.
_ALWAYS: Final = (EntityType.USER, EntityType.URL)


def rows_of(scope: TenantScope, alerts: Sequence[Alert], *, with_evidence: bool) -> list[AlertRow]:
    """Return the alerts, in their order, with their comments and entities (without evidence only those that the alert itself tells)."""
    chosen = [alert.pk for alert in alerts]
    found = AlertEntity.objects.within(scope).filter(alert_id__in=chosen).order_by("place")
    entities: dict[str, list[AlertEntity]] = defaultdict(list)
    for entity in found if with_evidence else found.filter(entity_type__in=_ALWAYS):
        entities[entity.alert_id].append(entity)
    comments: dict[str, list[AlertComment]] = defaultdict(list)
    for comment in AlertComment.objects.within(scope).filter(alert_id__in=chosen).order_by("created", "id"):
        comments[comment.alert_id].append(comment)
    return [AlertRow(alert, entities[alert.pk], comments[alert.pk]) for alert in alerts]
