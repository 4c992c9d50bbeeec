"""One call: sign, connect to an address that may be called, post, read a little of the answer.

Which addresses may be called is decided when the connection is made, on the very address that is connected to: a name that points
elsewhere a moment later points nobody into the operator's own network. Redirects are not followed.
"""

import base64
import hashlib
import hmac
import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

from huntline.delivery.errors import WebhookUrlInvalid
from huntline.delivery.models import AttemptOutcome
from huntline.kernel import now

CONNECT_SECONDS: Final = 10.0
ANSWER_SECONDS: Final = 20.0
MOST_BYTES: Final = 16 * 1024
SHOWN: Final = 1000
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what a secret begins with
# Public by their numbers, but they lead into other networks: 6to4, Teredo, NAT64.
_TUNNELS: Final = tuple(map(ipaddress.ip_network, ("2002::/16", "2001::/32", "64:ff9b::/96", "64:ff9b:1::/48")))

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class AddressRefused(OSError):
    """The name points to addresses that may not be called, and to no other."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a call. code: of HTTP, where there was an answer. milliseconds: how long it took."""

    outcome: AttemptOutcome
    code: int | None
    text: str
    milliseconds: int


def checked_url(url: str) -> str:
    """Return the address of a webhook. Raises WebhookUrlInvalid.

    https; http only where the operator allows the loopback addresses, because the text is readable on the way.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise WebhookUrlInvalid from None
    host = parts.hostname or ""
    plain = parts.scheme == "http" and host in {"localhost", "127.0.0.1", "::1"} and _is_loopback_allowed()
    if (
        not host
        or not (plain or parts.scheme == "https")
        or parts.username is not None
        or parts.fragment
        or port == 0
        or not url.strip().isascii()
        or not url.strip().isprintable()
        or " " in url.strip()
    ):
        raise WebhookUrlInvalid
    return url.strip()


def may_call(address: Address, allowed: Iterable[Network]) -> bool:
    """Whether a webhook may reach this address: public ones, and the networks that the operator allows.

    >>> may_call(ipaddress.ip_address("169.254.169.254"), ())
    False
    """
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped is not None:
        address = mapped
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if any(address in tunnel for tunnel in _TUNNELS if tunnel.version == address.version):
        return False
    return address.is_global and not address.is_multicast


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the header `webhook-signature`: HMAC-SHA256 over id, time and body (Standard Webhooks, "Signature scheme").

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def call(url: str, secret: str, message_id: str, body: bytes) -> Reply:
    """Post the body and return what came of it; never raises for what a server or a network does."""
    timestamp = int(now().timestamp())
    headers: dict[bytes | str, bytes | str] = {
        "Host": urlsplit(url).netloc,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "User-Agent": "Huntline-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
    }
    began = time.monotonic()
    timeout = {"connect": CONNECT_SECONDS, "read": ANSWER_SECONDS, "write": ANSWER_SECONDS, "pool": CONNECT_SECONDS}
    try:
        with httpcore.ConnectionPool(ssl_context=ssl.create_default_context(), network_backend=_Guarded()) as pool:
            sent = pool.stream("POST", url, headers=headers, content=body, extensions={"timeout": timeout})
            with sent as answer:
                text = _beginning(answer.iter_stream(), began + ANSWER_SECONDS)
                return _reply(answer.status, text, began)
    except httpcore.ConnectError as error:
        return Reply(AttemptOutcome.UNREACHABLE, None, _words(error), _since(began))
    except (OSError, httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, ValueError) as error:
        outcome = AttemptOutcome.UNREACHABLE if isinstance(error, AddressRefused) else AttemptOutcome.UNANSWERED
        return Reply(outcome, None, _words(error), _since(began))


class _Guarded(httpcore.SyncBackend):
    """Connects only to addresses that may be called."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address: {error}") from None
        networks = allowed_networks()
        for *_, place in found:
            address = str(place[0]).partition("%")[0]
            if may_call(ipaddress.ip_address(address), networks):
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
        raise AddressRefused(f"{host} is an address that webhooks may not call (HUNTLINE_WEBHOOK_NETWORKS).")


def allowed_networks() -> list[Network]:
    """Return the networks that the operator allows besides public addresses. Raises ValueError for a setting that names none."""
    return [ipaddress.ip_network(text.strip()) for text in settings.HUNTLINE_WEBHOOK_NETWORKS if text.strip()]


def _is_loopback_allowed() -> bool:
    return may_call(ipaddress.ip_address("127.0.0.1"), allowed_networks())


def _beginning(chunks: Iterable[bytes], until: float) -> bytes:
    """Return the first bytes of an answer, however long it is and however slowly it comes."""
    read = b""
    for chunk in chunks:
        read += chunk
        if len(read) >= MOST_BYTES or time.monotonic() > until:
            break
    return read[:MOST_BYTES]


def _reply(code: int, text: bytes, began: float) -> Reply:
    outcome = AttemptOutcome.ACCEPTED if 200 <= code < 300 else AttemptOutcome.DEFERRED
    words = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text.decode("utf-8", "replace"))
    return Reply(outcome, code, words[:SHOWN], _since(began))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:SHOWN]


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
