from django.apps import AppConfig


class InquiriesConfig(AppConfig):
    """Experts on demand: inquiries, their threads, their clocks."""

    name = "huntline.inquiries"
    label = "inquiries"
