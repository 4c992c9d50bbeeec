"""Whether a tenant has seen an indicator: a yes or a no, and nothing else of its telemetry."""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from huntline.hunting.errors import IndicatorInvalid
from huntline.hunting.execution import compile_query, execute
from huntline.hunting.results import Window
from huntline.identity import TenantScope
from huntline.kernel import new_id, now

MOST_INDICATORS: Final = 50
_HASH: Final = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})", re.ASCII)
_DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)
_SENDER: Final = re.compile(r"[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}", re.ASCII)


class IndicatorKind(StrEnum):
    """What an indicator is."""

    HASH = "hash"
    ADDRESS = "address"
    DOMAIN = "domain"
    SENDER = "sender"


@dataclass(frozen=True, slots=True, order=True)
class Indicator:
    """An indicator in the one spelling that it has here: lower case, addresses as `ipaddress` writes them."""

    kind: IndicatorKind
    value: str


def read_indicator(text: str) -> Indicator:
    """Return what a text names: a hash, an IP address, the sender of a mail, or a domain. Raises IndicatorInvalid.

    >>> read_indicator("Evil.Example")
    Indicator(kind=<IndicatorKind.DOMAIN: 'domain'>, value='evil.example')
    """
    value = text.strip().lower().replace("[.]", ".")
    if _HASH.fullmatch(value):
        return Indicator(IndicatorKind.HASH, value)
    try:
        return Indicator(IndicatorKind.ADDRESS, str(ipaddress.ip_address(value)))
    except ValueError:
        pass
    if _SENDER.fullmatch(value):
        return Indicator(IndicatorKind.SENDER, value)
    if _DOMAIN.fullmatch(value):
        return Indicator(IndicatorKind.DOMAIN, value)
    raise IndicatorInvalid(text)


def has_seen(scope: TenantScope, indicators: Sequence[Indicator], days: int) -> bool:
    """Whether the scope's one tenant has any row with any of the indicators in the last `days`.

    No run stands in the tenant's history: its query would tell what another organization asked. Raises what the engine raises.
    """
    at = now()
    window = Window(at - timedelta(days=days), at)
    return any(_answers(scope, query, window, at) for query in _queries(indicators))


def _answers(scope: TenantScope, query: str, window: Window, at: datetime) -> bool:
    compiled = compile_query(scope, query, window=window, at=at, functions={})
    answer = execute(compiled, tenants=scope.tenant_ids, query_id=str(new_id()), max_rows=1)
    return answer.rows.count > 0


def _queries(indicators: Sequence[Indicator]) -> list[str]:
    # The values are of the patterns above, so none can end the text that it stands in.
    by_kind = {kind: [one.value for one in indicators if one.kind is kind] for kind in IndicatorKind}
    return [query for kind, values in by_kind.items() if values for query in _QUERIES[kind](_listed(values))]


def _listed(values: Sequence[str]) -> str:
    return ", ".join(f'"{value}"' for value in values)


def _by_hash(listed: str) -> list[str]:
    own = f"SHA1 in~ ({listed}) or SHA256 in~ ({listed}) or MD5 in~ ({listed})"
    started_by = f"InitiatingProcessSHA1 in~ ({listed}) or InitiatingProcessSHA256 in~ ({listed}) or InitiatingProcessMD5 in~ ({listed})"
    return [
        f"DeviceFileEvents | where {own} | take 1 | project DeviceId",
        f"DeviceProcessEvents | where {own} or {started_by} | take 1 | project DeviceId",
        f"DeviceImageLoadEvents | where {own} | take 1 | project DeviceId",
        f"EmailAttachmentInfo | where SHA256 in~ ({listed}) | take 1 | project SHA256",
    ]


def _by_address(listed: str) -> list[str]:
    return [
        f"DeviceNetworkEvents | where RemoteIP in ({listed}) | take 1 | project DeviceId",
        f"DeviceLogonEvents | where RemoteIP in ({listed}) | take 1 | project DeviceId",
        f"EmailEvents | where SenderIPv4 in ({listed}) or SenderIPv6 in ({listed}) | take 1 | project SenderIPv4",
    ]


def _by_domain(listed: str) -> list[str]:
    return [
        f"DeviceNetworkEvents | where RemoteUrl has_any ({listed}) | take 1 | project DeviceId",
        f"EmailUrlInfo | where UrlDomain in~ ({listed}) | take 1 | project UrlDomain",
        f"EmailEvents | where SenderFromDomain in~ ({listed}) | take 1 | project SenderFromDomain",
    ]


def _by_sender(listed: str) -> list[str]:
    return [
        f"EmailEvents | where SenderFromAddress in~ ({listed}) or SenderMailFromAddress in~ ({listed}) | take 1 | project SenderFromAddress"
    ]


_QUERIES: Final[Mapping[IndicatorKind, Callable[[str], list[str]]]] = {
    IndicatorKind.HASH: _by_hash,
    IndicatorKind.ADDRESS: _by_address,
    IndicatorKind.DOMAIN: _by_domain,
    IndicatorKind.SENDER: _by_sender,
}
