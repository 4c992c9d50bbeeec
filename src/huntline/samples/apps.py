from django.apps import AppConfig


class SamplesConfig(AppConfig):
    """Samples, their uploads, examinations and custody."""

    name = "huntline.samples"
    label = "samples"
