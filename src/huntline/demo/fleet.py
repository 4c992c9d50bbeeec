"""A customer's people and devices, made from the seed: the same seed and scale always give the same fleet."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from huntline.demo.customers import DEPARTMENTS, CustomerSpec
from huntline.demo.dice import keyed_guid, keyed_hex, keyed_number
from huntline.demo.moments import MINUTE, SECOND

LAPTOPS = 26
MACS = 2
MOST_DEVICES = 1_500


class Role(StrEnum):
    """What a device is for; a rhythm belongs to each."""

    LAPTOP = "laptop"
    MAC = "mac"
    DOMAIN_CONTROLLER = "dc"
    FILE_SERVER = "files"
    WEB_SERVER = "web"
    SQL_SERVER = "sql"
    BUILD_SERVER = "build"
    BACKUP_SERVER = "backup"
    JUMP_SERVER = "jump"
    LINUX_WEB = "portal"
    LINUX_DATABASE = "ledger"
    SCANNER = "scan"


WINDOWS_SERVERS = (
    Role.DOMAIN_CONTROLLER,
    Role.FILE_SERVER,
    Role.WEB_SERVER,
    Role.SQL_SERVER,
    Role.BUILD_SERVER,
    Role.BACKUP_SERVER,
    Role.JUMP_SERVER,
)
LINUX_SERVERS = (Role.LINUX_WEB, Role.LINUX_DATABASE, Role.SCANNER)


@dataclass(frozen=True, slots=True)
class Account:
    """Someone, or something, that signs in."""

    domain: str
    name: str
    sid: str
    upn: str = ""
    object_id: str = ""

    @property
    def is_person(self) -> bool:
        """Whether the account has an entry in the cloud directory."""
        return bool(self.upn)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who works there."""

    given_name: str
    family_name: str
    account: Account
    department: str
    title: str
    employee: int

    @property
    def display_name(self) -> str:
        """The name as people write it."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class Device:
    """A computer; `skew` is by how many ticks its clock is fast (or slow, when negative)."""

    host: str
    name: str
    device_id: str
    role: Role
    os_platform: str
    os_version: str
    build: int
    revision: int
    department: str
    index: int
    owner: Person | None = None
    is_developer: bool = False
    works_daily: bool = False
    goes_silent: bool = False
    skew: int = 0

    @property
    def is_windows(self) -> bool:
        """Whether it runs Windows."""
        return self.os_platform.startswith("Windows")

    @property
    def is_server(self) -> bool:
        """Whether it is always on."""
        return self.role not in {Role.LAPTOP, Role.MAC}


@dataclass(frozen=True, slots=True)
class Fleet:
    """All of a customer. `intensity` multiplies the events of each device."""

    customer: CustomerSpec
    seed: int
    people: tuple[Person, ...]
    devices: tuple[Device, ...]
    intensity: float
    services: dict[str, Account] = field(default_factory=dict)

    def one(self, role: Role) -> Device:
        """Return the first device of a role."""
        return next(device for device in self.devices if device.role is role)

    def all_of(self, *roles: Role) -> Iterator[Device]:
        """Yield the devices of these roles, in their order."""
        return (device for device in self.devices if device.role in roles)

    @property
    def admin(self) -> Person:
        """The first person of the IT department."""
        return next(person for person in self.people if person.department == "IT")

    @property
    def egress(self) -> str:
        """The public address behind which the customer's devices stand."""
        return self.customer.egress

    def address(self, device: Device, day: date) -> str:
        """Return the device's address of a day: servers keep theirs, laptops get another one every three days."""
        if device.is_server:
            return f"10.{self.customer.network}.1.{10 + device.index}"
        lease = day.toordinal() // 3
        return f"10.{self.customer.network}.{20 + device.index // 230}.{10 + (device.index * 7 + lease) % 230}"

    def mac_address(self, device: Device) -> str:
        """Return the hardware address, a locally administered one."""
        return "02" + keyed_hex(self.seed, "mac", device.device_id, size=5).upper()


def _make_people(customer: CustomerSpec, seed: int, count: int, root: str) -> tuple[Person, ...]:
    people = []
    for number in range(count):
        given = customer.given_names[number % len(customer.given_names)]
        family = customer.family_names[(number + number // len(customer.given_names)) % len(customer.family_names)]
        turn = number // (len(customer.given_names) * len(customer.family_names))
        name = f"{given}.{family}{turn or ''}".lower()
        # The first two are shift workers of Operations and the third runs the computers; the rest are spread.
        department = (
            ("Operations", "Operations", "IT")[number] if number < 3 else DEPARTMENTS[number % len(DEPARTMENTS)]
        )
        account = Account(
            customer.key,
            name,
            f"{root}-{1101 + number}",
            f"{name}@{customer.domain}",
            keyed_guid(seed, customer.key, "person", number),
        )
        title = "Administrator" if department == "IT" else f"{department} specialist"
        people.append(Person(given, family, account, department, title, 1000 + number))
    return tuple(people)


def _service_accounts(customer: CustomerSpec, root: str) -> dict[str, Account]:
    names = ("svc-backup", "svc-sql", "svc-build", "svc-deploy", "svc-scan", "svc-web", "svc-report", "svc-print")
    accounts = {name: Account(customer.key, name, f"{root}-{2001 + number}") for number, name in enumerate(names)}
    # The administrator works with a second account where it matters, as administrators should.
    return accounts | {"adm": Account(customer.key, "adm-it1", f"{root}-1501", f"adm-it1@{customer.domain}")}


_WINDOWS_11 = (
    ("Windows11", "10.0", 26100, 4061),
    ("Windows11", "10.0", 22631, 5335),
    ("Windows10", "10.0", 19045, 5854),
)
_SERVER_2022 = ("WindowsServer2022", "10.0", 20348, 3692)
_LINUX = ("Linux", "12", 6, 1)
_MACOS = ("macOS", "15.5", 24, 5)

# Clocks of two devices are wrong: one runs late by seven minutes, one is fast by ninety seconds.
_SKEWS = {4: -7 * MINUTE, 9: 90 * SECOND}


class _Maker:
    """Numbers the devices of a fleet as it makes them."""

    def __init__(self, customer: CustomerSpec, seed: int) -> None:
        self.customer = customer
        self.seed = seed
        self.devices: list[Device] = []
        self._counts: dict[bool, int] = {}

    def add(self, role: Role, host: str, system: tuple[str, str, int, int], department: str, **facts: object) -> None:
        stays = role not in {Role.LAPTOP, Role.MAC}
        index = self._counts[stays] = self._counts.get(stays, -1) + 1
        self.devices.append(
            Device(
                host,
                f"{host}.{self.customer.domain}",
                keyed_hex(self.seed, self.customer.key, "device", host),
                role,
                *system,
                department,
                index,
                **facts,  # type: ignore[arg-type]  # the optional fields of Device, by name
            ),
        )


def build_fleet(customer: CustomerSpec, seed: int, scale: float = 1.0) -> Fleet:
    """Return the customer's people and devices; `scale` first multiplies devices, then what each of them does."""
    laptops = max(4, min(round(LAPTOPS * scale), MOST_DEVICES))
    intensity = max(1.0, LAPTOPS * scale / laptops)
    root = "S-1-5-21-" + "-".join(
        str(keyed_number(seed, customer.key, "sid", part, below=1 << 31)) for part in range(3)
    )
    people = _make_people(customer, seed, laptops + MACS, root)
    maker = _Maker(customer, seed)
    for number, person in enumerate(people):
        key = person.account.name
        if number >= laptops:
            maker.add(
                Role.MAC, f"{customer.key[:3]}-mac{number - laptops + 1:02d}", _MACOS, person.department, owner=person
            )
            continue
        maker.add(
            Role.LAPTOP,
            f"{customer.key[:3]}-lt{number + 1:03d}",
            _WINDOWS_11[keyed_number(seed, "windows", key, below=len(_WINDOWS_11))],
            person.department,
            owner=person,
            is_developer=person.department == "Engineering",
            works_daily=number < 3,
            goes_silent=number == 7,
            skew=_SKEWS.get(number, 0),
        )
    # A large customer has more of the servers that serve people; there is one of the others.
    more = max(1, min(round(scale**0.5), 12))
    for role in WINDOWS_SERVERS:
        shared = role in {Role.DOMAIN_CONTROLLER, Role.FILE_SERVER, Role.WEB_SERVER, Role.SQL_SERVER}
        for number in range(more if shared else 1):
            maker.add(role, f"{role.value}{number + 1:02d}", _SERVER_2022, "IT")
    for role in LINUX_SERVERS:
        for number in range(1 if role is Role.SCANNER else more):
            maker.add(role, f"{role.value}{number + 1:02d}", _LINUX, "IT")
    return Fleet(customer, seed, people, tuple(maker.devices), intensity, _service_accounts(customer, root))
