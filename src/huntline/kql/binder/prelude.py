"""Defender's own functions over devices, answered from the telemetry itself and written in the query language."""

from functools import cache

from huntline.kql import syntax
from huntline.kql.binder import profiles
from huntline.kql.binder.combination import joined
from huntline.kql.binder.naming import NameMaker
from huntline.kql.binder.operators import row_of
from huntline.kql.binder.sources import INVOKED, bind_table
from huntline.kql.binder.state import BoundScalar, LetFunction, Names, Origin, Relation, State, find_column
from huntline.kql.diagnostics import Failure, nearest
from huntline.kql.functions.conversions import convert
from huntline.kql.parser import parse
from huntline.kql.plan import Column, Constant
from huntline.kql.source import Limits, Source
from huntline.kql.types import DATETIME, KqlType

__all__ = ["prelude_names", "profiles"]

_HELPERS = """
let AddressesOfDevices = (y: datetime) {
    DeviceNetworkInfo
    | where isnull(y) or Timestamp <= y
    | summarize arg_max(Timestamp, DeviceName, IPAddresses) by DeviceId, NetworkAdapterName
    | mv-expand Address = parse_json(IPAddresses)
    | project IP = tostring(Address.IPAddress), DeviceId, DeviceName, Timestamp
    | where isnotempty(IP)
    | summarize arg_max(Timestamp, DeviceName) by IP, DeviceId
};
let Sightings = () {
    AddressesOfDevices(datetime(null))
    | where not(IP startswith "127." or IP == "::1" or IP startswith "169.254." or IP startswith "fe80:")
    | join kind=inner (DeviceNetworkEvents | project Observer = DeviceId, ObserverName = DeviceName, RemoteIP, SeenAt = Timestamp)
        on $left.IP == $right.RemoteIP
    | where Observer != DeviceId
    | summarize LastSeen = max(SeenAt), DeviceName = max(ObserverName) by SeenDevice = DeviceId, DeviceId = Observer
};
"""
_FUNCTIONS = """
let AssignedIPAddresses = (x: string, y: datetime = datetime(null)) {
    DeviceNetworkInfo
    | where (DeviceId == x or DeviceName =~ x) and (isnull(y) or Timestamp <= y)
    | summarize arg_max(Timestamp, IPAddresses, NetworkAdapterType, ConnectedNetworks) by DeviceId, NetworkAdapterName
    | mv-expand Address = parse_json(IPAddresses)
    | project Timestamp, IPAddress = tostring(Address.IPAddress), IPType = tostring(Address.AddressType), NetworkAdapterType,
        ConnectedNetworks
    | where isnotempty(IPAddress)
};
let DeviceFromIP = (x: string, y: datetime = datetime(null)) {
    AddressesOfDevices(y)
    | where IP == x
    | project IP, DeviceId, DeviceName, Timestamp
};
let SeenBy = (x: string) {
    Sightings()
    | where SeenDevice == x
    | project DeviceId, DeviceName, LastSeen
};
"""
_ASSIGNED = "AddressesOfDevices(y) | project IP, AssignedDeviceId = DeviceId"
_OBSERVERS = """
Sightings()
| sort by SeenDevice asc, DeviceId asc
| summarize SeenBy = make_list(bag_pack("DeviceId", DeviceId, "DeviceName", DeviceName, "LastSeen", LastSeen)) by SeenDevice
"""


@cache
def _parsed(text: str) -> tuple[syntax.Statement, ...]:
    program, failures = parse(Source(text), Limits())
    if program is None or failures:  # pragma: no cover - the texts above are tested
        raise ValueError(text)
    return program.statements


def _declared(text: str, outer: Names) -> Names:
    names, origin = outer, Origin(Source(text), 1)
    for statement in _parsed(text):
        if isinstance(statement, syntax.LetFunction):
            names = names.having(statement.name, LetFunction(statement, names, origin))
    return names


@cache
def _helper_names() -> Names:
    return _declared(_HELPERS, Names())


@cache
def prelude_names() -> Names:
    """Return the names that every query starts with."""
    functions = [item for item in _parsed(_FUNCTIONS) if isinstance(item, syntax.LetFunction)]
    origin = Origin(Source(_FUNCTIONS), 1)
    return Names({item.name: LetFunction(item, _helper_names(), origin) for item in functions})


def _own(state: State, text: str, **given: BoundScalar) -> Relation:
    """Bind a relation of the prelude, outside the names of the query."""
    statement = _parsed(text)[0]
    if not isinstance(statement, syntax.ExpressionStatement):  # pragma: no cover - as above
        raise TypeError(text)
    with state.within(Names(dict(given), _helper_names())):
        return bind_table(state, statement.expression)


def _device_from_ip(state: State, node: syntax.Call, relation: Relation) -> Relation:
    """`invoke DeviceFromIP(column, time)`: for each address the devices that have it, by a column that is called IP unless one is named."""
    _count(node, 2)
    key = _column(node, relation, "IP")
    moment = Constant(DATETIME, None)
    if len(node.arguments) == 2:
        place = node.arguments[1]
        value = convert(state.bind_scalar(place, row_of(relation, "invoke")), DATETIME)
        if not isinstance(value, Constant):
            raise Failure("argument_constant", place.start, place.end, name=node.name, position=2)
        moment = value
    assigned = _own(state, _ASSIGNED, y=BoundScalar(moment))
    found = joined(state, "leftouter", relation, assigned, pairs=[(key, assigned.fields["IP"])], hidden={"IP"})
    return _renamed(found, "AssignedDeviceId", "DeviceId")


def _seen_by(state: State, node: syntax.Call, relation: Relation) -> Relation:
    """`invoke SeenBy(column)`: for each device the list of devices whose connections reached one of its addresses."""
    _count(node, 1)
    key = _column(node, relation, "DeviceId")
    observers = _own(state, _OBSERVERS)
    device = observers.fields["SeenDevice"]
    return joined(state, "leftouter", relation, observers, pairs=[(key, device)], hidden={"SeenDevice"})


def _count(node: syntax.Call, most: int) -> None:
    found = len(node.arguments)
    if found > most:
        raise Failure("argument_count", node.start, node.end, name=node.name, expected=f"0 to {most}", found=found)


def _column(node: syntax.Call, relation: Relation, usual: str) -> Column:
    """Return the column that the first argument names, or the usual one."""
    place: syntax.Node = node.arguments[0] if node.arguments else node
    name = usual
    if isinstance(place, syntax.Name):
        name = place.name
    elif isinstance(place, syntax.Literal) and place.type is KqlType.STRING:
        name = str(place.value)
    key = find_column(relation.fields, name)
    if key is None or key.type.kql is not KqlType.STRING:
        close = nearest(name, relation.fields)
        raise Failure("unresolved_column", place.start, place.end, operator="invoke", name=name, replacement=close)
    return key


def _renamed(relation: Relation, name: str, wanted: str) -> Relation:
    """Return the relation with a column under another name, numbered where that is taken."""
    fields = {key: column for key, column in relation.fields.items() if key != name}
    maker = NameMaker(tuple(fields))
    return Relation(relation.plan, {**fields, maker.unique(wanted): relation.fields[name]}, relation.order)


INVOKED["DeviceFromIP"] = _device_from_ip
INVOKED["SeenBy"] = _seen_by
