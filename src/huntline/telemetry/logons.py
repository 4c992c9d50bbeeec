"""Who signed in to a device."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from huntline.identity.scope import TenantScope
from huntline.telemetry.engine import get_engine
from huntline.telemetry.schema import TENANT, TIME
from huntline.telemetry.times import EPOCH

MOST: Final = 1000
_SQL: Final = (
    f"SELECT AccountDomain, AccountName, max(AccountSid), toUnixTimestamp64Micro(min({TIME})), "
    f"toUnixTimestamp64Micro(max({TIME})), arrayStringConcat(arraySort(groupUniqArray(LogonType)), ','), "
    "toUInt8(ifNull(max(IsLocalAdmin), false)) "
    f"FROM DeviceLogonEvents WHERE {TENANT} = {{tenant:String}} AND DeviceId = {{device:String}} "
    f"AND {TIME} >= fromUnixTimestamp64Micro({{since:Int64}}) AND ActionType = 'LogonSuccess' AND AccountName != '' "
    f"GROUP BY AccountDomain, AccountName ORDER BY max({TIME}) DESC LIMIT {MOST}"
)


@dataclass(frozen=True, slots=True)
class Logon:
    """An account and how it signed in to a device; `logon_types` are joined by commas."""

    account_domain: str
    account_name: str
    account_sid: str
    first: datetime
    last: datetime
    logon_types: str
    is_local_admin: bool


@dataclass(frozen=True, slots=True)
class _Question:
    sql: str
    parameters: dict[str, object]


def logons_of(scope: TenantScope, device_id: str, since: datetime) -> list[Logon]:
    """Return the accounts that signed in to a device since then, the latest first, at most MOST. Raises Unavailable, TooMany."""
    tenant = str(scope.tenant)
    asked: dict[str, object] = {
        "tenant": tenant,
        "device": device_id,
        "since": (since - EPOCH) // timedelta(microseconds=1),
    }
    rows = get_engine().run(_Question(_SQL, asked), tenants=[tenant]).fetch()
    return [
        Logon(domain, name, sid, _moment(first), _moment(last), types, bool(admin))
        for domain, name, sid, first, last, types, admin in rows
    ]


def _moment(microseconds: int | str) -> datetime:
    return EPOCH + timedelta(microseconds=int(microseconds))
