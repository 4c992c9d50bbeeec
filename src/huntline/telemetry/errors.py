"""What telemetry refuses."""

from collections.abc import Sequence

from huntline.identity.errors import NotSignedIn
from huntline.kernel import Conflict, Forbidden, HuntlineError, Invalid, NotFound, translatable
from huntline.telemetry.rows import Refusal

MIB = 1024 * 1024


class IngestKeyInvalid(NotSignedIn):
    """No ingest key, a wrong one, or one that has run out or was revoked: which of these is not told. 401."""

    def __init__(self) -> None:
        HuntlineError.__init__(
            self,
            "ingest_key_invalid",
            translatable("Send a valid ingest key: Authorization: Bearer <key>."),
        )


class SourceNotAllowed(Forbidden):
    """The key is for other sources."""

    def __init__(self, source: str) -> None:
        super().__init__("source_not_allowed", translatable("This ingest key may not send “{source}”."), source=source)


class IngestKeyNotFound(NotFound):
    """No such key of this tenant."""

    def __init__(self) -> None:
        super().__init__("ingest_key_not_found", translatable("There is no such ingest key in this tenant."))


class DeviceNotFound(NotFound):
    """No such device of this tenant."""

    def __init__(self, device_id: str) -> None:
        super().__init__(
            "device_not_found", translatable("There is no device “{device}” in this tenant."), device=device_id
        )


class DeviceGroupNotFound(NotFound):
    """No such device group in this tenant."""

    def __init__(self) -> None:
        super().__init__("device_group_not_found", translatable("There is no such device group in this tenant."))


class DeviceGroupIncomplete(Invalid):
    """A group that could not be told from another, or that would take nothing."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "device_group_incomplete",
            translatable(
                "A device group needs a name that no other has, and 1 to 20 conditions with values; look at “{field}”."
            ),
            field=field,
        )


class TagsInvalid(Invalid):
    """Too many tags, or one that is too long or not printable."""

    def __init__(self, most: int, longest: int) -> None:
        super().__init__(
            "tags_invalid",
            translatable("A device has at most {most} tags of at most {longest} printable characters."),
            most=most,
            longest=longest,
        )


class UnknownTable(NotFound):
    """No such hunting table. `reason` says which one may be meant."""

    def __init__(self, reason: str) -> None:
        super().__init__("table_not_found", translatable("{reason}"), reason=reason)


class UnknownFormat(NotFound):
    """No such source format."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(
            "format_not_found",
            translatable("There is no source format “{name}”. Known are: {known}."),
            name=name,
            known=", ".join(known),
        )


class BodyTooLarge(Invalid):
    """More than one request may hold."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "body_too_large",
            translatable("The body holds more than {limit} MiB when unpacked. Send it in several requests."),
            limit=limit // MIB,
            detail={"limit_bytes": limit},
        )


class UnknownEncoding(Invalid):
    """A Content-Encoding that is not understood."""

    def __init__(self, encoding: str) -> None:
        super().__init__(
            "encoding_unknown",
            translatable("Content-Encoding “{encoding}” is not understood. Send gzip, or none."),
            encoding=encoding,
        )


class BrokenBody(Invalid):
    """A packed body that cannot be unpacked."""

    def __init__(self, reason: str) -> None:
        super().__init__("body_broken", translatable("The body cannot be unpacked: {reason}."), reason=reason)


class EmptyBatch(Invalid):
    """Nothing was sent."""

    def __init__(self) -> None:
        super().__init__("batch_empty", translatable("The body holds no rows."))


class TooManyLines(Invalid):
    """More records than one batch may have. Nothing was stored."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "too_many_lines", translatable("One batch has at most {most} records. Send it in several."), most=most
        )


class RowsRefused(Invalid):
    """Rows were refused and the caller wanted all or none, or none was good. Nothing was stored."""

    def __init__(self, refused: int, total: int, refusals: Sequence[Refusal]) -> None:
        super().__init__(
            "rows_refused",
            translatable("{refused} of {total} rows were refused, so nothing was stored."),
            refused=refused,
            total=total,
            detail={
                "refused": refused,
                "refusals": [{"line": one.line, "code": one.code, "reason": one.reason} for one in refusals],
            },
        )


class IdempotencyKeyReused(Conflict):
    """Another body came with this key before."""

    def __init__(self) -> None:
        super().__init__(
            "idempotency_key_reused",
            translatable("Another batch was sent with this Idempotency-Key. Give every batch a key of its own."),
        )


class IdempotencyKeyTooLong(Invalid):
    """More than the ledger keeps."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            "idempotency_key_too_long",
            translatable("An Idempotency-Key has at most {limit} characters."),
            limit=limit,
        )
