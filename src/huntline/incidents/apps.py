from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    """Drafts, notifications, alerts, incidents."""

    name = "huntline.incidents"
    label = "incidents"
