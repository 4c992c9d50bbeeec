"""A small catalogue of hunting tables with known rows of two tenants, for the compiler's tests."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from huntline.kql import ColumnSymbol, FunctionSymbol, KqlType, TableSymbol
from huntline.telemetry.schema.prevalence import rollup_symbol

ACME = "11111111-1111-4111-8111-111111111111"
BIRCH = "22222222-2222-4222-8222-222222222222"
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)

STORAGE = {
    KqlType.STRING: "String",
    KqlType.DYNAMIC: "String",
    KqlType.GUID: "String",
    KqlType.BOOL: "Nullable(Bool)",
    KqlType.INT: "Nullable(Int32)",
    KqlType.LONG: "Nullable(Int64)",
    KqlType.REAL: "Nullable(Float64)",
    KqlType.DECIMAL: "Nullable(Decimal(38, 18))",
    KqlType.DATETIME: "Nullable(DateTime64(7, 'UTC'))",
    KqlType.TIMESPAN: "Nullable(Int64)",
}


@dataclass(frozen=True)
class TestScope:
    """A scope of given tenants."""

    __test__ = False
    tenant_ids: tuple[str, ...] = (ACME,)


def table(name: str, **columns: str) -> TableSymbol:
    symbols = tuple(
        ColumnSymbol(
            column,
            KqlType(kind.removesuffix("*")),
            index="text" if kind.endswith("*") else None,
            nullable=column != "Timestamp",
            registry_path=column == "RegistryKey",
        )
        for column, kind in columns.items()
    )
    return TableSymbol(name, symbols, (None, name), time_column="Timestamp" if "Timestamp" in columns else None)


TABLES = {
    found.name: found
    for found in (
        table(
            "DeviceProcessEvents",
            Timestamp="datetime",
            DeviceId="string",
            DeviceName="string",
            ActionType="string",
            FileName="string*",
            FolderPath="string*",
            SHA1="string",
            ProcessId="long",
            ProcessCommandLine="string*",
            AccountName="string",
            FileSize="long",
            AdditionalFields="dynamic",
        ),
        table(
            "DeviceNetworkEvents",
            Timestamp="datetime",
            DeviceId="string",
            DeviceName="string",
            RemoteIP="string",
            RemotePort="int",
            RemoteUrl="string*",
        ),
        table(
            "DeviceRegistryEvents",
            Timestamp="datetime",
            DeviceId="string",
            RegistryKey="string*",
            RegistryValueName="string",
        ),
        table("DeviceTvmSoftwareInventory", DeviceId="string", SoftwareName="string", EndOfSupportDate="datetime"),
        table(
            "DeviceNetworkInfo",
            Timestamp="datetime",
            DeviceId="string",
            DeviceName="string",
            NetworkAdapterName="string",
            NetworkAdapterType="string",
            ConnectedNetworks="string",
            IPAddresses="string",
        ),
    )
}


class TestCatalog:
    """The tables above."""

    __test__ = False

    def __init__(self, *functions: FunctionSymbol) -> None:
        self.functions = {function.name: function for function in functions}

    def table(self, name: str) -> TableSymbol | None:
        return TABLES.get(name)

    def table_names(self) -> Sequence[str]:
        return list(TABLES)

    def prevalence(self) -> TableSymbol:
        return rollup_symbol()

    def function(self, name: str) -> FunctionSymbol | None:
        return self.functions.get(name)

    def function_names(self) -> Sequence[str]:
        return list(self.functions)


def ddl(symbol: TableSymbol) -> str:
    parts = []
    for column in symbol.columns:
        kind = STORAGE[column.type]
        parts.append(f"`{column.name}` {kind[9:-1] if column.name == 'Timestamp' else kind}")
        if column.index == "text":
            text = f"text(tokenizer='splitByNonAlpha', preprocessor=lower(`{column.name}`))"
            parts.append(f"INDEX `ix_{column.name}` `{column.name}` TYPE {text}")
    parts += ["`_TenantId` LowCardinality(String)", "`_IngestionTime` DateTime64(7, 'UTC')"]
    time = ", Timestamp" if symbol.time_column else ""
    return f"CREATE TABLE `{symbol.name}` ({', '.join(parts)}) ENGINE = MergeTree ORDER BY (_TenantId{time})"


def _process(
    tenant, minute, device, file, command, account="anna", size=100, fields="", action="ProcessCreated", process=1
):
    moment = datetime(2026, 6, 15, 10, minute, tzinfo=UTC)
    folder = f"C:\\Windows\\System32\\{file}"
    return [
        moment,
        device,
        f"{device}.acme.test",
        action,
        file,
        folder,
        f"sha1-{file}",
        process,
        command,
        account,
        size,
        fields,
        tenant,
        moment,
    ]


def _network(tenant, minute, device, ip, port, url=""):
    moment = datetime(2026, 6, 15, 10, minute, tzinfo=UTC)
    return [moment, device, f"{device}.acme.test", ip, port, url, tenant, moment]


def _adapter(tenant, minute, device, name, *addresses):
    moment = datetime(2026, 6, 15, 10, minute, tzinfo=UTC)
    reported = [{"IPAddress": address, "SubnetPrefix": 24, "AddressType": "Private"} for address in addresses]
    networks = '[{"Name": "office"}]'
    return [
        moment, device, f"{device}.acme.test", name, "Ethernet", networks, json.dumps(reported), tenant, moment,
    ]  # fmt: skip


ROWS = {
    "DeviceProcessEvents": [
        _process(
            ACME,
            0,
            "d1",
            "cmd.exe",
            "cmd.exe /c net user bob /add",
            process=10,
            fields='{"Elevated": true, "Ids": [1, 2]}',
        ),
        _process(ACME, 1, "d1", "powershell.exe", "powershell.exe -EncodedCommand SQBFAFgA", process=11, size=None),
        _process(
            ACME, 2, "d2", "NET.EXE", 'NET.EXE localgroup "administrators"', account="svc_sql", process=12, size=5
        ),
        _process(ACME, 3, "d2", "network.exe", "network.exe --user=1", account="svc_sql", process=13, size=7),
        _process(
            ACME,
            4,
            "d3",
            "cmd.exe",
            "cmd.exe /c whoami",
            account="",
            process=14,
            fields='{"Elevated": false, "Name": "x"}',
        ),
        _process(BIRCH, 5, "b1", "cmd.exe", "cmd.exe /c secret of birch", process=20),
    ],
    "DeviceNetworkEvents": [
        _network(ACME, 0, "d1", "10.0.0.5", 445),
        _network(ACME, 2, "d1", "203.0.113.7", 443, "https://evil.example/a?b=1"),
        _network(ACME, 3, "d4", "192.168.1.9", None),
        _network(BIRCH, 3, "b1", "203.0.113.9", 80, "http://birch.example/"),
    ],
    "DeviceRegistryEvents": [
        [
            datetime(2026, 6, 15, 10, 0, tzinfo=UTC),
            "d1",
            "HKEY_LOCAL_MACHINE\\SYSTEM\\ControlSet001\\Services\\x",
            "a",
            ACME,
            NOW,
        ],
        [
            datetime(2026, 6, 15, 10, 1, tzinfo=UTC),
            "d1",
            "HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\y",
            "b",
            ACME,
            NOW,
        ],
        [datetime(2026, 6, 15, 10, 2, tzinfo=UTC), "d1", "HKEY_LOCAL_MACHINE\\SOFTWARE\\Run", "c", ACME, NOW],
    ],
    "DeviceNetworkInfo": [
        _adapter(ACME, 0, "d1", "Ethernet", "10.0.0.1", "192.168.1.9"),
        _adapter(ACME, 5, "d1", "Ethernet", "10.0.0.11"),
        _adapter(ACME, 1, "d1", "Wi-Fi", "fe80::1"),
        _adapter(ACME, 2, "d2", "Ethernet", "10.0.0.5"),
        _adapter(BIRCH, 2, "b1", "Ethernet", "10.0.0.5"),
    ],
    "DeviceTvmSoftwareInventory": [["d1", "openssl", None, ACME, NOW], ["b1", "birchware", None, BIRCH, NOW]],
}
