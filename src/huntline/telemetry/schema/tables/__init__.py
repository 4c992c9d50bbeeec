"""The 45 hunting tables, a module for each family."""

from huntline.telemetry.schema.spec import TableSpec
from huntline.telemetry.schema.tables import alerts, cloud, device, email, exposure, identity, tvm

TABLES: tuple[TableSpec, ...] = (
    *device.TABLES,
    *identity.TABLES,
    *email.TABLES,
    *cloud.TABLES,
    *alerts.TABLES,
    *tvm.TABLES,
    *exposure.TABLES,
)
