from django.apps import AppConfig


class DetectionsConfig(AppConfig):
    """Custom detection rules."""

    name = "huntline.detections"
    label = "detections"
