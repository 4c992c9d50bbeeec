"""FileProfile(): what is known of files, from the roll-up that the engine keeps of the scope's own telemetry."""

from huntline.kql import syntax
from huntline.kql.binder.combination import joined
from huntline.kql.binder.sources import INVOKED
from huntline.kql.binder.state import Relation, Row, State, find_column
from huntline.kql.binder.supersets import superset
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.plan import (
    Aggregate,
    Column,
    Constant,
    Extend,
    Filter,
    InQuery,
    Limit,
    Number,
    Plan,
    Scalar,
    Scan,
    Sort,
    SortOrder,
    Windowed,
)
from huntline.kql.sql import template
from huntline.kql.traversal import renumbered
from huntline.kql.types import BOOL, INT, LONG, PLAIN, STRING, KqlType, ValueType

_K = KqlType
_HASHES = ("SHA1", "SHA256", "MD5")
_DEFAULT_LIMIT, _HIGHEST_LIMIT = 100, 1000
"""Files that one call enriches, as documented."""
_DIGITS = {"SHA1": 40, "SHA256": 64, "MD5": 32}

_OF_SIGNATURE: dict[str, tuple[str, ValueType]] = {
    "Signer": ("{0}.1", STRING),
    "Issuer": ("{0}.2", STRING),
    "SignerHash": ("{0}.3", STRING),
    "IsCertificateValid": ("{0}.5", BOOL),
    "IsRootSignerMicrosoft": ("{0}.6", BOOL),
    "SignatureState": (
        "multiIf({0}.4 = false, 'Unsigned', {0}.5 = true, 'SignedValid', {0}.4 = true, 'SignedInvalid', 'Unknown')",
        STRING,
    ),
    "Publisher": ("{0}.1", STRING),
}
_OF_FILES: dict[str, tuple[str, str, ValueType]] = {
    "FileSize": ("max({0})", "FileSize", PLAIN[_K.LONG]),
    "GlobalPrevalence": ("toNullable(toInt32(uniqCombinedMerge(17)({0})))", "Devices", INT),
    "GlobalFirstSeen": ("min({0})", "FirstSeen", PLAIN[_K.DATETIME]),
    "GlobalLastSeen": ("max({0})", "LastSeen", PLAIN[_K.DATETIME]),
    "IsExecutable": ("max({0})", "IsExecutable", BOOL),
    "ThreatName": ("max({0})", "ThreatName", STRING),
    "SoftwareName": ("max({0})", "SoftwareName", STRING),
}
COLUMNS = (
    *_HASHES, "FileSize", "GlobalPrevalence", "GlobalFirstSeen", "GlobalLastSeen", "Signer", "Issuer", "SignerHash",
    "IsCertificateValid", "IsRootSignerMicrosoft", "SignatureState", "IsExecutable", "ThreatName", "Publisher", "SoftwareName",
    "ProfileAvailability",
)  # fmt: skip
"""The columns of a profile, in the order of the documentation."""


def _file_profile(state: State, node: syntax.Call, relation: Relation) -> Relation:
    """FileProfile(column, limit): profiles of the first `limit` files, by a column of hashes."""
    if len(node.arguments) > 2:
        raise Failure(
            "argument_count", node.start, node.end, name=node.name, expected="0 to 2", found=len(node.arguments)
        )
    key = _key(node, relation)
    kind = next((name for name in _HASHES[1:] if _key_name(node).endswith(name)), "SHA1")
    limit = _limit(state, node)
    plan, asked = _asked(state, relation, key, kind, limit)
    profile = _profiles(state, node, relation.plan, key, kind)
    enriched = joined(
        state,
        "leftouter",
        Relation(plan, relation.fields),
        profile,
        pairs=[(asked, profile.fields["$key"])],
    )
    return _shown(state, relation, enriched, key=key, kind=kind, asked=asked)


def _key(node: syntax.Call, relation: Relation) -> Column:
    name = _key_name(node)
    key = find_column(relation.fields, name)
    place = node.arguments[0] if node.arguments else node
    if key is None:
        close = nearest(name, relation.fields)
        raise Failure("unresolved_column", place.start, place.end, operator="invoke", name=name, replacement=close)
    if key.type.kql is not _K.STRING:
        found = key.type.kql
        raise Failure(
            "argument_type", place.start, place.end, name=node.name, position=1, expected="string", found=found
        )
    return key


def _key_name(node: syntax.Call) -> str:
    if not node.arguments:
        return "SHA1"
    first = node.arguments[0]
    if isinstance(first, syntax.Name):
        return first.name
    if isinstance(first, syntax.Literal) and first.type is _K.STRING:
        return str(first.value)
    raise Failure(
        "argument_type", first.start, first.end, name="FileProfile", position=1, expected="a column", found="expression"
    )


def _limit(state: State, node: syntax.Call) -> int:
    if len(node.arguments) < 2:
        return _DEFAULT_LIMIT
    place = node.arguments[1]
    value = convert(state.bind_scalar(place, Row({}, "invoke")), LONG)
    if not isinstance(value, Constant) or not isinstance(value.value, int):
        raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
    return max(1, min(value.value, _HIGHEST_LIMIT))


def _asked(state: State, relation: Relation, key: Column, kind: str, limit: int) -> tuple[Plan, Column]:
    """Return the rows with the id that is asked for: '' where it is no id, and behind the first `limit` files.

    The first are those of the first rows where the rows have an order; else those of the smallest ids, which are always the same.
    """
    plan = relation.plan
    pattern = template(f"(length({{0}}) = {_DIGITS[kind]} AND match({{0}}, '^[0-9a-fA-F]+$'))")
    valid = apply("valid", pattern, BOOL, key, nullable=False)
    condition: Scalar = valid
    if not _is_bounded(plan, limit):
        place = state.column(LONG, nullable=False)
        if relation.order:
            number = apply("row_number", template("row_number()"), LONG, nullable=False)
            plan = Windowed(plan, ((place, number),), (), relation.order, "")
        else:
            plan = _ranked(state, plan, key, valid, place)
        condition = apply("within", template(f"({{0}} AND {{1}} <= {limit})"), BOOL, valid, place, nullable=False)
    asked = state.column(STRING, nullable=False)
    chosen = apply("asked", template("if({1}, {0}, '')"), STRING, key, condition, nullable=False)
    return Extend(plan, ((asked, chosen),)), asked


def _is_bounded(plan: Plan, limit: int) -> bool:
    """Say whether the rows are at most so many that none is behind the limit."""
    while isinstance(plan, Extend | Filter | Sort | Number):
        plan = plan.input
    return isinstance(plan, Limit) and plan.count <= limit


def _ranked(state: State, plan: Plan, key: Column, valid: Scalar, place: Column) -> Plan:
    """Return the rows with the place of their file among the files, from 1; what is no id comes behind."""
    refused = state.column(BOOL, nullable=False)
    definition = apply("refused", template("(NOT {0})"), BOOL, valid, nullable=False)
    order = tuple(SortOrder(column, descending=False, nulls_first=True) for column in (refused, key))
    rank = apply("rank", template("dense_rank()"), LONG, nullable=False)
    return Windowed(Extend(plan, ((refused, definition),)), ((place, rank),), (), order, "")


def _rollup(state: State, node: syntax.Call) -> tuple[Scan, dict[str, Column]]:
    table = state.catalog.prevalence()
    if table is None:
        raise Failure("not_supported", node.start, node.end, what="FileProfile() without a roll-up of files")
    fields = {
        symbol.name: state.column(PLAIN[symbol.type], nullable=symbol.nullable, symbol=symbol)
        for symbol in table.columns
    }
    return Scan(table, state.scope, tuple(fields.values()), None), fields


def _profiles(state: State, node: syntax.Call, plan: Plan, key: Column, kind: str) -> Relation:
    """Return a row for each file: its id under `$key`, and the parts of a profile that are there."""
    scan, stored = _rollup(state, node)
    id_ = stored[kind]
    source: Plan = scan
    wanted = superset(plan, key)
    if wanted is not None:
        copy, renamed = renumbered(
            wanted, lambda column: state.column(column.type, nullable=column.nullable, symbol=column.symbol)
        )
        source = Filter(scan, InQuery(BOOL, id_, copy, renamed(key), negated=False))
    else:
        source = Filter(scan, apply("!=", template("({0} != '')"), BOOL, id_, nullable=False))
    fields: dict[str, Column] = {"$key": state.column(STRING, nullable=False)}
    values: list[tuple[Column, Scalar]] = []

    def add(name: str, pattern: str, column: Column, type_: ValueType, *, nullable: bool) -> None:
        fields[name] = state.column(type_, nullable=nullable)
        values.append((fields[name], apply(name, template(pattern), type_, column, nullable=nullable)))

    for name, (pattern, of, type_) in _OF_FILES.items():
        add(name, pattern, stored[of], type_, nullable=type_ is not STRING)
    for name in _HASHES:
        if name != kind:
            add(name, "max({0})", stored[name], STRING, nullable=False)
    if kind == "SHA1":
        add("$signature", "argMaxMerge({0})", stored["Signature"], STRING, nullable=False)
    files = Relation(Aggregate(source, ((fields["$key"], id_),), tuple(values)), fields)
    return files if kind == "SHA1" else _with_signature(state, node, files)


def _with_signature(state: State, node: syntax.Call, files: Relation) -> Relation:
    """Certificates are known by SHA1 only: look there for the SHA1 of each file."""
    scan, stored = _rollup(state, node)
    known, signature = state.column(STRING, nullable=False), state.column(STRING, nullable=False)
    merged = apply("signature", template("argMaxMerge({0})"), STRING, stored["Signature"], nullable=False)
    present = Filter(scan, apply("!=", template("({0} != '')"), BOOL, stored["SHA1"], nullable=False))
    signed = Relation(
        Aggregate(present, ((known, stored["SHA1"]),), ((signature, merged),)),
        {"$known": known, "$signature": signature},
    )
    return joined(state, "leftouter", files, signed, pairs=[(files.fields["SHA1"], known)], hidden={"$known"})


def _shown(state: State, relation: Relation, enriched: Relation, *, key: Column, kind: str, asked: Column) -> Relation:
    """Return the input's columns and behind them those of the profile that it has not itself."""
    fields = dict(relation.fields)
    found = enriched.fields
    definitions: list[tuple[Column, Scalar]] = []
    prevalence = found["GlobalPrevalence"]
    for name in COLUMNS:
        if name in relation.fields:
            continue
        if name == kind:
            fields[name] = key
        elif name == "ProfileAvailability":
            text = template("multiIf({1} = '', '', isNull({0}), 'Missing', 'Available')")
            define(state, fields, definitions, name, apply(name, text, STRING, prevalence, asked, nullable=False))
        elif name in _OF_SIGNATURE:
            pattern, type_ = _OF_SIGNATURE[name]
            part = apply(name, template(pattern), type_, found["$signature"], nullable=type_ is not STRING)
            define(state, fields, definitions, name, part)
        else:
            fields[name] = found[name]
    return Relation(Extend(enriched.plan, tuple(definitions)), fields, relation.order)


def define(
    state: State, fields: dict[str, Column], definitions: list[tuple[Column, Scalar]], name: str, value: Scalar
) -> None:
    """Add a column and what it is."""
    fields[name] = state.column_like(value)
    definitions.append((fields[name], value))


INVOKED["FileProfile"] = _file_profile
