"""What hunting refuses. Limits that a query meets in the engine are `telemetry`'s own errors and pass through."""

from collections.abc import Sequence
from datetime import timedelta

from huntline.kernel import Conflict, Invalid, NotFound, TooMany, translatable

Finding = dict[str, object]
"""A diagnostic as JSON: code, severity, message, start, end, line, column, fix."""


class QueryInvalid(Invalid):
    """The text does not compile. `detail["errors"]` holds every finding; `heading` is the whole as Defender words it."""

    def __init__(self, findings: Sequence[Finding], heading: str) -> None:
        first = next(finding for finding in findings if finding["severity"] == "error")
        super().__init__(
            "query_invalid",
            translatable("The query cannot be run. Line {line}, column {column}: {message}"),
            detail={"errors": list(findings)},
            line=first["line"],
            column=first["column"],
            message=first["message"],
        )
        self.heading = heading


class FunctionInvalid(Invalid):
    """The text of a function does not compile. `detail["errors"]` holds every finding, by places in its body."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = next(finding for finding in findings if finding["severity"] == "error")
        super().__init__(
            "function_invalid",
            translatable("The function cannot be saved. Line {line}, column {column}: {message}"),
            detail={"errors": list(findings)},
            line=first["line"],
            column=first["column"],
            message=first["message"],
        )


class FunctionNameInvalid(Invalid):
    """No identifier, or the name of something that the language or the tables have already."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "function_name_invalid",
            translatable(
                "“{name}” cannot be the name of a function. Use letters, digits and underscores, and no name of a table or of a "
                "function that KQL has already."
            ),
            name=name,
        )


class WindowInvalid(Invalid):
    """The time window is empty, or a time has no zone."""

    def __init__(self) -> None:
        super().__init__(
            "window_invalid",
            translatable("The time window must end after it starts, and both times need a zone, such as a final Z."),
        )


class LimitInvalid(Invalid):
    """More rows are asked for than one hunt returns, or none."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "hunt_limit_invalid",
            translatable("A hunt returns between 1 and {most} rows. Ask for fewer, or summarize."),
            most=most,
        )


class RunIdUsed(Conflict):
    """The id that the caller chose belongs to an earlier run."""

    def __init__(self) -> None:
        super().__init__(
            "run_id_used", translatable("There is a run with this id already. Choose a new id for every run.")
        )


class HuntNotFound(NotFound):
    """No such run in this tenant, or none that the caller may see."""

    def __init__(self) -> None:
        super().__init__("hunt_not_found", translatable("There is no such hunt in this tenant."))


class HuntCancelled(Conflict):
    """It was cancelled before the engine had it; while it runs, the engine says the same by the same code."""

    def __init__(self) -> None:
        super().__init__("query_cancelled", translatable("The query was cancelled."))


class HuntsBusy(TooMany):
    """As many hunts run as the server lets run at once."""

    def __init__(self) -> None:
        super().__init__(
            "hunts_busy",
            translatable("Too many hunts are running. Wait until one ends, or cancel one."),
            detail={"retry_after": 5},
        )


class SavedHuntNotFound(NotFound):
    """No such saved hunt in this tenant or library."""

    def __init__(self) -> None:
        super().__init__("saved_hunt_not_found", translatable("There is no such saved hunt."))


class SavedHuntNameTaken(Conflict):
    """Names are unique in a tenant and in the provider's library."""

    def __init__(self, name: str) -> None:
        super().__init__(
            "saved_hunt_name_taken",
            translatable("There is a saved hunt “{name}” already. Choose another name."),
            name=name,
        )


class ScheduleNotFound(NotFound):
    """No such schedule."""

    def __init__(self) -> None:
        super().__init__("scheduled_hunt_not_found", translatable("There is no such scheduled hunt."))


class ScheduleInvalid(Invalid):
    """The hours are out of bounds, or would leave time between two runs at which nobody looks."""

    def __init__(self, most: int, back: int) -> None:
        super().__init__(
            "scheduled_hunt_invalid",
            translatable(
                "A hunt runs every 1 to {most} hours, and looks back at least as many hours as lie between two runs, at most {back}."
            ),
            most=most,
            back=back,
        )


class LibraryNotOpen(Invalid):
    """Somebody who does not belong to the provider names the provider's library."""

    def __init__(self) -> None:
        super().__init__(
            "library_not_open", translatable("Only the provider's people keep hunts in the provider's library.")
        )


class EvidenceNotFound(NotFound):
    """No such evidence in this tenant, or none that the caller may see."""

    def __init__(self) -> None:
        super().__init__("evidence_not_found", translatable("There is no such evidence in this tenant."))


class EvidenceNotRunnable(Conflict):
    """This version of Huntline no longer understands the query."""

    def __init__(self, version: str) -> None:
        super().__init__(
            "evidence_not_runnable",
            translatable(
                "The query of this evidence was run by Huntline {version} and can no longer be run as it stands. The frozen rows are good."
            ),
            version=version,
        )


class HuntNotDone(Conflict):
    """Evidence can only be taken from a run that gave an answer."""

    def __init__(self, state: str) -> None:
        super().__init__(
            "hunt_not_done", translatable("Evidence is taken from a finished hunt; this one is “{state}”."), state=state
        )


class RowsNotChosen(Invalid):
    """The indexes are not rows of the answer."""

    def __init__(self, row_count: int) -> None:
        super().__init__(
            "evidence_rows_invalid",
            translatable(
                "Choose rows of the answer, each once, by their index: it has {row_count} rows, and the first is 0."
            ),
            row_count=row_count,
        )


class EvidenceTooLarge(Invalid):
    """Evidence is what people read, not an export."""

    def __init__(self, most_rows: int, most_mib: int) -> None:
        super().__init__(
            "evidence_too_large",
            translatable("Evidence holds at most {most_rows} rows and {most_mib} MiB. Choose the rows that show it."),
            most_rows=most_rows,
            most_mib=most_mib,
        )


class RowsForgotten(Conflict):
    """The rows that the hunter saw are no longer kept."""

    def __init__(self, kept: int, lifetime: timedelta) -> None:
        super().__init__(
            "hunt_rows_forgotten",
            translatable(
                "These rows are not kept: {kept} rows of this hunt are still there (rows are kept for {hours} hours, and of very large "
                "answers only the first). Run the hunt again, narrower if it was large, and choose them there."
            ),
            kept=kept,
            hours=int(lifetime.total_seconds() // 3600),
        )


class IndicatorInvalid(Invalid):
    """A text that names no indicator."""

    def __init__(self, text: str) -> None:
        super().__init__(
            "indicator_invalid",
            translatable(
                "“{text}” is no indicator. Give a hash (MD5, SHA-1, SHA-256), an IP address, a domain, or the address of a sender."
            ),
            text=text[:200],
        )
