"""Telemetry as a Django application."""

from django.apps import AppConfig


class TelemetryConfig(AppConfig):
    """Ingest keys, the ledger of batches, devices."""

    name = "huntline.telemetry"
    label = "telemetry"
    verbose_name = "Telemetry"
