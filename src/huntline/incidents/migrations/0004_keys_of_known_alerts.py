"""Alerts that are there already get the keys by which new ones find them, and the version of their notification."""

from itertools import groupby

from django.db import migrations

from huntline.incidents.correlation import keys_of

KINDS = ("Machine", "User")


def fill(apps, schema_editor):
    keys, entities, notifications, alerts = (
        apps.get_model("incidents", name)._base_manager
        for name in ("CorrelationKey", "AlertEntity", "Notification", "Alert")
    )
    found = entities.filter(entity_type__in=KINDS).order_by("alert_id", "place")
    for (tenant_id, alert_id), rows in groupby(found.iterator(2000), key=lambda row: (row.tenant_id, row.alert_id)):
        shared = keys_of((row.entity_type, vars(row)) for row in rows)
        keys.bulk_create(
            [keys.model(tenant_id=tenant_id, alert_id=alert_id, key=key) for key in shared], ignore_conflicts=True
        )
    for alert_id, version in notifications.filter(version__gt=1).values_list("alert_id", "version"):
        alerts.filter(pk=alert_id).update(version=version)


class Migration(migrations.Migration):
    dependencies = [("incidents", "0003_grouping")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
