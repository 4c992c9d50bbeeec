"""The roll-up of files: for each tenant, day and file, which devices had it and when.

Hunts do not see it. The compiler reads it, in the scope of the hunt, for `FileProfile()`; the engine fills it while rows are inserted.
Every aggregate in it is idempotent (sets of devices, earliest, latest, largest), so that a batch which is sent twice changes nothing.
docs/decisions/0017-prevalence.md has the reasons and the figures.
"""

from dataclasses import dataclass
from typing import Final

from huntline.kql.symbols import ColumnSymbol, TableSymbol
from huntline.kql.types import KqlType
from huntline.telemetry.schema.spec import LOW_CARDINALITY_STORAGE, TENANT, TIME_STORAGE

FILES: Final = "FilePrevalence"
DEVICES_STATE: Final = "uniqCombined(17)"
"""Counts devices exactly up to some thousands, and within half a percent beyond."""


@dataclass(frozen=True, slots=True)
class RollupColumn:
    """A column of the roll-up: how it is stored, and the KQL type that the compiler knows it by."""

    name: str
    storage: str
    type: KqlType = KqlType.STRING
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a hunting table says of files.

    `files` are tuples of (SHA1, SHA256, MD5, size, whether a PE file, product), `threat` a text, `signature` a tuple of (signer, issuer,
    hash of the signer, whether signed, whether trusted, whether Microsoft's root) and when it was looked at, or '' where nobody looked.
    """

    table: str
    files: tuple[str, ...]
    threat: str = "''"
    signature: str = ""


SIGNATURE: Final = "Tuple(String, String, String, Nullable(Bool), Nullable(Bool), Nullable(Bool))"

KEYS: Final = (
    RollupColumn(TENANT, LOW_CARDINALITY_STORAGE),
    RollupColumn("Day", "Date"),
    RollupColumn("SHA1", "String"),
    RollupColumn("SHA256", "String"),
    RollupColumn("MD5", "String"),
)
VALUES: Final = (
    RollupColumn("Devices", f"AggregateFunction({DEVICES_STATE}, String)"),
    RollupColumn("FirstSeen", f"SimpleAggregateFunction(min, {TIME_STORAGE})", KqlType.DATETIME),
    RollupColumn("LastSeen", f"SimpleAggregateFunction(max, {TIME_STORAGE})", KqlType.DATETIME),
    RollupColumn("FileSize", "SimpleAggregateFunction(max, Nullable(Int64))", KqlType.LONG, nullable=True),
    RollupColumn("IsExecutable", "SimpleAggregateFunction(max, Nullable(Bool))", KqlType.BOOL, nullable=True),
    RollupColumn("SoftwareName", "SimpleAggregateFunction(max, String)"),
    RollupColumn("ThreatName", "SimpleAggregateFunction(max, String)"),
    RollupColumn("Signature", f"AggregateFunction(argMax, {SIGNATURE}, DateTime64(7, 'UTC'))"),
)

_UNKNOWN: Final = "CAST(NULL, 'Nullable(Bool)')"
# What a process was started from or has loaded, under the name of a Portable Executable. Of other files nobody looked inside.
_RUN: Final = (
    "if(lower(right(toString({name}), 4)) IN ('.exe', '.dll', '.sys', '.scr', '.ocx', '.cpl', '.drv', '.efi', '.mui'), "
    "CAST(true, 'Nullable(Bool)'), " + _UNKNOWN + ")"
)
_OWN: Final = "(SHA1, SHA256, MD5, FileSize, {executable}, {product})"

CONTRIBUTIONS: Final = (
    Contribution(
        "DeviceProcessEvents",
        (
            _OWN.format(executable=_RUN.format(name="FileName"), product="toString(ProcessVersionInfoProductName)"),
            "(InitiatingProcessSHA1, InitiatingProcessSHA256, InitiatingProcessMD5, InitiatingProcessFileSize, "
            + _RUN.format(name="InitiatingProcessFileName")
            + ", toString(InitiatingProcessVersionInfoProductName))",
        ),
    ),
    Contribution("DeviceFileEvents", (_OWN.format(executable=_UNKNOWN, product="''"),)),
    Contribution("DeviceImageLoadEvents", (_OWN.format(executable=_RUN.format(name="FileName"), product="''"),)),
    Contribution(
        "DeviceEvents",
        (_OWN.format(executable=_UNKNOWN, product="''"),),
        threat="if(startsWith(ActionType, 'Antivirus'), JSONExtractString(AdditionalFields, 'ThreatName'), '')",
    ),
    Contribution(
        "DeviceFileCertificateInfo",
        (f"(SHA1, '', '', CAST(NULL, 'Nullable(Int64)'), {_UNKNOWN}, '')",),
        signature=f"CAST((Signer, Issuer, SignerHash, IsSigned, IsTrusted, IsRootSignerMicrosoft), '{SIGNATURE}')",
    ),
)


def rollup_symbol() -> TableSymbol:
    """Return the roll-up as the compiler scans it."""
    return TableSymbol(
        name=FILES,
        columns=tuple(
            ColumnSymbol(column.name, column.type, nullable=column.nullable)
            for column in (*KEYS, *VALUES)
            if column.name not in (TENANT, "Day")
        ),
        physical=(None, FILES),
        tenant_column=TENANT,
        time_column=None,
        ingestion_column=None,
    )
