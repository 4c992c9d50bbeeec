from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Tenants, people, roles, permissions, API clients."""

    name = "huntline.identity"
    label = "identity"
