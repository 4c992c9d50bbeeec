"""Tables of the exposure graph: the present state, not events."""

from huntline.telemetry.schema.declaration import table
from huntline.telemetry.schema.spec import Meaning, TableSpec

TABLES: tuple[TableSpec, ...] = (
    table(
        "ExposureGraphNodes",
        "Nodes of the exposure graph: devices, identities, data, secrets, cloud resources.",
        """
        NodeId NodeLabel NodeName Categories NodeProperties EntityIds
        """,
        overrides={
            "Categories": Meaning("dynamic", "Categories of the node."),
        },
    ),
    table(
        "ExposureGraphEdges",
        "Edges of the exposure graph: how one node leads to another.",
        """
        EdgeId EdgeLabel SourceNodeId SourceNodeName SourceNodeLabel SourceNodeCategories TargetNodeId TargetNodeName
        TargetNodeLabel TargetNodeCategories EdgeProperties
        """,
    ),
)
