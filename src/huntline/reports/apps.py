from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports of what was hunted for, and what was not."""

    name = "huntline.reports"
    label = "reports"
