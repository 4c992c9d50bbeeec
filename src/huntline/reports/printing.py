"""A report as a PDF, set from one template."""

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files

from huntline.reports.catalogue import texts
from huntline.reports.facts import Report
from huntline.reports.periods import Period
from huntline.reports.spreadsheet import name_of, who_of
from huntline.reports.wording import period_of
from huntline.typesetting import set_pages


def as_pdf(report: Report, language: str, *, kept: datetime | None = None, sha256: str = "") -> bytes:
    """Return the report in a language as a PDF with page numbers. The same report gives the same bytes.

    kept, sha256: when it was kept, and the hash of what was kept; without them it is one of the moment. Raises FontMissing, and
    KeyError for a language that there is not.
    """
    template = files("huntline.reports") / "report.typ"
    data = _data(report, language, kept, sha256)
    return set_pages(template, data, language, at=int(report.facts.as_of.timestamp()))


def _data(report: Report, language: str, kept: datetime | None, sha256: str) -> dict[str, object]:
    facts, labels = report.facts, texts(language)["label"]
    days = Period(facts.since, facts.until).days[: facts.days]
    values = {
        "customer": facts.customer,
        "provider": facts.provider,
        "moment": f"{kept or facts.as_of:%Y-%m-%d %H:%M}",
        "sha256": sha256,
        "n": facts.silent_count - len(facts.silent),
    }
    places = {"for": "for", "by": "by", "as_of": "as_of", "kept": "kept", "more_silent": "more_silent"}
    return {
        "language": language,
        "label": {name: text.format(**values) if name in places else text for name, text in labels.items()},
        "period": period_of(facts, language),
        "is_kept": kept is not None,
        "words": report.words[language].model_dump(),
        "first": str(days[0]),
        "last": str(days[-1]),
        "tables": [
            {
                "name": table.table,
                "rows": f"{sum(table.rows):,}",
                "devices": f"{table.devices:,}" if table.devices else "–",
                "looked": [how or "" for how in table.looked],
            }
            for table in facts.tables
        ],
        "hunts": list(_hunts(report, language)),
        "notifications": [
            {
                "title": one.title,
                "severity": texts(language)["severity"].get(one.severity, one.severity),
                "published": f"{one.published:%Y-%m-%d %H:%M}",
                "withdrawn": f"{one.withdrawn:%Y-%m-%d %H:%M}" if one.withdrawn else "",
            }
            for one in facts.notifications
        ],
        "alerts": [{"source": source, "number": f"{number:,}"} for source, number in facts.alerts.items()],
        "silent": [{"name": one.name or one.device_id, "last": str(one.last)} for one in facts.silent],
        "more_silent": facts.silent_count > len(facts.silent),
    }


def _hunts(report: Report, language: str) -> Iterator[dict[str, object]]:
    for hunt in report.facts.hunts:
        reach = f"{hunt.start:%Y-%m-%d} – {hunt.end:%Y-%m-%d}" if hunt.start and hunt.end else "–"
        yield {
            "name": name_of(hunt, language),
            "text": hunt.text,
            "who": who_of(hunt, language),
            "scheduled": hunt.scheduled,
            "techniques": hunt.techniques,
            "tables": hunt.tables,
            "runs": f"{hunt.runs:,}",
            "reach": reach,
            "found": "–" if hunt.rows_last is None else f"{hunt.rows_last:,}",
            "query": hunt.query or "",
        }
