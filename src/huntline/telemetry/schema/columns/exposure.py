"""Columns of the exposure graph: entities and how one leads to the other."""

from huntline.telemetry.schema.spec import Meaning, columns

COLUMNS: dict[str, Meaning] = columns(
    ("NodeId", "string", "Id of the node."),
    ("NodeLabel", "string", "Kind of the node."),
    ("NodeName", "string", "Name of the node."),
    ("NodeProperties", "dynamic", "Properties of the node, as a bag."),
    ("EntityIds", "dynamic", "Ids under which the entity is known elsewhere."),
    ("EdgeId", "string", "Id of the edge."),
    ("EdgeLabel", "string", "Kind of the edge, such as can authenticate as."),
    ("EdgeProperties", "dynamic", "Properties of the edge, as a bag."),
    ("SourceNodeId", "string", "Id of the node where the edge begins."),
    ("SourceNodeName", "string", "Name of the node where the edge begins."),
    ("SourceNodeLabel", "string", "Kind of the node where the edge begins."),
    ("SourceNodeCategories", "dynamic", "Categories of the node where the edge begins."),
    ("TargetNodeId", "string", "Id of the node where the edge ends."),
    ("TargetNodeName", "string", "Name of the node where the edge ends."),
    ("TargetNodeLabel", "string", "Kind of the node where the edge ends."),
    ("TargetNodeCategories", "dynamic", "Categories of the node where the edge ends."),
)
