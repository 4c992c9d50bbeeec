"""Names of columns that the query does not name itself (rule 8)."""

from huntline.kql import syntax
from huntline.kql.functions.aggregates import AGGREGATES


class NameMaker:
    """Gives each column of a result a name of its own."""

    def __init__(self, taken: tuple[str, ...] = ()) -> None:
        self._taken = set(taken)

    def unique(self, wanted: str) -> str:
        """Return the wanted name, with a number behind it where it is taken."""
        name, number = wanted, 0
        while name in self._taken:
            number += 1
            name = f"{wanted}{number}"
        self._taken.add(name)
        return name

    def column(self) -> str:
        """Return the next free of `Column1`, `Column2` ..."""
        number = 1
        while f"Column{number}" in self._taken:
            number += 1
        return self.unique(f"Column{number}")


# As Microsoft's own parser names columns: these functions hand on the name of their first argument.
_PASSED_THROUGH = frozenset(
    {
        "abs", "acos", "asin", "atan", "atan2", "bin", "bin_at", "bin_auto", "binary_and", "binary_not", "binary_or",
        "binary_shift_left", "binary_shift_right", "binary_xor", "bitset_count_ones", "ceiling", "cos", "erf", "erfc", "exp", "exp10",
        "exp2", "floor", "format_bytes", "format_datetime", "format_timespan", "gamma", "log", "log10", "log2", "loggamma", "parse_csv",
        "parse_json", "parse_xml", "parsejson", "pow", "rand", "round", "series_fill_backward", "series_fill_const",
        "series_fill_forward", "series_fill_linear", "series_fir", "series_iir", "series_outliers", "sin", "split", "sqrt",
        "startofday", "tan", "tobool", "toboolean", "todatetime", "todecimal", "todouble", "todynamic", "toguid", "tohex", "toint",
        "tolong", "toobject", "toreal", "tostring", "totime", "totimespan",
    }
)  # fmt: skip
_PREFIXED = {
    "strlen": "strlen_",
    "string_size": "string_size_",
    "gettype": "type_",
    "treepath": "tree_",
    "repeat": "repeat_",
    "dcount_hll": "dcount_hll_",
    "percentile_tdigest": "percentile_tdigest_",
    "percentiles_array_tdigest": "percentile_tdigest_",
}


_FIXED = {
    "ingestion_time": "$IngestionTime",
    "hll_merge": "hll_merged_result",
    "tdigest_merge": "tdigests_merge_result",
    "merge_tdigest": "tdigests_merge_result",
}


def implied_name(node: syntax.Expression) -> str | None:
    """Return the name that an expression brings along, or None where it gets `Column1` and so on."""
    if isinstance(node, syntax.Name):
        return node.name
    if isinstance(node, syntax.Member):
        if isinstance(node.target, syntax.Name) and node.target.name in ("$left", "$right"):
            return node.name
        base = implied_name(node.target)
        return f"{base}_{node.name}" if base else node.name
    if isinstance(node, syntax.Index) and isinstance(node.index, syntax.Literal):
        base = implied_name(node.target)
        place = node.index.value
        # A place that is counted from the end leaves no number in the name.
        return f"{base}_{'' if isinstance(place, int) and place < 0 else place}" if base else None
    if isinstance(node, syntax.NamedArgument):
        return node.name
    if isinstance(node, syntax.Call):
        return _call_name(node)
    return None


def _call_name(node: syntax.Call) -> str | None:
    if node.name in _FIXED:
        return _FIXED[node.name]
    if not node.arguments:
        return None
    first = node.arguments[0]
    if node.name in _PASSED_THROUGH:
        return implied_name(first) or aggregate_name(first)
    if node.name in _PREFIXED:
        return _PREFIXED[node.name] + (implied_name(first) or "")
    if node.name in ("array_sort_asc", "array_sort_desc") and len(node.arguments) == 1:
        base = implied_name(first) or aggregate_name(first)
        return f"{base}_sorted" if base else None
    if node.name in ("column_ifexists", "columnifexists") and isinstance(first, syntax.Literal):
        return str(first.value)
    return None


def aggregate_name(node: syntax.Expression) -> str | None:
    """Return the default name of an aggregate: `count_`, `dcount_X`, `max_X`."""
    if not isinstance(node, syntax.Call):
        return None
    spec = AGGREGATES.get(node.name)
    prefix = PREFIXES.get(node.name, spec.prefix if spec is not None else None)
    if prefix is None:
        return None
    if not node.arguments:
        return prefix
    of = implied_name(node.arguments[0]) or ""
    if node.name in ("covariance", "covariancep", "covarianceif", "covariancepif") and len(node.arguments) > 1:
        return f"{prefix}{of}_{implied_name(node.arguments[1]) or ''}"
    if node.name == "percentile" and len(node.arguments) > 1 and isinstance(node.arguments[1], syntax.Literal):
        return f"{prefix}{of}_{str(node.arguments[1].value).replace('.', '_')}"
    return prefix + of


PREFIXES: dict[str, str] = {
    **dict.fromkeys(("binary_all_and", "binary_all_or", "binary_all_xor"), ""),
    "dcount": "dcount_",
    "dcountif": "dcountif_",
    "count_distinct": "count_distinct_",
    "count_distinctif": "count_distinctif_",
    "make_set": "set_",
    "makeset": "set_",
    "make_set_if": "set_",
    "make_list": "list_",
    "makelist": "list_",
    "make_list_if": "list_",
    "make_list_with_nulls": "list_",
    "make_bag": "bag_",
    "make_bag_if": "bag_",
    "make_dictionary": "dictionary_",
    "take_any": "any_",
    "any": "any_",
    "take_anyif": "any_",
    "anyif": "any_",
    "percentile": "percentile_",
    "percentilew": "percentile_",
    "buildschema": "schema_",
    "hll": "hll_",
    "hll_if": "hll_if_",
    "hll_merge": "hll_merge_",
    "tdigest": "tdigest_",
    "tdigest_merge": "merge_tdigests_",
    "merge_tdigest": "merge_tdigests_",
    "percentiles_array": "percentiles_",
    "percentilesw_array": "percentiles_",
}
