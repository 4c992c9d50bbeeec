"""What the quarantine refuses."""

from collections.abc import Sequence
from typing import Final

from huntline.kernel import Conflict, Invalid, NotFound, TooMany, Unavailable, translatable

# A message names so many parts; the detail has them all.
_NAMED: Final = 10


class UploadNotFound(NotFound):
    """No such upload in this case, or it was abandoned."""

    def __init__(self) -> None:
        super().__init__(
            "upload_not_found",
            translatable("There is no such upload in this case, or it was given up. Begin the upload again."),
        )


class SampleNotFound(NotFound):
    """No such sample in this case."""

    def __init__(self) -> None:
        super().__init__("sample_not_found", translatable("There is no such sample in this case."))


class SampleDeleted(NotFound):
    """The sample was deleted; what is known of it stays."""

    def __init__(self) -> None:
        super().__init__(
            "sample_deleted",
            translatable(
                "The sample was deleted. Its hashes and the record of who had it stay; its content cannot be had."
            ),
        )


class SampleEmpty(Invalid):
    """Nothing in it."""

    def __init__(self) -> None:
        super().__init__("sample_empty", translatable("The file is empty. Send one that has content."))


class SampleTooLarge(Invalid):
    """Larger than one sample may be. most: MiB."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "sample_too_large",
            translatable("A sample has at most {most} MiB. Ask the experts how to send a larger one."),
            detail={"most_mib": most},
            most=most,
        )


class SampleHashInvalid(Invalid):
    """Not a SHA-256."""

    def __init__(self) -> None:
        super().__init__(
            "sample_hash_invalid", translatable("A SHA-256 is 64 hexadecimal digits. Check it, or leave it out.")
        )


class CaseFull(TooMany):
    """The case has as many samples and open uploads as it may."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "samples_case_full",
            translatable(
                "A case has at most {most} samples, uploads included. Delete one, or put small files into one archive."
            ),
            detail={"most": most},
            most=most,
        )


class TenantFull(TooMany):
    """The tenant's samples and open uploads have as many bytes as they may. most: GiB."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "samples_tenant_full",
            translatable(
                "The samples of an organization have at most {most} GiB, uploads included. Delete some that are not needed any more."
            ),
            detail={"most_gib": most},
            most=most,
        )


class PartUnknown(Invalid):
    """The upload has no part of this number."""

    def __init__(self, number: int, parts: int) -> None:
        super().__init__(
            "part_unknown",
            translatable("The upload has the parts 1 to {parts}; there is no part {number}."),
            detail={"number": number, "parts": parts},
            number=number,
            parts=parts,
        )


class PartSizeWrong(Invalid):
    """The part is shorter or longer than it must be. expected: bytes."""

    def __init__(self, number: int, expected: int) -> None:
        super().__init__(
            "part_size_wrong",
            translatable("Part {number} has {expected} bytes, not fewer and not more. Send it again."),
            detail={"number": number, "expected": expected},
            number=number,
            expected=expected,
        )


class PartConflict(Conflict):
    """The part is there already, with other content."""

    def __init__(self, number: int) -> None:
        super().__init__(
            "part_conflict",
            translatable(
                "Part {number} was received before with other content: the file changed meanwhile. Begin the upload again."
            ),
            detail={"number": number},
            number=number,
        )


class PartsMissing(Conflict):
    """The upload cannot be finished yet."""

    def __init__(self, numbers: Sequence[int]) -> None:
        named = ", ".join(map(str, numbers[:_NAMED])) + (", …" if len(numbers) > _NAMED else "")
        super().__init__(
            "parts_missing",
            translatable("{count} parts are missing: {named}. Send them, then finish the upload."),
            detail={"missing": list(numbers)},
            count=len(numbers),
            named=named,
        )


class UploadFinished(Conflict):
    """The upload has become a sample."""

    def __init__(self) -> None:
        super().__init__(
            "upload_finished",
            translatable("The upload is finished and cannot be given up. Delete the sample that came of it."),
        )


class HashDiffers(Conflict):
    """What arrived is not what the sender named."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(
            "sample_hash_differs",
            translatable(
                "The file that arrived has the SHA-256 {found}, not {expected}. Give the upload up and send the file again."
            ),
            detail={"expected": expected, "found": found},
            expected=expected,
            found=found,
        )


class SampleDamaged(Unavailable):
    """The stored content is not what was received: none of it is handed out."""

    def __init__(self) -> None:
        super().__init__(
            "sample_damaged",
            translatable(
                "The stored sample was changed or is incomplete, and is not handed out. The operator must restore it from a backup."
            ),
        )


class QuarantineUnavailable(Unavailable):
    """The storage does not answer, or is full."""

    def __init__(self) -> None:
        super().__init__(
            "quarantine_unavailable",
            translatable(
                "The storage of samples does not answer or is full. Try again later; the operator finds the reason in the log."
            ),
        )


class KeyUnavailable(Unavailable):
    """The key of the installation with which samples are sealed is not there. key_id: the one that is asked for."""

    def __init__(self, key_id: str = "") -> None:
        super().__init__(
            "sample_key_unavailable",
            translatable(
                "The key of the quarantine is missing or is another one. The operator must restore its file from a backup."
            ),
            detail={"key_id": key_id} if key_id else {},
        )


class AddressInvalid(Invalid):
    """A setting of the quarantine names no address that can be used."""

    def __init__(self, setting: str, forms: str) -> None:
        super().__init__(
            "samples_address_invalid",
            translatable("{setting} is written as {forms}."),
            setting=setting,
            forms=forms,
        )


class RuleFolderMissing(Invalid):
    """HUNTLINE_YARA_RULES names no folder."""

    def __init__(self, folder: str) -> None:
        super().__init__(
            "yara_folder_missing",
            translatable(
                "There is no folder “{folder}”. Put rules (*.yar, *.yara) into a folder and name it in HUNTLINE_YARA_RULES."
            ),
            folder=folder,
        )


class RulesUnusable(Unavailable):
    """The rules cannot be read or compiled as a whole. A single rule that does not compile is no reason for this."""

    def __init__(self, reason: str) -> None:
        super().__init__("yara_rules_unusable", translatable("The YARA rules cannot be used: {reason}"), reason=reason)
