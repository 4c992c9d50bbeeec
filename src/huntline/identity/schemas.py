"""What crosses the wire."""

import uuid
from datetime import datetime
from typing import Literal

from ninja import Field, Schema


class PersonOut(Schema):
    """The signed-in person."""

    id: uuid.UUID
    email: str
    name: str
    language: Literal["en", "ko", "ja"]
    theme: Literal["light", "dark", "system"]
    timezone: str


class TenantOut(Schema):
    """A tenant as its members see it."""

    id: uuid.UUID
    slug: str
    name: str
    kind: Literal["customer", "provider"]


class MembershipOut(Schema):
    """A role in a tenant, and what it allows. `device_groups`: to which it is limited, or null."""

    tenant: TenantOut
    role: str
    permissions: list[str]
    device_groups: list[uuid.UUID] | None


class SessionOut(Schema):
    """Who is signed in, and where they may go. `provider` is set for the provider's own people."""

    person: PersonOut
    memberships: list[MembershipOut]
    provider: MembershipOut | None


class PreferencesIn(Schema):
    """What a person may change about themselves."""

    name: str | None = Field(None, max_length=200)
    language: Literal["en", "ko", "ja"] | None = None
    theme: Literal["light", "dark", "system"] | None = None
    timezone: str | None = Field(None, max_length=64)


class MemberIn(Schema):
    """Somebody to invite."""

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)
    name: str = Field("", max_length=200)
    role: str


class MemberLimitIn(Schema):
    """The device groups to which a role is limited (the nil UUID stands for ungrouped devices); null lifts the limit."""

    device_groups: list[uuid.UUID] | None = Field(max_length=200)


class MemberOut(Schema):
    """Somebody's role in a tenant. `device_groups`: to which it is limited, or null."""

    id: uuid.UUID
    email: str
    name: str
    role: str
    device_groups: list[uuid.UUID] | None
    created: datetime


class ApiClientIn(Schema):
    """A machine that shall call the APIs. `roles` are application permissions such as `Alert.Read.All`."""

    name: str = Field(min_length=1, max_length=255)
    roles: list[str]


class ApiClientOut(Schema):
    """A machine that may call the APIs."""

    id: int
    client_id: str
    name: str
    roles: list[str]
    created: datetime


class NewApiClientOut(ApiClientOut):
    """The same with its secret, which is shown this once."""

    client_secret: str


class AuditEntryOut(Schema):
    """An entry of the audit record."""

    sequence: int
    at: datetime
    actor: str
    action: str
    about: str
    detail: dict[str, object]
    hash: str


class Listing(Schema):
    """How many there are in all."""

    total: int


class MemberList(Listing):
    """Members."""

    items: list[MemberOut]


class ApiClientList(Listing):
    """API applications."""

    items: list[ApiClientOut]


class AuditList(Listing):
    """Audit entries, newest first."""

    items: list[AuditEntryOut]
