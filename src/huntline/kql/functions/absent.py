"""Functions of the language that are not compiled yet, so that a query that uses one is told so and not that there is none.

The names are those of Microsoft's own parser; a test holds that none of them is both here and compiled.
"""

ABSENT: frozenset[str] = frozenset(
    {
        "cnt",
        "current_cluster_endpoint", "current_cursor", "current_database", "current_node_id", "current_principal",
        "current_principal_details", "current_principal_is_member_of", "cursor_after", "cursor_before_or_at", "cursor_current",
        "entity_group", "extent_id", "extent_tags", "extentid",
        "geo_line_buffer",
        "geo_line_simplify",
        "geo_point_buffer", "geo_polygon_buffer",
        "geo_polygon_simplify",
        "geo_simplify_polygons_array", "graph",
        "hll_isvalid", "iscolumnexists", "materialized_view", "passthrough",
        "row_id", "row_rank", "rowstore_ordinal_range",
        "stored_query_result", "tdigest_isvalid",
    }
)  # fmt: skip
