from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """Application for the service, its decision, and the switch."""

    name = "huntline.enrolment"
    label = "enrolment"
