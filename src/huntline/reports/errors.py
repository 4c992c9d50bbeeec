"""What reports refuse."""

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


class ReportDamaged(Unavailable):
    """The kept report is not what its hash says."""

    def __init__(self) -> None:
        super().__init__(
            "report_damaged",
            translatable(
                "The report was changed after it was made, and is not shown. The operator must restore it from a backup."
            ),
        )
