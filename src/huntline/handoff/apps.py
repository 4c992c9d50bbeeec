from django.apps import AppConfig


class HandoffConfig(AppConfig):
    """Packages for incident responders."""

    name = "huntline.handoff"
    label = "handoff"
