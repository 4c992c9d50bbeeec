from django.apps import AppConfig


class HuntingConfig(AppConfig):
    """Hunts, their history, saved hunts, evidence."""

    name = "huntline.hunting"
    label = "hunting"
