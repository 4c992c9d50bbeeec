"""Which alerts a rule or a webhook is for: severities for each detection source, and device groups, each with the time since when.

Nothing is retroactive: what was chosen after an alert was raised is not for it.
"""

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from huntline.delivery.errors import (
    DetectionSourceInvalid,
    DeviceGroupsReserved,
    DeviceGroupUnknown,
    RuleIncomplete,
    SeverityUnknown,
)
from huntline.delivery.models import ALL_GROUPS, Chooser
from huntline.identity import TenantScope
from huntline.incidents import THREAT_EXPERTS, EntityType, Severity
from huntline.incidents.models import Alert
from huntline.incidents.queries import entities_of
from huntline.telemetry.queries import group_ids_within, groups_of_devices

_SOURCE: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")


class Why(StrEnum):
    """What a rule says about an alert and an address, or a webhook about an alert."""

    MATCHED = "matched"
    RULE_OFF = "rule_off"
    SOURCE_NOT_CHOSEN = "source_not_chosen"
    SEVERITY_NOT_CHOSEN = "severity_not_chosen"
    SEVERITY_CHOSEN_LATER = "severity_chosen_later"
    DEVICE_GROUP_NOT_CHOSEN = "device_group_not_chosen"
    DEVICE_GROUP_CHOSEN_LATER = "device_group_chosen_later"
    NOT_A_RECIPIENT = "not_a_recipient"
    RECIPIENT_ADDED_LATER = "recipient_added_later"
    RECIPIENT_LEFT = "recipient_left"
    INCIDENT_TOLD = "incident_told"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a form chooses.

    severities: of targeted attack notifications. detections: severities of each other detection source. device_groups: None for all.
    """

    severities: Sequence[str]
    detections: Mapping[str, Sequence[str]]
    device_groups: Collection[uuid.UUID] | None


@dataclass(frozen=True, slots=True)
class Sight:
    """An alert as rules and webhooks see it. groups: of the devices that it names; none when it names none."""

    alert_id: str
    incident_id: int
    source: str
    severity: str
    published: datetime
    groups: frozenset[uuid.UUID]


def sight_of(scope: TenantScope, alert: Alert) -> Sight:
    """Return what rules and webhooks look at."""
    devices = {machine.device_id for machine in entities_of(scope, alert.pk, EntityType.MACHINE)}
    return Sight(
        alert.pk,
        alert.incident_id,
        alert.detection_source,
        alert.severity,
        alert.created,
        frozenset(groups_of_devices(scope, devices)),
    )


def judge_alert(chooser: Chooser, sight: Sight) -> tuple[Why, datetime | None]:
    """Return what it says about the alert, and since when it would be for it where that was too late."""
    if not chooser.enabled:
        return Why.RULE_OFF, None
    chosen = chooser.severities if sight.source == THREAT_EXPERTS else chooser.detections.get(sight.source)
    if not chosen:
        return Why.SOURCE_NOT_CHOSEN, None
    if sight.severity not in chosen:
        return Why.SEVERITY_NOT_CHOSEN, None
    since = datetime.fromisoformat(chosen[sight.severity])
    if since > sight.published:
        return Why.SEVERITY_CHOSEN_LATER, since
    wanted = {ALL_GROUPS, *map(str, sight.groups)}
    moments = [datetime.fromisoformat(at) for group, at in chooser.device_groups.items() if group in wanted]
    if not moments:
        return Why.DEVICE_GROUP_NOT_CHOSEN, None
    if min(moments) > sight.published:
        return Why.DEVICE_GROUP_CHOSEN_LATER, min(moments)
    return Why.MATCHED, None


def is_visible(scope: TenantScope, chooser: Chooser) -> bool:
    """Whether the bearer may see and manage it: who is limited to device groups sees only what is for these alone."""
    if scope.device_groups is None:
        return True
    return bool(chooser.device_groups) and set(chooser.device_groups) <= {str(group) for group in scope.device_groups}


def require_all_groups(scope: TenantScope) -> None:
    """Raise DeviceGroupsReserved for somebody whose role is limited: what follows is of the whole organisation."""
    if scope.device_groups is not None:
        raise DeviceGroupsReserved


def choose(scope: TenantScope, chooser: Chooser, choice: Choice, moment: datetime, *, was_enabled: bool) -> None:
    """Set what the row is for. What was chosen before keeps its time, unless it was switched off meanwhile.

    Raises RuleIncomplete, SeverityUnknown, DetectionSourceInvalid, DeviceGroupUnknown, DeviceGroupsReserved.
    """
    at = moment.isoformat()
    severities = chooser.severities if was_enabled else {}
    detections = chooser.detections if was_enabled else {}
    groups = chooser.device_groups if was_enabled else {}
    if not choice.severities and not any(choice.detections.values()):
        raise RuleIncomplete("severities")
    chooser.severities = {_severity(text): severities.get(text, at) for text in choice.severities}
    chooser.detections = {
        _source(source): {_severity(text): detections.get(source, {}).get(text, at) for text in chosen}
        for source, chosen in sorted(choice.detections.items())
        if chosen
    }
    # A group of all that were chosen has been there as long as all were.
    chooser.device_groups = {
        group: groups.get(group, groups.get(ALL_GROUPS, at)) for group in _groups(scope, choice.device_groups)
    }


def _groups(scope: TenantScope, wanted: Collection[uuid.UUID] | None) -> list[str]:
    if wanted is None:
        if scope.device_groups is not None:
            raise DeviceGroupsReserved
        return [ALL_GROUPS]
    if not wanted:
        raise RuleIncomplete("device_groups")
    if scope.device_groups is not None and not set(wanted) <= scope.device_groups:
        raise DeviceGroupsReserved
    if not set(wanted) <= group_ids_within(scope):
        raise DeviceGroupUnknown
    return sorted(str(group) for group in set(wanted))


def _severity(text: str) -> str:
    try:
        return Severity(text).value
    except ValueError:
        raise SeverityUnknown(text) from None


def _source(text: str) -> str:
    if not _SOURCE.fullmatch(text) or text == THREAT_EXPERTS:
        raise DetectionSourceInvalid(text[:40])
    return text
