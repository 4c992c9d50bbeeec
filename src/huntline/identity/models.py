"""Tenants, people, memberships, API clients; and the ground on which every model of tenant data stands."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from oauth2_provider.models import AbstractApplication

from huntline.identity.permissions import CUSTOMER_ROLES, ORGANIZATION_WIDE, PROVIDER_ROLES, ROLES, Permission, Role
from huntline.kernel import new_id, now

if TYPE_CHECKING:
    from huntline.identity.scope import TenantScope

M = TypeVar("M", bound="TenantModel")


class Language(models.TextChoices):
    """The languages of the portal, the mails and the reports."""

    ENGLISH = "en", "English"
    KOREAN = "ko", "한국어"
    JAPANESE = "ja", "日本語"


class Theme(models.TextChoices):
    """How the portal looks to a person."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class TenantKind(models.TextChoices):
    """A customer, or the one organisation that hunts for the customers."""

    CUSTOMER = "customer"
    PROVIDER = "provider"


class Tenant(models.Model):
    """An organisation. `slug` is its part of every address; `name` is what people read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=TenantKind, default=TenantKind.CUSTOMER)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    timezone = models.CharField(max_length=64, default="UTC")
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind=TenantKind.PROVIDER), name="identity_one_provider"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that exist in this kind of tenant."""
        return PROVIDER_ROLES if self.kind == TenantKind.PROVIDER else CUSTOMER_ROLES


class PersonManager(BaseUserManager["Person"]):
    """Makes people; django-allauth and Django's own commands call it."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        """Create a person who can sign in with `email`; without a password only a reset lets them in."""
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        """Find by e-mail; upper and lower case are the same person."""
        return self.get(email__iexact=username)


class Person(AbstractBaseUser):  # type: ignore[django-manager-missing] # the relation of an untyped base
    """Somebody who signs in. What they may do is in their memberships."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=2, choices=Language, default=Language.ENGLISH)
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    timezone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField(default=now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = PersonManager()

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """What a greeting says."""
        return self.name or self.email


class Membership(models.Model):
    """A person's role in a tenant.

    `device_groups` are the ids of the device groups to which the role is limited; null is no limit, and an empty list leaves nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    device_groups = models.JSONField(null=True)
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "tenant"], name="identity_one_role_per_tenant")]

    def __str__(self) -> str:
        return f"{self.person_id} is {self.role} of {self.tenant_id}"

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the role allows; one that is limited to device groups has nothing that is for the whole organisation."""
        allowed = ROLES[Role(self.role)]
        return allowed if self.device_groups is None else allowed - ORGANIZATION_WIDE

    @property
    def limited_to(self) -> frozenset[uuid.UUID] | None:
        """The device groups to which the role is limited, or None for no limit."""
        return None if self.device_groups is None else frozenset(map(uuid.UUID, self.device_groups))


class ApiClient(AbstractApplication):  # type: ignore[misc] # the library ships no types
    """A machine of one tenant that calls the APIs with client credentials; `roles` go into its access tokens."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    roles = models.JSONField(default=list)

    class Meta(AbstractApplication.Meta):  # type: ignore[misc] # as above
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        ordering = ["name"]


class UnscopedRead(RuntimeError):
    """Code asked for tenants' rows without a scope: a mistake in the program, never in the input."""


class TenantQuerySet(models.QuerySet[M, M], Generic[M]):
    """Rows of the tenants that a scope names."""


class TenantManager(models.Manager[M], Generic[M]):
    """The only door to rows of tenant data: `within(scope)`. `unscoped(reason)` is for jobs of the system itself."""

    def get_queryset(self) -> TenantQuerySet[M]:
        """Refuse: there is no read of tenant data without a scope."""
        raise UnscopedRead(f"Read {self.model.__name__} through objects.within(scope).")

    def within(self, scope: "TenantScope") -> TenantQuerySet[M]:
        """Return the rows that belong to the scope's tenants."""
        return TenantQuerySet[M](self.model, using=self._db).filter(tenant_id__in=scope.tenants)

    def unscoped(self, reason: str) -> TenantQuerySet[M]:
        """Return all rows. `reason` says why no scope exists here; a test lists the callers."""
        if not reason:
            raise UnscopedRead("Say why this read has no scope.")
        return TenantQuerySet[M](self.model, using=self._db)


class TenantModel(models.Model):
    """A row that belongs to one tenant."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")
    tenant_id: uuid.UUID

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
