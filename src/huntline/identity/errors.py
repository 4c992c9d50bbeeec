"""What identity refuses."""

from huntline.kernel import Conflict, Forbidden, HuntlineError, Invalid, Kind, NotFound, translatable


class NotSignedIn(HuntlineError):
    """No session and no token, or one that is no longer good. `web` answers 401."""

    kind = Kind.FORBIDDEN

    def __init__(self) -> None:
        super().__init__("not_signed_in", translatable("Sign in, or send a valid access token."))


class TokenInvalid(NotSignedIn):
    """An access token that was not issued here, has run out, or was revoked: which of these is not told."""

    def __init__(self) -> None:
        HuntlineError.__init__(
            self, "token_invalid", translatable("The access token is not valid or has expired. Ask for a new one.")
        )


class TokenRefused(HuntlineError):
    """No token for these credentials. `error` is the code of RFC 6749, section 5.2."""

    kind = Kind.FORBIDDEN

    def __init__(self, error: str, description: str, *, client_is_known: bool) -> None:
        self.error = error
        self.client_is_known = client_is_known
        super().__init__(
            "token_refused",
            "No access token is issued: {error}. {description}",  # for machines: foreign bodies are English
            error=error,
            description=description,
        )


class CsrfFailed(Forbidden):
    """A browser's session without the token that shows that our own page sent the request."""

    def __init__(self) -> None:
        super().__init__(
            "csrf_failed", translatable("The request did not come from the portal's own page. Reload it and try again.")
        )


class TenantNotFound(NotFound):
    """No such tenant, or a stranger asks for it: the two cannot be told apart."""

    def __init__(self, slug: str) -> None:
        super().__init__("tenant_not_found", translatable("There is no tenant “{slug}”."), slug=slug)


class PermissionMissing(Forbidden):
    """A member without the right."""

    def __init__(self, permission: str) -> None:
        super().__init__(
            "permission_missing",
            translatable(
                "This needs the permission “{permission}”. An administrator of the tenant can give it to you."
            ),
            permission=permission,
        )


class RoleNotOfTenant(Invalid):
    """A customer's role in the provider's organisation, or the other way round."""

    def __init__(self, role: str) -> None:
        super().__init__(
            "role_not_of_tenant", translatable("The role “{role}” does not exist in this kind of tenant."), role=role
        )


class AlreadyMember(Conflict):
    """The person has a role in this tenant."""

    def __init__(self, email: str) -> None:
        super().__init__("already_member", translatable("{email} is a member of this tenant already."), email=email)


class ClientNameInvalid(Invalid):
    """The record and the comments call an application by its name: it must not look like a person's."""

    def __init__(self) -> None:
        super().__init__(
            "client_name_invalid",
            translatable("The name of an application is one line of at most 200 visible characters, without “@”."),
        )


class OtherSide(Conflict):
    """One person is the provider's or the customers', never both."""

    def __init__(self, email: str) -> None:
        super().__init__(
            "other_side",
            translatable(
                "{email} has a role at the provider or at a customer, and nobody has one at both. Invite them by another address."
            ),
            email=email,
        )


class LastAdmin(Conflict):
    """A tenant keeps one administrator."""

    def __init__(self) -> None:
        super().__init__(
            "last_admin", translatable("A tenant keeps at least one administrator. Name another one first.")
        )


class SlugTaken(Conflict):
    """Two tenants cannot share an address."""

    def __init__(self, slug: str) -> None:
        super().__init__(
            "slug_taken", translatable("There is a tenant “{slug}” already. Choose another short name."), slug=slug
        )


class MemberNotFound(NotFound):
    """No such member of this tenant."""

    def __init__(self) -> None:
        super().__init__("member_not_found", translatable("There is no such member in this tenant."))


class ClientNotFound(NotFound):
    """No such API client of this tenant."""

    def __init__(self) -> None:
        super().__init__("api_client_not_found", translatable("There is no such API application in this tenant."))


class UnknownApiRole(Invalid):
    """An application role that no endpoint asks for."""

    def __init__(self, role: str) -> None:
        super().__init__("api_role_unknown", translatable("There is no application permission “{role}”."), role=role)


class UnknownTimezone(Invalid):
    """Not a name of the IANA time zone database."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "timezone_unknown",
            translatable("There is no time zone “{name}”. Use a name such as Asia/Seoul."),
            name=name,
        )


class PersonNotFound(NotFound):
    """Nobody with this address."""

    def __init__(self, email: str) -> None:
        super().__init__("person_not_found", translatable("Nobody signs in as {email}."), email=email)


class PasswordTooWeak(Invalid):
    """The password is too short, too common or too like the person's own data."""

    def __init__(self, reason: str) -> None:
        super().__init__("password_too_weak", translatable("Choose another password. {reason}"), reason=reason)


class LimitOfProvider(Invalid):
    """Device groups belong to one customer, and the provider's people work for all."""

    def __init__(self) -> None:
        super().__init__(
            "limit_of_provider", translatable("Roles of the provider's people cannot be limited to device groups.")
        )
