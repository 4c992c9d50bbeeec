"""Defender's own functions, answered from the telemetry itself and written in the query language."""

from functools import lru_cache

from huntline.kql import syntax
from huntline.kql.binder.combination import joined
from huntline.kql.binder.sources import INVOKED, bind_table
from huntline.kql.binder.state import LetFunction, Names, Relation, State, find_column
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import apply, convert
from huntline.kql.parser import parse
from huntline.kql.plan import Column, Constant, Extend, Scalar
from huntline.kql.source import Limits, Source
from huntline.kql.sql import template
from huntline.kql.types import PLAIN, STRING, KqlType

_FUNCTIONS = """
let AssignedIPAddresses = (x: string, y: datetime = datetime(null)) {
    DeviceNetworkInfo
    | where DeviceId == x and (isnull(y) or Timestamp <= y)
    | summarize arg_max(Timestamp, *) by NetworkAdapterName
    | mv-expand Address = parse_json(IPAddresses)
    | project Timestamp, IPAddress = tostring(Address.IPAddress), IPType = tostring(Address.AddressType), NetworkAdapterType,
        ConnectedNetworks
};
let DeviceFromIP = (x: string, y: datetime = datetime(null)) {
    DeviceNetworkInfo
    | where isnull(y) or Timestamp <= y
    | where IPAddresses has x
    | mv-expand Address = parse_json(IPAddresses)
    | where tostring(Address.IPAddress) == x
    | summarize arg_max(Timestamp, DeviceName) by DeviceId
    | project IP = x, DeviceId, DeviceName, Timestamp
};
"""

_PREVALENCE = """
union
    (DeviceProcessEvents | project FileKey = {key}, FileDevice = DeviceId, SeenAt = Timestamp),
    (DeviceFileEvents | project FileKey = {key}, FileDevice = DeviceId, SeenAt = Timestamp),
    (DeviceImageLoadEvents | project FileKey = {key}, FileDevice = DeviceId, SeenAt = Timestamp)
| where isnotempty(FileKey)
| summarize GlobalPrevalence = toint(dcount(FileDevice)), GlobalFirstSeen = min(SeenAt), GlobalLastSeen = max(SeenAt) by FileKey
"""
_SIGNER = """
DeviceFileCertificateInfo
| where isnotempty(SHA1)
| summarize arg_max(Timestamp, Signer, Issuer, SignerHash, IsSigned, IsTrusted, IsRootSignerMicrosoft) by SHA1
| project CertificateKey = SHA1, Signer, Issuer, SignerHash, IsCertificateValid = IsTrusted, IsRootSignerMicrosoft,
    SignatureState = case(IsSigned == false, "Unsigned", IsTrusted == true, "SignedValid", "SignedInvalid"), Publisher = Signer
"""
# Members of the profile that only a cloud service knows; they are empty here.
_UNKNOWN = (
    ("FileSize", KqlType.LONG),
    ("IsExecutable", KqlType.BOOL),
    ("ThreatName", KqlType.STRING),
    ("SoftwareName", KqlType.STRING),
)
_HASHES = {"SHA1": "SHA1", "SHA256": "SHA256", "MD5": "MD5"}


@lru_cache(maxsize=16)
def _parsed(text: str) -> tuple[syntax.Statement, ...]:
    program, failures = parse(Source(text), Limits())
    if program is None or failures:  # pragma: no cover - the texts above are tested
        raise ValueError(text)
    return program.statements


def prelude_names() -> Names:
    """Return the names that every query starts with."""
    names = Names()
    for statement in _parsed(_FUNCTIONS):
        if isinstance(statement, syntax.LetFunction):
            names = names.having(statement.name, LetFunction(statement, names))
    return names


def _own(state: State, text: str) -> Relation:
    """Bind a relation of the prelude, outside the names of the query."""
    statement = _parsed(text)[0]
    if not isinstance(statement, syntax.ExpressionStatement):  # pragma: no cover - as above
        raise TypeError(text)
    with state.within(Names()):
        return bind_table(state, statement.expression)


def _file_profile(state: State, node: syntax.Call, relation: Relation) -> Relation:
    """FileProfile(column, limit): prevalence and signer of files, by a column of hashes."""
    name = _key_name(node)
    key = find_column(relation.fields, name)
    if key is None:
        place = node.arguments[0] if node.arguments else node
        raise Failure(
            "unresolved_column",
            place.start,
            place.end,
            operator="invoke",
            name=name,
            replacement=nearest(name, relation.fields),
        )
    kind = next((hash_name for hash_name in ("SHA256", "MD5") if name.endswith(hash_name)), "SHA1")
    seen = _own(state, _PREVALENCE.replace("{key}", kind))
    fields = dict(relation.fields)
    given = joined(
        state,
        "leftouter",
        Relation(relation.plan, fields),
        seen,
        pairs=[(key, seen.fields["FileKey"])],
        hidden={"FileKey"},
    )
    signed = _own(state, _SIGNER)
    # Certificates are known by SHA1 only; where the rows have none, a text that no certificate has takes its place.
    by_name: Scalar = apply("nothing", template("substring({0}, 1, 0)"), STRING, key, nullable=False)
    if kind == "SHA1" or "SHA1" in given.fields:
        by_name = key if kind == "SHA1" else given.fields["SHA1"]
    pairs: list[tuple[Scalar, Scalar]] = [(by_name, signed.fields["CertificateKey"])]
    profile = joined(state, "leftouter", given, signed, pairs=pairs, hidden={"CertificateKey"})
    return _complete(state, profile, key, kind)


def _key_name(node: syntax.Call) -> str:
    if not node.arguments:
        return "SHA1"
    first = node.arguments[0]
    if isinstance(first, syntax.Name):
        return first.name
    if isinstance(first, syntax.Literal) and first.type is KqlType.STRING:
        return str(first.value)
    raise Failure(
        "argument_type", first.start, first.end, name="FileProfile", position=1, expected="a column", found="expression"
    )


def _complete(state: State, relation: Relation, key: Column, kind: str) -> Relation:
    """Add the members that are the key itself or that nobody here can know."""
    fields = dict(relation.fields)
    definitions: list[tuple[Column, Scalar]] = []
    known = "GlobalPrevalence"
    for name in _HASHES:
        if name not in fields:
            value: Scalar = key if name == kind else Constant(STRING, "")
            fields[name] = value if isinstance(value, Column) else state.column_like(value)
            if not isinstance(value, Column):
                definitions.append((fields[name], value))
    for name, kind_ in _UNKNOWN:
        if name not in fields:
            constant = (
                convert(Constant(STRING, ""), PLAIN[kind_]) if kind_ is KqlType.STRING else Constant(PLAIN[kind_], None)
            )
            fields[name] = state.column_like(constant or Constant(STRING, ""))
            definitions.append((fields[name], constant or Constant(STRING, "")))
    available = template("if(isNull({0}), 'Missing', 'Available')")
    fields["ProfileAvailability"] = state.column(STRING, nullable=False)
    definitions.append((fields["ProfileAvailability"], apply("iff", available, STRING, fields[known], nullable=False)))
    return Relation(Extend(relation.plan, tuple(definitions)), fields, relation.order)


INVOKED["FileProfile"] = _file_profile
