"""Processes and the sessions they run in, with the columns that each fills in the rows of others."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from huntline.demo.fleet import Account
from huntline.demo.software import Program

# Identities of the system itself; they need no sign-in. Source: well-known SIDs and logon ids of Windows.
SYSTEM_LOGON, NETWORK_LOGON, LOCAL_LOGON = 0x3E7, 0x3E4, 0x3E5
SYSTEM_ACCOUNT = Account("nt authority", "system", "S-1-5-18")
NETWORK_ACCOUNT = Account("nt authority", "network service", "S-1-5-20")
LOCAL_ACCOUNT = Account("nt authority", "local service", "S-1-5-19")


@dataclass(frozen=True)
class Session:
    """A signed-in account on one device: its logon id, its rights, and from where it came."""

    account: Account
    logon_id: int
    number: int = 0
    integrity: str = "Medium"
    elevation: str = "TokenElevationTypeLimited"
    remote_name: str = ""
    remote_address: str = ""

    @cached_property
    def created(self) -> dict[str, object]:
        """The columns of a process that is created in this session."""
        columns: dict[str, object] = {
            "AccountDomain": self.account.domain,
            "AccountName": self.account.name,
            "AccountSid": self.account.sid,
            "LogonId": self.logon_id,
            "ProcessIntegrityLevel": self.integrity,
            "ProcessTokenElevation": self.elevation,
            "CreatedProcessSessionId": self.number,
            "IsProcessRemoteSession": bool(self.remote_address),
        }
        if self.account.is_person:
            columns |= {"AccountUpn": self.account.upn, "AccountObjectId": self.account.object_id}
        if self.remote_address:
            columns |= {
                "ProcessRemoteSessionDeviceName": self.remote_name,
                "ProcessRemoteSessionIP": self.remote_address,
            }
        return columns

    @cached_property
    def initiating(self) -> dict[str, object]:
        """The same as the columns of the process that does something."""
        columns: dict[str, object] = {
            "InitiatingProcessAccountDomain": self.account.domain,
            "InitiatingProcessAccountName": self.account.name,
            "InitiatingProcessAccountSid": self.account.sid,
            "InitiatingProcessSessionId": self.number,
            "IsInitiatingProcessRemoteSession": bool(self.remote_address),
        }
        if self.account.is_person:
            columns |= {
                "InitiatingProcessAccountUpn": self.account.upn,
                "InitiatingProcessAccountObjectId": self.account.object_id,
            }
        if self.remote_address:
            columns |= {
                "InitiatingProcessRemoteSessionDeviceName": self.remote_name,
                "InitiatingProcessRemoteSessionIP": self.remote_address,
            }
        return columns

    @cached_property
    def rights(self) -> dict[str, object]:
        """Integrity and elevation, which not every table has."""
        return {"InitiatingProcessIntegrityLevel": self.integrity, "InitiatingProcessTokenElevation": self.elevation}


@dataclass(eq=False, slots=True)
class Process:
    """A process on one device, from `start` up to `end` (ticks of the true time).

    stamp: turns a moment into what the device's clock says, so that all columns agree.
    """

    device_columns: dict[str, object]
    stamp: Callable[[int], int]
    program: Program
    path: str
    command: str
    session: Session
    pid: int
    unique_id: str
    start: int
    end: int
    parent: "Process | None"
    _common: dict[str, object] | None = None
    _with_rights: dict[str, object] | None = None
    _as_parent: dict[str, object] | None = None
    _in_events: dict[str, object] | None = None

    @property
    def common(self) -> dict[str, object]:
        """The InitiatingProcess* columns that every device table has, with the device's own."""
        if self._common is None:
            columns = {
                **self.device_columns,
                **self.program.initiating,
                "InitiatingProcessFolderPath": self.path.lower(),
                "InitiatingProcessId": self.pid,
                "InitiatingProcessCommandLine": self.command,
                "InitiatingProcessCreationTime": self.stamp(self.start),
                "InitiatingProcessUniqueId": self.unique_id,
                **self.session.initiating,
            }
            if self.parent is not None:
                columns["InitiatingProcessParentId"] = self.parent.pid
                columns["InitiatingProcessParentFileName"] = self.parent.program.spec.file_name
                columns["InitiatingProcessParentCreationTime"] = self.stamp(self.parent.start)
            self._common = columns
        return self._common

    @property
    def with_rights(self) -> dict[str, object]:
        """For file, network, registry, image and sign-in events."""
        if self._with_rights is None:
            self._with_rights = {**self.common, **self.session.rights}
        return self._with_rights

    @property
    def as_parent(self) -> dict[str, object]:
        """For process events."""
        if self._as_parent is None:
            signer = self.program.spec.signer
            self._as_parent = {
                **self.with_rights,
                "InitiatingProcessLogonId": self.session.logon_id,
                "InitiatingProcessSignerType": signer or "Unknown",
                "InitiatingProcessSignatureStatus": "Valid" if signer else "Unsigned",
            }
        return self._as_parent

    @property
    def in_events(self) -> dict[str, object]:
        """For `DeviceEvents`, which says the logon but not the rights."""
        if self._in_events is None:
            self._in_events = {**self.common, "InitiatingProcessLogonId": self.session.logon_id}
        return self._in_events
