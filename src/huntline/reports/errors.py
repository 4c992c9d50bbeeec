"""What reports refuse."""

from collections.abc import Sequence

from huntline.kernel import Invalid, NotFound, Unavailable, translatable


class PeriodInvalid(Invalid):
    """The period is empty, too long, or has not begun."""

    def __init__(self, most: int) -> None:
        super().__init__(
            "report_period_invalid",
            translatable(
                "A report is about 1 to {most} days, the first no later than the last, that have begun already."
            ),
            most=most,
        )


class MonthInvalid(Invalid):
    """No month."""

    def __init__(self) -> None:
        super().__init__(
            "report_month_invalid",
            translatable("Write the month as four digits of the year, -, and two, such as 2026-06."),
        )


class ReportNotFound(NotFound):
    """There is no report of that month in this tenant."""

    def __init__(self, month: str) -> None:
        super().__init__("report_not_found", translatable("There is no report of {month} in this tenant."), month=month)


class FontMissing(Unavailable):
    """No font on the server has the letters of the report: a PDF would show boxes."""

    def __init__(self, scripts: Sequence[str]) -> None:
        super().__init__(
            "report_font_missing",
            translatable(
                "The server has no font for these letters: {scripts}. The operator can install one, such as the package "
                "fonts-noto-cjk. The CSV file needs none."
            ),
            scripts=", ".join(scripts),
        )


class ReportDamaged(Unavailable):
    """The kept report is not what its hash says."""

    def __init__(self) -> None:
        super().__init__(
            "report_damaged",
            translatable(
                "The report was changed after it was made, and is not shown. The operator must restore it from a backup."
            ),
        )
