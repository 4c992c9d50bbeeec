from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only, hash-chained record of decisions and cross-tenant access."""

    name = "huntline.audit"
    label = "audit"
