from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Domain events and their delivery to subscribers."""

    name = "huntline.outbox"
    label = "outbox"
