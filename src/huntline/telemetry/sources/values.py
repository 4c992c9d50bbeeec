"""Converters: from a field as a source writes it to the value of a column. Each returns None for "unknown".

Sources write everything as text ("true", "0x1f4", "-"), EVTX gives numbers and booleans: every converter takes both.
"""

import hashlib
import ipaddress
import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

Convert = Callable[[object], object]

# What Windows and Sysmon write for "nothing": an empty text, a dash, the null SID.
ABSENT = frozenset({"", "-", "S-1-0-0"})

# Windows counts from 1601. Beyond these years a clock is broken, and a zone could not be added any more.
EARLIEST_YEAR = 1601
LATEST_YEAR = 9000
LOCAL_BROADCAST = "255.255.255.255"


def text(value: object) -> str | None:
    """Return the text of a value."""
    return value if isinstance(value, str) else str(value)


def number(value: object) -> int | None:
    """Return a number written in decimal or as 0x...; None for what is neither, or fits no 64 bits.

    >>> number("0x1f4"), number("500"), number(500), number("n/a"), number("0xffffffffffffffff")
    (500, 500, 500, None, None)
    """
    if not isinstance(value, int):
        written = str(value)
        try:
            value = int(written, 16) if written[:2] in {"0x", "0X"} else int(written)
        except ValueError:
            return None
    return value if -(2**63) <= value < 2**63 else None


def nonzero(value: object) -> int | None:
    """Return a number of which 0 means "none" (ports, logon ids, process ids of callers)."""
    return number(value) or None


def lower(value: object) -> str | None:
    """Return the text in lower case, as Defender writes account names and hashes."""
    return str(value).lower()


def title(value: object) -> str | None:
    """Return `Tcp` for `tcp`, as Defender writes protocols."""
    return str(value).capitalize()


def truth(value: object) -> bool | None:
    """Return a boolean written as text; None for other words."""
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).lower())


def moment(value: object) -> datetime | None:
    """Return a time as aware UTC. Texts without a zone are UTC, as Sysmon's `UtcTime` is.

    >>> moment("2020-10-23 06:36:42.306")
    datetime.datetime(2020, 10, 23, 6, 36, 42, 306000, tzinfo=datetime.timezone.utc)
    """
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if not EARLIEST_YEAR <= at.year <= LATEST_YEAR:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def file_name(path: str) -> str:
    r"""Return the last part of a Windows or Unix path.

    >>> file_name("C:\\Windows\\System32\\cmd.exe"), file_name("/bin/bash"), file_name("System")
    ('cmd.exe', 'bash', 'System')
    """
    cut = path.rfind("\\")
    if cut < 0:
        cut = path.rfind("/")
    return path[cut + 1 :]


def path_and_name(value: object) -> tuple[str, str]:
    """Return (FolderPath, FileName): Defender's FolderPath holds the whole path with the file name."""
    path = str(value)
    return path, file_name(path)


# A path without quotes may hold blanks, but no switch.
_COMMAND_PATH = re.compile(
    r'^(?:"([^"]+)"|((?:(?!\s[/-]).)+?\.(?:exe|sys|dll|com|bat|cmd|ps1))(?=\s|$)|(\S+))', re.IGNORECASE
)


def command_path(value: object) -> tuple[str | None, str | None]:
    r"""Return (path, file name) of the program in a command line.

    >>> command_path('"C:\\Program Files\\x\\y.exe" -k a'), command_path("C:\\Program Files\\y.exe -k"), command_path("%COMSPEC% /C x")
    (('C:\\Program Files\\x\\y.exe', 'y.exe'), ('C:\\Program Files\\y.exe', 'y.exe'), ('%COMSPEC%', '%COMSPEC%'))
    """
    found = _COMMAND_PATH.match(str(value).strip())
    if found is None:
        return None, None
    path = found[1] or found[2] or found[3]
    return path, file_name(path)


def account(value: object) -> tuple[str | None, str | None]:
    r"""Return (domain, name) in lower case of `DOMAIN\name`, `name@domain` or `name`.

    >>> account("NT AUTHORITY\\SYSTEM"), account("root"), account("IT001$@SHIRE.COM")
    (('nt authority', 'system'), (None, 'root'), ('shire.com', 'it001$'))
    """
    whole = str(value).lower()
    domain, cut, name = whole.partition("\\")
    if cut:
        return domain or None, name or None
    name, cut, domain = whole.partition("@")
    return (domain or None, name) if cut else (None, whole)


def plain_account(value: object) -> str | None:
    r"""Return the name alone, in lower case, of `name@REALM`, `DOMAIN\\name` or `name`."""
    return account(value)[1]


def hashes(value: object) -> tuple[str | None, str | None, str | None]:
    """Return (SHA1, SHA256, MD5) in lower case of Sysmon's `SHA1=...,MD5=...`."""
    found = {}
    for part in str(value).split(","):
        name, _, digest = part.partition("=")
        found[name.strip().upper()] = digest.strip().lower()
    # Sysmon writes zeros when it could not read the file.
    return tuple(_real_digest(found.get(name)) for name in ("SHA1", "SHA256", "MD5"))  # type: ignore[return-value]


def _real_digest(digest: str | None) -> str | None:
    return digest if digest and digest.strip("0") else None


def import_hash(value: object) -> str | None:
    """Return the IMPHASH of Sysmon's `Hashes`."""
    _, cut, rest = str(value).partition("IMPHASH=")
    return _real_digest(rest.partition(",")[0].lower()) if cut else None


def address(value: object) -> str | None:
    """Return an IP address; `::ffff:10.0.0.1` as 10.0.0.1, and nothing for `LOCAL` and its like.

    >>> address("::ffff:10.23.23.9"), address("LOCAL"), address("fe80::1%4")
    ('10.23.23.9', None, 'fe80::1')
    """
    return _address(str(value))[0]


def address_and_type(value: object) -> tuple[str | None, str | None]:
    """Return (address, its type in Defender's words: Public, Private, Loopback, Reserved, Broadcast, Teredo, FourToSixMapping)."""
    return _address(str(value))


@lru_cache(maxsize=65_536)
def _address(raw: str) -> tuple[str | None, str | None]:
    try:
        parsed = ipaddress.ip_address(raw.partition("%")[0])
    except ValueError:
        return None, None
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(parsed), next(word for word, fits in _ADDRESS_TYPES if fits(parsed))


_IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# The first that fits, in Defender's words; it has none of its own for multicast, link-local and unspecified addresses.
_ADDRESS_TYPES: tuple[tuple[str, Callable[[_IpAddress], bool]], ...] = (
    ("Teredo", lambda ip: isinstance(ip, ipaddress.IPv6Address) and ip.teredo is not None),
    ("FourToSixMapping", lambda ip: isinstance(ip, ipaddress.IPv6Address) and ip.sixtofour is not None),
    ("Broadcast", lambda ip: str(ip) == LOCAL_BROADCAST),
    ("Loopback", lambda ip: ip.is_loopback),
    ("Reserved", lambda ip: ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip.is_reserved),
    ("Private", lambda ip: ip.is_private),
    ("Public", lambda _: True),
)


TRANSPORTS = {"1": "Icmp", "6": "Tcp", "17": "Udp", "58": "Icmp"}


def transport(value: object) -> str | None:
    """Return Tcp, Udp or Icmp for an IANA protocol number; other numbers as they are."""
    return TRANSPORTS.get(str(value), str(value))


HIVES = (
    ("HKLM\\", "HKEY_LOCAL_MACHINE\\"),
    ("HKU\\", "HKEY_USERS\\"),
    ("HKCR\\", "HKEY_CLASSES_ROOT\\"),
    ("HKCU\\", "HKEY_CURRENT_USER\\"),
    ("\\REGISTRY\\MACHINE\\", "HKEY_LOCAL_MACHINE\\"),
    ("\\REGISTRY\\USER\\", "HKEY_USERS\\"),
)
_CURRENT_CONTROL_SET = re.compile(r"^(HKEY_LOCAL_MACHINE\\SYSTEM\\)CurrentControlSet(?=\\|$)", re.IGNORECASE)


def registry_key(value: object) -> str:
    r"""Return a key in Defender's spelling: whole hive names, and the control set that CurrentControlSet stands for.

    >>> registry_key("HKLM\\System\\CurrentControlSet\\Services\\x")
    'HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\x'
    """
    key = str(value)
    for short, long in HIVES:
        if key.startswith(short):
            key = long + key[len(short) :]
            break
    # Sysmon writes System, Defender SYSTEM; queries compare the whole key with ==.
    if key.startswith("HKEY_LOCAL_MACHINE\\System\\"):
        key = "HKEY_LOCAL_MACHINE\\SYSTEM\\" + key[26:]
    return _CURRENT_CONTROL_SET.sub(r"\1ControlSet001", key)


def registry_key_and_value(value: object) -> tuple[str, str]:
    """Return (RegistryKey, RegistryValueName) of Sysmon's path of a value. The default value's name is empty."""
    key, _, name = registry_key(value).rpartition("\\")
    return key, "" if name == "(Default)" else name


_WORDS = re.compile(r"^(D|Q)WORD \((0x[0-9a-fA-F]+)(?:-(0x[0-9a-fA-F]+))?\)$")


def registry_data(value: object) -> tuple[str, str]:
    """Return (RegistryValueType, RegistryValueData) of Sysmon's `Details`: numbers in decimal, as Defender has them.

    >>> registry_data("DWORD (0x0000000a)"), registry_data("QWORD (0x00000001-0x00000002)"), registry_data("Binary Data")
    (('Dword', '10'), ('Qword', '4294967298'), ('Binary', ''))
    """
    details = str(value)
    found = _WORDS.match(details)
    if found:
        high_or_all, low = int(found[2], 16), found[3]
        return found[1] + "word", str(high_or_all if low is None else (high_or_all << 32) + int(low, 16))
    # Sysmon does not say what the bytes are.
    return ("Binary", "") if details == "Binary Data" else ("String", details)


LOGON_TYPES = {
    "0": "System",
    "2": "Interactive",
    "3": "Network",
    "4": "Batch",
    "5": "Service",
    "7": "Unlock",
    "8": "NetworkCleartext",
    "9": "NewCredentials",
    "10": "RemoteInteractive",
    "11": "CachedInteractive",
    "12": "CachedRemoteInteractive",
    "13": "CachedUnlock",
}


def logon_type(value: object) -> str | None:
    """Return Windows' logon type in words."""
    return LOGON_TYPES.get(str(value), str(value))


# NTSTATUS values of 4625 and 4776, result codes of Kerberos (RFC 4120, 7.5.9) of 4768, 4769 and 4771.
FAILURES = {
    "0xc000006a": "InvalidUserNameOrPassword",
    "0xc0000064": "InvalidUserNameOrPassword",
    "0xc000006d": "InvalidUserNameOrPassword",
    "0xc000006e": "AccountRestriction",
    "0xc000006f": "LogonHoursRestriction",
    "0xc0000070": "WorkstationRestriction",
    "0xc0000071": "PasswordExpired",
    "0xc0000072": "AccountDisabled",
    "0xc0000133": "ClockSkew",
    "0xc000015b": "LogonTypeNotGranted",
    "0xc0000193": "AccountExpired",
    "0xc0000224": "PasswordMustChange",
    "0xc0000234": "AccountLockedOut",
    "0x6": "InvalidUserNameOrPassword",
    "0x7": "UnknownService",
    "0x12": "AccountDisabled",
    "0x17": "PasswordExpired",
    "0x18": "InvalidUserNameOrPassword",
    "0x25": "ClockSkew",
}


def failure(value: object) -> str | None:
    """Return why a logon failed, in words; a code without a word stays as it is, and success is nothing."""
    code = str(value).lower()
    return None if code == "0x0" else FAILURES.get(code, code)


INTEGRITY_LEVELS = {
    "S-1-16-0": "Untrusted",
    "S-1-16-4096": "Low",
    "S-1-16-8192": "Medium",
    "S-1-16-8448": "MediumPlus",
    "S-1-16-12288": "High",
    "S-1-16-16384": "System",
}


def integrity(value: object) -> str | None:
    """Return the integrity level of a mandatory label (SID), or the word that Sysmon already gives; nothing on Linux."""
    level = str(value)
    return None if level == "no level" else INTEGRITY_LEVELS.get(level, level)


TOKEN_ELEVATIONS = {
    "%%1936": "TokenElevationTypeDefault",
    "%%1937": "TokenElevationTypeFull",
    "%%1938": "TokenElevationTypeLimited",
}


def token_elevation(value: object) -> str | None:
    """Return the kind of token of 4688."""
    return TOKEN_ELEVATIONS.get(str(value))


def is_elevated(value: object) -> bool | None:
    """Return whether 4624 says that the token is elevated: the nearest thing to "is a local administrator"."""
    return {"%%1842": True, "%%1843": False}.get(str(value))


def unquoted(value: object) -> str | None:
    r"""Return a text without the blanks and quotes that Sysmon puts round WMI names, and without their escapes.

    >>> unquoted(' "__EventFilter.Name=\\"Evil\\""')
    '__EventFilter.Name="Evil"'
    """
    bare = str(value).strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
    return bare.replace('\\"', '"')


def guid(value: object) -> str | None:
    """Return a GUID in lower case without braces; nothing for the zero one."""
    bare = str(value).strip("{}").lower()
    return bare if bare.strip("0-") else None


def pipe_name(value: object) -> str | None:
    r"""Return `\Device\NamedPipe\name`."""
    return "\\Device\\NamedPipe" + str(value)


def device_id(tenant_id: object, host: str) -> str:
    """Return 40 hex digits that stand for this host of this tenant, for ever (the length of Defender's machine ids)."""
    return hashlib.sha1(f"{tenant_id}\x00{host.lower()}".encode(), usedforsecurity=False).hexdigest()


def stable_number(*parts: bytes) -> int:
    """Return a positive number below 2**48 that depends on the bytes alone; JavaScript clients can hold it."""
    digest = hashlib.blake2b(digest_size=6)
    for part in parts:
        digest.update(part)
    return int.from_bytes(digest.digest(), "big") or 1
