"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Literal

from ninja import Field, Schema

from huntline.enrolment.schemas import TenantNameOut
from huntline.hunting.models import Disclosure
from huntline.hunting.schemas import EvidenceOut
from huntline.incidents.sources import DetectionSource
from huntline.incidents.states import DraftState
from huntline.incidents.vocabulary import (
    AlertStatus,
    Category,
    Classification,
    Determination,
    EntityRole,
    EntityType,
    IncidentStatus,
    Severity,
    Verdict,
)
from huntline.kernel import PageQuery

IncidentStatusIn = Literal[IncidentStatus.ACTIVE, IncidentStatus.IN_PROGRESS, IncidentStatus.RESOLVED]
"""What a person may set."""


class DraftIn(Schema):
    """A notification as a hunter writes it: steps with containment first, techniques such as T1059.001.

    `change_note` says what a new version changes.
    """

    title: str = Field(min_length=1, max_length=200)
    severity: Severity
    category: Category
    summary: str = ""
    what_happened: str = ""
    recommended_steps: list[str] = Field([], max_length=50)
    techniques: list[str] = Field([], max_length=50)
    evidence_ids: list[uuid.UUID] = Field([], max_length=20)
    disclosure: Disclosure = Disclosure.FULL
    change_note: str = ""


class DraftChangeIn(DraftIn):
    """The same with the revision that was changed, so that nobody's work is overwritten unseen."""

    revision: int | None = None


class DraftOut(DraftIn):
    """A draft. `own` says that the reader wrote in it, and so may not publish it."""

    id: uuid.UUID
    tenant: TenantNameOut
    state: DraftState
    revision: int
    author: str
    own: bool
    returned_by: str
    return_reason: str
    created: datetime
    updated: datetime
    submitted: datetime | None
    notification_id: uuid.UUID | None
    revises: uuid.UUID | None


class DraftList(Schema):
    """Drafts, the latest change first."""

    items: list[DraftOut]
    total: int


class ReturnIn(Schema):
    """What has to change before a draft can be published."""

    reason: str = Field(min_length=1, max_length=10_000)


class PublishIn(Schema):
    """The revision that was reviewed."""

    revision: int | None = None


class EventRowIn(Schema):
    """One event behind an alert: the hunting table that it is a row of, and the row by the names of its columns."""

    table: str = Field(max_length=100)
    row: dict[str, str | int | float | bool | None] = Field(max_length=200)


class AlertIn(Schema):
    """An alert of another source than our hunters.

    `provider_alert_id` is the id under which the source knows it; the same again makes no second alert. With `merge_into_open`, an open
    alert of the same source, device and title takes the events instead.
    """

    title: str = Field(min_length=1, max_length=200)
    description: str = Field("", max_length=50_000)
    recommended_action: str = Field("", max_length=50_000)
    severity: Severity
    category: Category
    detection_source: DetectionSource
    provider_alert_id: str = Field("", max_length=200)
    techniques: list[str] = Field([], max_length=50)
    threat_family: str = Field("", max_length=200)
    events: list[EventRowIn] = Field([], max_length=1000)
    merge_into_open: bool = False


class SampleIn(Schema):
    """How grave the sample says it is: e-mail rules choose by severity."""

    severity: Severity = Severity.HIGH


class AlertQuery(PageQuery):
    """Which alerts to list: of these statuses, severities, sources (repeat a parameter), whose title, ids or entities hold `search`."""

    status: list[AlertStatus] = []
    severity: list[Severity] = []
    detection_source: list[DetectionSource] = []
    search: str = Field("", max_length=200)


class IncidentQuery(PageQuery):
    """Which incidents to list: of these statuses, whose number or title holds `search`."""

    status: list[IncidentStatus] = []
    search: str = Field("", max_length=200)


class DraftQuery(PageQuery):
    """Which drafts to list: in these states; without one, in all."""

    state: list[DraftState] = []


class DeviceNameOut(Schema):
    """A device concerned."""

    device_id: str
    device_name: str


class AlertOut(Schema):
    """An alert in a list."""

    id: str
    title: str
    severity: Severity
    status: AlertStatus
    category: Category
    detection_source: str
    tags: list[str]
    incident_id: int
    first_activity: datetime
    last_activity: datetime
    created: datetime
    updated: datetime
    devices: list[DeviceNameOut]
    assigned_to: str | None
    classification: Classification
    determination: Determination


class AlertList(Schema):
    """Alerts, newest first."""

    items: list[AlertOut]
    total: int


class EntityOut(Schema):
    """A device, user, process, file, address or registry entry of an alert; what does not apply is empty or null."""

    entity_type: EntityType
    role: EntityRole
    verdict: Verdict
    device_id: str
    device_name: str
    file_name: str
    folder_path: str
    sha1: str
    sha256: str
    md5: str
    file_size: int | None
    process_id: int | None
    process_command_line: str
    process_created: datetime | None
    parent_process_id: int | None
    parent_process_created: datetime | None
    parent_file_name: str
    ip_address: str
    url: str
    registry_key: str
    registry_value_type: str
    registry_value_name: str
    registry_value_data: str
    account_name: str
    account_domain: str
    account_sid: str
    account_upn: str


class CommentOut(Schema):
    """What somebody wrote beside an alert or an incident."""

    text: str
    created: datetime
    created_by: str


class AlertDetailOut(AlertOut):
    """An alert's page: the narrative, what is concerned, and the evidence with as much of its queries as was disclosed."""

    description: str
    recommended_actions: str
    techniques: list[str]
    provider_alert_id: str
    resolved: datetime | None
    notification_id: uuid.UUID | None
    summary: str
    what_happened: str
    recommended_steps: list[str]
    evidence_items: list[EntityOut]
    evidence: list[EvidenceOut]
    comments: list[CommentOut]


class AlertChangeIn(Schema):
    """What to change; what is left out stays. An empty `assigned_to` takes the owner away."""

    status: AlertStatus | None = None
    assigned_to: str | None = Field(None, max_length=254)
    classification: Classification | None = None
    determination: Determination | None = None
    comment: str | None = Field(None, max_length=10_000)


class AccountOut(Schema):
    """A user concerned."""

    account_name: str
    account_domain: str
    account_sid: str
    account_upn: str


class MergeIn(Schema):
    """The incidents to merge, by their numbers; the oldest stays."""

    incident_ids: list[int] = Field(min_length=1, max_length=100)


class MoveOutIn(Schema):
    """The alerts of an incident that are to have one of their own."""

    alert_ids: list[str] = Field(min_length=1, max_length=1000)


class IncidentOut(Schema):
    """An incident in a list. One that was merged names the one that has its alerts now."""

    id: int
    title: str
    severity: Severity
    status: IncidentStatus
    classification: Classification
    determination: Determination
    assigned_to: str | None
    tags: list[str]
    created: datetime
    updated: datetime
    first_activity: datetime
    last_activity: datetime
    redirect_incident_id: int | None
    alert_count: int
    devices: list[DeviceNameOut]
    accounts: list[AccountOut]


class IncidentList(Schema):
    """Incidents, the latest change first."""

    items: list[IncidentOut]
    total: int


class IncidentDetailOut(IncidentOut):
    """An incident's page: its alerts and everything that is concerned."""

    alerts: list[AlertOut]
    evidence_items: list[EntityOut]
    comments: list[CommentOut]


class IncidentChangeIn(Schema):
    """What to change; what is left out stays. An empty `assigned_to` takes the owner away; `tags` are all of one's own.

    Resolving an incident resolves its alerts.
    """

    status: IncidentStatusIn | None = None
    assigned_to: str | None = Field(None, max_length=254)
    classification: Classification | None = None
    determination: Determination | None = None
    tags: list[str] | None = Field(None, max_length=50)
    comment: str | None = Field(None, max_length=10_000)


class NotificationOut(Schema):
    """A targeted attack notification in a list; title, severity and times are those of its alert."""

    id: uuid.UUID
    alert_id: str
    incident_id: int
    title: str
    severity: Severity
    category: Category
    tags: list[str]
    first_activity: datetime
    last_activity: datetime
    created: datetime
    updated: datetime
    summary: str
    author: str
    published_by: str
    version: int
    withdrawn: datetime | None


class VersionOut(Schema):
    """A version of a notification."""

    number: int
    title: str
    severity: Severity
    change_note: str
    author: str
    published: datetime
    published_by: str


class WithdrawIn(Schema):
    """Why a notification is taken back; those who were told read it."""

    reason: str = Field(min_length=1, max_length=4000)


class NotificationList(Schema):
    """Notifications, newest first."""

    items: list[NotificationOut]
    total: int


class NotificationDetailOut(NotificationOut):
    """A notification in full."""

    what_happened: str
    recommended_steps: list[str]
    techniques: list[str]
    disclosure: Disclosure
    evidence: list[EvidenceOut]
    versions: list[VersionOut]
    withdrawal_reason: str
