"""A report as a CSV file: RFC 4180, UTF-8 with a byte order mark, for spreadsheets of any language."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

from huntline.reports.catalogue import say
from huntline.reports.facts import Facts, HuntFacts, Report
from huntline.reports.periods import Period
from huntline.reports.wording import period_of

# Makes spreadsheets read UTF-8, which Korean and Japanese need.
_BYTE_ORDER_MARK: Final = "\ufeff"
# A spreadsheet would run these as a formula; names come from machines that an attacker may own.
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")

Row = Sequence[object]


def as_csv(report: Report, language: str) -> str:
    """Return the report in a language: blocks of rows with headings of their own, each row with the name of its block first.

    Texts that a spreadsheet would run begin with an apostrophe, as in the portal's other files. Raises KeyError for a language that
    there is not.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    for number, block in enumerate(_blocks(report, language)):
        if number:
            writer.writerow([])
        for row in block:
            writer.writerow([_safe(value) for value in row])
    return _BYTE_ORDER_MARK + file.getvalue()


def _safe(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value


def _blocks(report: Report, language: str) -> Iterator[list[Row]]:
    facts = report.facts
    yield list(_summary(report, language))
    yield list(_coverage(facts, language))
    yield list(_hunts(facts, language))
    yield list(_notifications(facts, language))
    yield list(_alerts(facts, language))
    yield list(_silent(facts, language))


def _summary(report: Report, language: str) -> Iterator[Row]:
    facts, words = report.facts, report.words[language]
    section = _label(language, "summary")
    yield [_label(language, "section"), _label(language, "text")]
    yield [_label(language, "customer"), facts.customer]
    yield [_label(language, "provider"), facts.provider]
    yield [_label(language, "period"), period_of(facts, language)]
    for sentence in [words.headline, words.findings, words.service, *words.more, *words.means, words.definition]:
        yield [section, sentence]


def _coverage(facts: Facts, language: str) -> Iterator[Row]:
    section = _label(language, "coverage")
    yield [_label(language, name) for name in ("section", "table", "day", "rows", "looked")]
    days = Period(facts.since, facts.until).days
    for table in facts.tables:
        for day, rows, looked in zip(days, table.rows, table.looked, strict=False):
            state = _label(language, f"looked_{looked}" if looked else "no_rows")
            yield [section, table.table, day.isoformat(), rows, state]


def _hunts(facts: Facts, language: str) -> Iterator[Row]:
    names = ("section", "hunt", "text", "who", "techniques", "table", "runs", "unfinished", "first_run", "last_run")
    yield [_label(language, name) for name in (*names, "reach", "found_last", "found_most", "query")]
    for hunt in facts.hunts:
        yield [
            _label(language, "hunts"),
            name_of(hunt, language),
            hunt.text,
            who_of(hunt, language),
            " ".join(hunt.techniques),
            " ".join(hunt.tables),
            hunt.runs,
            hunt.unfinished,
            hunt.first_run.isoformat(),
            hunt.last_run.isoformat(),
            f"{hunt.start.isoformat()} – {hunt.end.isoformat()}" if hunt.start and hunt.end else "",
            hunt.rows_last,
            hunt.rows_most,
            hunt.query,
        ]


def _notifications(facts: Facts, language: str) -> Iterator[Row]:
    yield [_label(language, name) for name in ("section", "notification", "severity", "published", "withdrawn")]
    for one in facts.notifications:
        withdrawn = one.withdrawn.isoformat() if one.withdrawn else ""
        yield [_label(language, "findings"), one.title, one.severity, one.published.isoformat(), withdrawn]


def _alerts(facts: Facts, language: str) -> Iterator[Row]:
    yield [_label(language, name) for name in ("section", "source", "number")]
    for source, number in facts.alerts.items():
        yield [_label(language, "alerts"), source, number]


def _silent(facts: Facts, language: str) -> Iterator[Row]:
    yield [_label(language, name) for name in ("section", "device", "last_seen")]
    for device in facts.silent:
        yield [_label(language, "silent"), device.name or device.device_id, device.last.isoformat()]


def name_of(hunt: HuntFacts, language: str) -> str:
    """Return what a hunt is called: what was written for customers, or that it has no name."""
    return hunt.title or _label(language, "unnamed" if hunt.by == "experts" else "unnamed_own")


def who_of(hunt: HuntFacts, language: str) -> str:
    """Return who ran a hunt, as the customer may know it."""
    return hunt.person or _label(language, hunt.by)


def _label(language: str, name: str) -> str:
    return say(language, f"label.{name}")
