"""The sentences of a report: what was counted, what it means, and what it does not mean."""

from collections.abc import Iterator
from typing import Final

from babel.dates import format_skeleton

from huntline.reports.catalogue import LANGUAGES, count, say, texts
from huntline.reports.facts import Facts, Looked, TableFacts, Words

__all__ = ["LANGUAGES", "period_of", "rows_of", "words_of"]

# The table that says most about devices goes first; where it was not looked at, the one with most rows.
_FIRST: Final = "DeviceProcessEvents"
GRACE_HOURS: Final = 12


def words_of(facts: Facts, language: str) -> Words:
    """Return what the facts say in a language. Raises KeyError for a language that there is not."""
    looked = any(table.days(how) for table in facts.tables for how in (Looked.FULL, Looked.PART))
    return Words(
        headline=_headline(facts, language, looked=looked),
        findings=_findings(facts, language, looked=looked),
        service=_service(facts, language),
        more=list(_more(facts, language, looked=looked)),
        means=list(_means(facts, language)) if looked else [],
        definition=say(language, "means.definition", hours=GRACE_HOURS),
    )


def period_of(facts: Facts, language: str) -> str:
    """Return the period by its name: a month, or two days."""
    if facts.month:
        return str(format_skeleton("yMMMM", facts.since, locale=language))
    return f"{facts.since} – {facts.until}"


def rows_of(table: str, language: str) -> str:
    """Return what the rows of a table are called."""
    return texts(language)["rows"].get(table, table)


def _period(facts: Facts, language: str) -> str:
    state = "" if facts.is_over else "_so_far"
    name = "month" if facts.month else "days"
    return say(
        language,
        f"period.{name}{state}",
        **({"month": period_of(facts, language)} if facts.month else {"since": facts.since, "until": facts.until}),
    )


def _main_table(facts: Facts) -> TableFacts | None:
    """The table that the headline is about: one that was looked at, where there is one; the others are told of below it."""

    def weight(table: TableFacts) -> tuple[bool, bool, int]:
        looked = table.days(Looked.FULL) + table.days(Looked.PART) > 0
        return looked, table.table == _FIRST, sum(table.rows)

    return max(facts.tables, key=weight, default=None)


def _headline(facts: Facts, language: str, *, looked: bool) -> str:
    period = _period(facts, language)
    table = _main_table(facts)
    if table is None:
        return say(language, "headline.nothing_arrived", period=period, customer=facts.customer)
    if not looked:
        return say(language, "headline.nobody_looked", period=period, customer=facts.customer)
    sentence = say(
        language,
        "headline.looked_on" if table.devices else "headline.looked",
        period=period,
        hunts=count(language, "count.hunts", sum(table.table in hunt.looked for hunt in facts.hunts)),
        full=count(language, "count.days", table.days(Looked.FULL)) if language != "en" else table.days(Looked.FULL),
        days=count(language, "count.days", table.days_with_rows),
        rows=rows_of(table.table, language),
        devices=count(language, "count.devices", table.devices or 0),
    )
    part = table.days(Looked.PART)
    more = [say(language, "headline.part", days=count(language, "count.days", part))] if part else []
    return _join(language, sentence, *more)


def _findings(facts: Facts, language: str, *, looked: bool) -> str:
    number = len(facts.notifications)
    if not number:
        silent = say(language, "findings.silent")
        return _join(language, say(language, "findings.none"), silent) if looked else silent
    sentence = say(language, "findings.one" if number == 1 else "findings.other", n=f"{number:,}")
    withdrawn = sum(one.withdrawn is not None for one in facts.notifications)
    return _join(language, sentence, *([count(language, "findings.withdrawn", withdrawn)] if withdrawn else []))


def _service(facts: Facts, language: str) -> str:
    if not facts.service:
        return say(language, "service.off")
    if len(facts.service) == 1 and facts.service[0].on is None and facts.service[0].off is None:
        return say(language, "service.on")
    return say(language, "service.part", stretches=", ".join(_stretches(facts, language)))


def _stretches(facts: Facts, language: str) -> Iterator[str]:
    for one in facts.service:
        on, off = (f"{moment:%Y-%m-%d %H:%M}" if moment else "" for moment in (one.on, one.off))
        key = "between" if on and off else ("from" if on else "until")
        yield say(language, f"service.{key}", on=on, off=off)


def _more(facts: Facts, language: str, *, looked: bool) -> Iterator[str]:
    table = _main_table(facts)
    if table is not None and looked:
        yield say(
            language,
            "more.all_tables",
            hunts=count(language, "count.hunts", sum(bool(hunt.looked) for hunt in facts.hunts)),
            tables=count(language, "count.tables", len(facts.tables)),
            all=f"{sum(one.days_with_rows for one in facts.tables):,}",
            **{how.value: f"{sum(one.days(how) for one in facts.tables):,}" for how in Looked},
        )
        never = [one.table for one in facts.tables if one.days(Looked.NONE) == one.days_with_rows]
        if never:
            yield say(language, "more.never", tables=", ".join(never))
    if table is not None:
        missing = facts.days - table.days_with_rows
        if missing:
            yield _capital(count(language, "more.missing", missing, rows=rows_of(table.table, language)))
        if facts.gaps:
            named = (f"{gap.first}" if gap.first == gap.last else f"{gap.first} – {gap.last}" for gap in facts.gaps)
            yield say(language, "more.gaps", gaps=", ".join(named))
    if facts.silent_count:
        yield count(language, "more.silent", facts.silent_count)
    unfinished = sum(hunt.unfinished for hunt in facts.hunts)
    if unfinished:
        yield count(language, "more.unfinished", unfinished)


def _means(facts: Facts, language: str) -> Iterator[str]:
    yield say(language, "means.something" if facts.notifications else "means.nothing")
    yield say(language, "means.limits")


def _join(language: str, *sentences: str) -> str:
    return ("" if language == "ja" else " ").join(sentences)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
