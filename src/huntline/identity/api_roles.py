"""Application permissions: what an API client's `roles` allow, by the names that existing clients know."""

from collections.abc import Collection
from typing import Final

from huntline.identity.permissions import Permission

# Source of the names: the permission tables of the Defender and Graph security APIs.
API_ROLES: Final[dict[str, frozenset[Permission]]] = {
    "AdvancedHunting.Read.All": frozenset({Permission.HUNT_RUN}),
    "AdvancedQuery.Read.All": frozenset({Permission.HUNT_RUN}),
    "Alert.Read.All": frozenset({Permission.ALERT_READ}),
    "Alert.ReadWrite.All": frozenset({Permission.ALERT_MANAGE, Permission.ALERT_READ}),
    "Incident.Read.All": frozenset({Permission.ALERT_READ}),
    "Incident.ReadWrite.All": frozenset({Permission.ALERT_MANAGE, Permission.ALERT_READ}),
    "Inquiry.Read.All": frozenset({Permission.INQUIRY_READ}),  # ours: a case's status for an outside hub
    "Machine.Read.All": frozenset({Permission.DEVICE_READ}),
    "SecurityAlert.Read.All": frozenset({Permission.ALERT_READ}),
    "SecurityAlert.ReadWrite.All": frozenset({Permission.ALERT_MANAGE, Permission.ALERT_READ}),
    "SecurityIncident.Read.All": frozenset({Permission.ALERT_READ}),
    "SecurityIncident.ReadWrite.All": frozenset({Permission.ALERT_MANAGE, Permission.ALERT_READ}),
    "ThreatHunting.Read.All": frozenset({Permission.HUNT_RUN}),
}


def permissions_of(roles: Collection[str]) -> frozenset[Permission]:
    """Return what these roles allow together; an unknown role allows nothing."""
    return frozenset[Permission]().union(*(API_ROLES.get(role, frozenset()) for role in roles))
