"""What handing over refuses."""

from huntline.kernel import Conflict, Forbidden, Invalid, NotFound, TooMany, Unavailable, translatable


class HandoffNotFound(NotFound):
    """There is no such package in this tenant."""

    def __init__(self) -> None:
        super().__init__("handoff_not_found", translatable("There is no such hand-off package in this tenant."))


class RecipientInvalid(Invalid):
    """The recipient has no name, or an address that no mail reaches."""

    def __init__(self, field: str) -> None:
        super().__init__(
            "handoff_recipient_invalid",
            translatable(
                "Say who gets the package: a name on one line, and an e-mail address such as team@responders.example; look at “{field}”."
            ),
            field=field,
        )


class HandoffBeyondGroups(Forbidden):
    """A role that is limited to device groups would give away what is about other devices."""

    def __init__(self) -> None:
        super().__init__(
            "handoff_beyond_groups",
            translatable(
                "It names devices outside the device groups of your role. Ask somebody whose role is not limited to hand it over."
            ),
        )


class TooManyHandoffs(TooMany):
    """The tenant has had enough packages made for a day."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "handoff_too_many",
            translatable("At most {most} hand-off packages are made for an organization in 24 hours. Try again later."),
            most=most,
        )


class HandoffWithdrawn(Conflict):
    """It was withdrawn already."""

    def __init__(self) -> None:
        super().__init__("handoff_withdrawn", translatable("This hand-off package is withdrawn already."))


class HandoffNotReady(Conflict):
    """There is no file: it is being made, it failed, it was withdrawn, or it has expired."""

    def __init__(self) -> None:
        super().__init__(
            "handoff_not_ready",
            translatable(
                "This hand-off package has no file: it is not ready, or has expired or been withdrawn. Make a new one."
            ),
        )


class HandoffKeyInvalid(Unavailable):
    """The key that signs packages cannot be used."""

    def __init__(self, file: str) -> None:
        super().__init__(
            "handoff_key_invalid",
            translatable(
                "“{file}” is no Ed25519 private key in PEM without a password. The operator must mend HUNTLINE_HANDOFF_KEY_FILE."
            ),
            file=file,
        )


class EvidenceDamaged(Unavailable):
    """Frozen rows are not what their hash says, so they are not given to anybody."""

    def __init__(self, evidence: str) -> None:
        super().__init__(
            "handoff_evidence_damaged",
            translatable(
                "The rows of evidence {evidence} were changed after they were frozen. The operator must restore them from a backup."
            ),
            evidence=evidence,
        )


class SampleDamaged(Unavailable):
    """A sample is not what its hash says."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            "handoff_sample_damaged",
            translatable(
                "The sample {sha256} is not what it was when it came in. The operator must restore it from a backup."
            ),
            sha256=sha256,
        )
