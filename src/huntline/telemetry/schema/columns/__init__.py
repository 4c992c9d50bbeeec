"""What each of the 458 column names means, explained once; a table overrides what a name means only there."""

from huntline.telemetry.schema.columns import activity, alerts, cloud, device, email, exposure, identity, process, tvm
from huntline.telemetry.schema.spec import Meaning

_FAMILIES = (device, process, activity, identity, email, cloud, alerts, tvm, exposure)

MEANINGS: dict[str, Meaning] = {name: meaning for family in _FAMILIES for name, meaning in family.COLUMNS.items()}
if len(MEANINGS) != sum(len(family.COLUMNS) for family in _FAMILIES):
    raise ValueError("A column name is explained in two families.")
