"""Everything that is handed over, as values: what incidents, notifications and cases all become before they are packed. Free of Django.

Rows and samples are large, so they are opened when they are written and are nowhere kept whole together. All times are aware.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody who gives or takes. What is not known is empty."""

    name: str
    organization: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is handed over. kind: `incident`, `notification` or `case`. url: its page in the portal."""

    kind: str
    id: str
    title: str
    severity: str
    first_activity: datetime
    last_activity: datetime
    url: str


@dataclass(frozen=True, slots=True)
class Story:
    """What one alert says, in the words of whoever raised it. withdrawn: why a notification was taken back, empty where it was not."""

    alert_id: str
    title: str
    severity: str
    category: str
    source: str
    status: str
    classification: str
    created: datetime
    first_activity: datetime
    last_activity: datetime
    summary: str
    what_happened: str = ""
    steps: Sequence[str] = ()
    techniques: Sequence[str] = ()
    version: int = 1
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """An entry of the timeline. kind: `event` (of telemetry), or what was done about it (`alert`, `version`, `withdrawal`)."""

    at: datetime
    kind: str
    text: str
    alert_id: str = ""
    device_id: str = ""
    device_name: str = ""
    account: str = ""
    file_name: str = ""
    folder_path: str = ""
    sha1: str = ""
    sha256: str = ""
    command_line: str = ""
    address: str = ""
    url: str = ""
    table: str = ""
    report_id: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """A device that the alerts name. platform: as telemetry says it (`Windows10`, `Linux`), or empty."""

    device_id: str
    name: str
    platform: str = ""
    verdict: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """An account that the alerts name."""

    name: str
    domain: str = ""
    sid: str = ""
    upn: str = ""
    object_id: str = ""
    verdict: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file that the alerts name. Hashes are lower-case hex or empty."""

    name: str
    folder: str = ""
    sha1: str = ""
    sha256: str = ""
    md5: str = ""
    size: int | None = None
    device_name: str = ""
    verdict: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """A process that the alerts name, with its file."""

    file: File
    pid: int | None = None
    command_line: str = ""
    created: datetime | None = None
    parent_name: str = ""
    parent_pid: int | None = None
    account: str = ""
    verdict: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """An address, a URL or the like that the alerts name."""

    value: str
    verdict: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Registry:
    """A registry key, or a value in it, that the alerts name."""

    key: str
    value_name: str = ""
    value_type: str = ""
    value_data: str = ""
    device_name: str = ""
    verdict: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Frozen rows and the question behind them, as the customer may see it.

    query: None where it is withheld; `query_sha256` and `sql_sha256` then too, unless only their hash was disclosed. `open_rows` returns
    the rows as the canonical JSON that `rows_sha256` is over, as UTF-8.
    """

    id: str
    query: str | None
    query_sha256: str | None
    sql_sha256: str | None
    window_start: datetime
    window_end: datetime
    asked_at: datetime
    captured_at: datetime
    captured_by: str
    schema_version: str
    engine_version: str
    compiler_version: str
    tables: Sequence[str]
    columns: Sequence[tuple[str, str]]
    row_count: int
    truncated: bool
    rows_sha256: str
    open_rows: Callable[[], bytes]
    note: str = ""
    alerts: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """A file that the customer sent to the experts. name: as the customer called it. `open` returns its content; the caller closes it."""

    name: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]
    sha1: str = ""
    md5: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote: in the thread of a case, or beside an alert (`about` is its id then)."""

    at: datetime
    author: str
    text: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All of it. `as_of`: when it was gathered. `responders`: whom to call for incident response, in the operator's words."""

    id: str
    tenant_id: str
    customer: str
    provider: str
    subject: Subject
    made_by: Party
    made_for: Party
    language: str
    as_of: datetime
    responders: str = ""
    stories: Sequence[Story] = ()
    timeline: Sequence[Moment] = ()
    devices: Sequence[Device] = ()
    accounts: Sequence[Account] = ()
    files: Sequence[File] = ()
    processes: Sequence[Process] = ()
    addresses: Sequence[Value] = ()
    urls: Sequence[Value] = ()
    registry: Sequence[Registry] = ()
    evidence: Sequence[Evidence] = ()
    samples: Sequence[Sample] = ()
    messages: Sequence[Message] = ()
    left_out: Sequence[str] = ()

    @property
    def techniques(self) -> list[str]:
        """The techniques of ATT&CK that the alerts name, each once, in order."""
        return sorted({technique for story in self.stories for technique in story.techniques})
