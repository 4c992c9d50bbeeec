"""The SQL that makes the roll-up of files and keeps it filled: a table, and a view on each hunting table that speaks of files."""

from huntline.telemetry.engine.ddl import quote
from huntline.telemetry.schema.prevalence import (
    CONTRIBUTIONS,
    DEVICES_STATE,
    FILES,
    KEYS,
    SIGNATURE,
    VALUES,
    Contribution,
)
from huntline.telemetry.schema.spec import CHUNK, TENANT, TIME


def create_rollup() -> str:
    """Return the statement that makes the table where it is missing.

    It remembers no inserted blocks: what comes again is merged away, and a batch that was cut off between a hunting table and its view
    reaches the view when it is sent again.
    """
    columns = ", ".join(f"{quote(column.name)} {column.storage}" for column in (*KEYS, *VALUES))
    return (
        f"CREATE TABLE IF NOT EXISTS {quote(FILES)} ({columns}) ENGINE = AggregatingMergeTree PARTITION BY toYYYYMM(Day) "
        f"ORDER BY ({quote(TENANT)}, SHA1, SHA256, MD5, Day) "
        "SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"
    )


def view_name(contribution: Contribution) -> str:
    """Return the name of the view on a hunting table."""
    return f"{FILES}_of_{contribution.table}"


def fill_rollup(contribution: Contribution) -> str:
    """Return the statement that rolls up the rows that a hunting table has already. Safe to run again."""
    return f"INSERT INTO {quote(FILES)} {_selected(contribution)} SETTINGS max_partitions_per_insert_block = 0"


def roll_up_again(table: str) -> list[str]:
    """Return the statements that roll up what was inserted into a table under one number (parameters `tenant`, `chunk`) once more."""
    chosen = f"AND {quote(TENANT)} = {{tenant:String}} AND {quote(CHUNK)} = {{chunk:UInt64}}"
    return [
        f"INSERT INTO {quote(FILES)} {_selected(contribution, chosen)} SETTINGS max_partitions_per_insert_block = 0"
        for contribution in CONTRIBUTIONS
        if contribution.table == table
    ]


def create_view(contribution: Contribution) -> str:
    """Return the statement that makes the view, which passes on what is inserted from then on."""
    name = quote(view_name(contribution))
    return f"CREATE MATERIALIZED VIEW IF NOT EXISTS {name} TO {quote(FILES)} AS {_selected(contribution)}"


def _selected(contribution: Contribution, chosen: str = "") -> str:
    tenant, time = quote(TENANT), quote(TIME)
    nothing = f"defaultValueOfTypeName('{SIGNATURE}')"
    # Where nobody looked at signatures the state stays empty, so that it never hides one.
    signature = f"argMaxStateIf(signature, seen, {'true' if contribution.signature else 'false'})"
    # The files stand in a SELECT of their own, because the names of the roll-up's columns are those of the table's.
    files = (
        f"SELECT {tenant}, {time} AS seen, toString(DeviceId) AS device, {contribution.threat} AS threat, "
        f"{contribution.signature or nothing} AS signature, arrayJoin([{', '.join(contribution.files)}]) AS file "
        f"FROM {quote(contribution.table)} WHERE DeviceId != '' {chosen}"
    )
    return (
        f"SELECT {tenant}, toDate(seen) AS Day, file.1 AS SHA1, file.2 AS SHA256, file.3 AS MD5, "
        f"{DEVICES_STATE.replace('(', 'State(', 1)}(device) AS Devices, min(seen) AS FirstSeen, max(seen) AS LastSeen, "
        f"max(file.4) AS FileSize, max(file.5) AS IsExecutable, max(file.6) AS SoftwareName, "
        f"max(threat) AS ThreatName, {signature} AS Signature "
        f"FROM ({files}) WHERE file.1 != '' OR file.2 != '' OR file.3 != '' GROUP BY {tenant}, Day, SHA1, SHA256, MD5"
    )
