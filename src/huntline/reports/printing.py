"""A report as a PDF, set by Typst from one template. What people wrote goes in as JSON values and never becomes markup.

No fonts are shipped: the server's own are used. Typst brings one for Latin letters; Korean and Japanese need one that has theirs, and
without it the report is refused, because it would show boxes in place of words.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from typing import Final

import typst

from huntline.reports.catalogue import texts
from huntline.reports.errors import FontMissing
from huntline.reports.facts import Report
from huntline.reports.periods import Period
from huntline.reports.spreadsheet import name_of, who_of
from huntline.reports.wording import period_of

_LATIN: Final[tuple[str, ...]] = (
    "Noto Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Liberation Sans",
    "DejaVu Sans",
    "Libertinus Serif",
)


@dataclass(frozen=True, slots=True)
class _Script:
    """Letters that need a font of their own, and the families that have them, the best first."""

    name: str
    letters: re.Pattern[str]
    families: tuple[str, ...]


_KOREAN: Final = _Script(
    "Korean",
    re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
    ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans K", "Source Han Sans KR", "Malgun Gothic", "Apple SD Gothic Neo",
     "NanumGothic", "Nanum Gothic", "UnDotum", "Baekmuk Gulim"),
)  # fmt: skip
_JAPANESE: Final = _Script(
    "Japanese",
    re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f]"),
    ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans", "Source Han Sans JP", "Yu Gothic", "Hiragino Sans", "Meiryo",
     "IPAexGothic", "IPAGothic", "TakaoGothic", "VL Gothic", "MS Gothic"),
)  # fmt: skip
_SCRIPTS: Final = {"ko": (_KOREAN, _JAPANESE), "ja": (_JAPANESE, _KOREAN)}


def as_pdf(report: Report, language: str, *, kept: datetime | None = None, sha256: str = "") -> bytes:
    """Return the report in a language as a PDF with page numbers. The same report gives the same bytes.

    kept, sha256: when it was kept, and the hash of what was kept; without them it is one of the moment. Raises FontMissing, and
    KeyError for a language that there is not.
    """
    data = json.dumps(_data(report, language, kept, sha256), ensure_ascii=False)
    fonts = fonts_for(data, language, families())
    with as_file(files("huntline.reports") / "report.typ") as template:
        return typst.compile(
            template,
            root=template.parent,
            font_paths=_fonts(),
            sys_inputs={"data": data, "fonts": json.dumps(fonts)},
            timestamp=int(report.facts.as_of.timestamp()),
        )


def fonts_for(text: str, language: str, installed: frozenset[str]) -> list[str]:
    """Return the installed families to set a text in, the first that has a letter wins. Raises FontMissing.

    Han characters are Korean where the report is, and Japanese elsewhere: the shapes differ.
    """
    chosen = [name for name in _LATIN if name in installed][:1]
    missing = []
    for script in _SCRIPTS.get(language, (_JAPANESE, _KOREAN)):
        found = next((name for name in script.families if name in installed), None)
        if found:
            chosen.append(found)
        elif script.letters.search(text) and not (
            script is _JAPANESE and language == "ko" and _has_only_han(text, chosen)
        ):
            missing.append(script.name)
    if missing:
        raise FontMissing(missing)
    return chosen


def _has_only_han(text: str, chosen: list[str]) -> bool:
    """Korean fonts have Han characters too, but no kana."""
    return len(chosen) > 1 and not re.search("[\u3040-\u30ff]", text)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


@cache
def families() -> frozenset[str]:
    """Return the font families that the server has, Typst's own among them; looked up once in the life of the process."""
    return frozenset(_fonts().families())


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
