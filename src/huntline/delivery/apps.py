from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """E-mail rules, mails, attempts."""

    name = "huntline.delivery"
    label = "delivery"
