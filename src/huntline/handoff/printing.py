"""The findings to read and to print: a PDF in the reader's language. Long lists end with how many more are in the files."""

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

from huntline.handoff.catalogue import say, texts
from huntline.handoff.dossier import Dossier, Evidence, Moment
from huntline.handoff.readme import engagement_of, party_line
from huntline.typesetting import set_pages

MOST_MOMENTS: Final = 400
MOST_THINGS: Final = 300
_LONGEST_TEXT: Final = 2_000
_LONGEST_QUERY: Final = 8_000


def as_pdf(dossier: Dossier) -> bytes:
    """Return the pages; the same dossier gives the same bytes. Raises FontMissing, and KeyError for a language that there is not."""
    at = int(dossier.as_of.timestamp())
    return set_pages(files("huntline.handoff") / "dossier.typ", _data(dossier), dossier.language, at=at)


def _data(dossier: Dossier) -> dict[str, object]:
    language, labels = dossier.language, texts(dossier.language)["report"]
    values = {"name": party_line(dossier.made_for), "moment": f"{dossier.as_of:%Y-%m-%d %H:%M}"}
    places = {"for": values, "made": values, "by": {"name": party_line(dossier.made_by)}}
    things = list(_things(dossier))
    return {
        "language": language,
        "label": {name: text.format(**places[name]) if name in places else text for name, text in labels.items()},
        "kind": say(language, f"kind.{dossier.subject.kind}"),
        "subject": dossier.subject.title,
        "number": dossier.subject.id,
        "severity": _named(language, "severity", dossier.subject.severity),
        "activity": _span(dossier.subject.first_activity, dossier.subject.last_activity),
        "customer": dossier.customer,
        "hunting": engagement_of(dossier, language),
        "hunting_heading": say(language, "hunting.heading"),
        "tlp": say(language, "readme.tlp"),
        "stories": list(_stories(dossier)),
        "techniques": dossier.techniques,
        "timeline": [_moment(one, language) for one in dossier.timeline[:MOST_MOMENTS]],
        "more_timeline": _more(language, dossier.timeline, MOST_MOMENTS),
        "devices": [(one.name or one.device_id, one.device_id, one.platform) for one in dossier.devices[:MOST_THINGS]],
        "more_devices": _more(language, dossier.devices, MOST_THINGS),
        "accounts": [(_login(one.domain, one.name) or one.upn, one.sid) for one in dossier.accounts[:MOST_THINGS]],
        "more_accounts": _more(language, dossier.accounts, MOST_THINGS),
        "things": things[:MOST_THINGS],
        "more_things": _more(language, things, MOST_THINGS),
        "evidence": [_evidence(one, language) for one in dossier.evidence],
        "samples": [(one.name, f"{one.size:,}", one.sha256) for one in dossier.samples[:MOST_THINGS]],
        "messages": [
            (f"{one.at:%Y-%m-%d %H:%M}", one.author, one.text[:_LONGEST_TEXT]) for one in dossier.messages[:MOST_THINGS]
        ],
        "more_messages": _more(language, dossier.messages, MOST_THINGS),
    }


def _stories(dossier: Dossier) -> Iterator[dict[str, object]]:
    language = dossier.language
    for story in dossier.stories:
        yield {
            "title": story.title,
            "alert": story.alert_id,
            "severity": _named(language, "severity", story.severity),
            "category": story.category,
            "source": story.source,
            "status": story.status,
            "activity": _span(story.first_activity, story.last_activity),
            "summary": story.summary,
            "what_happened": story.what_happened,
            "steps": list(story.steps),
            "techniques": list(story.techniques),
            "withdrawn": say(language, "report.withdrawn", reason=story.withdrawn) if story.withdrawn else "",
        }


def _moment(one: Moment, language: str) -> tuple[str, str, str, str]:
    time = f"{one.at:%Y-%m-%d %H:%M:%S}"
    if one.kind != "event":
        return time, say(language, f"moment.{one.kind}", text=one.text[:_LONGEST_TEXT]), "", ""
    told = (one.command_line or one.folder_path or one.file_name, one.address, one.url)
    return (
        time,
        one.table or one.text,
        one.device_name or one.device_id,
        "\n".join(part[:_LONGEST_TEXT] for part in told if part),
    )


def _things(dossier: Dossier) -> Iterator[tuple[str, str, str]]:
    language = dossier.language
    seen: set[tuple[str, str]] = set()
    for file in (*dossier.files, *(process.file for process in dossier.processes)):
        value = file.sha256 or file.sha1 or file.md5
        if value and (file.name, value) not in seen:
            seen.add((file.name, value))
            yield file.name, value, _named(language, "verdict", file.verdict)
    for one in (*dossier.addresses, *dossier.urls):
        yield "", one.value, _named(language, "verdict", one.verdict)
    for entry in dossier.registry:
        yield entry.value_name, entry.key, _named(language, "verdict", entry.verdict)


def _evidence(one: Evidence, language: str) -> dict[str, object]:
    if one.query is not None:
        query, said = one.query[:_LONGEST_QUERY], ""
    elif one.query_sha256 is not None:
        query, said = "", say(language, "report.query_hash", sha256=one.query_sha256)
    else:
        query, said = "", say(language, "report.query_none")
    return {
        "id": one.id,
        "rows": f"{one.row_count:,}",
        "sha256": one.rows_sha256,
        "window": _span(one.window_start, one.window_end),
        "query": query,
        "said": said,
    }


def _more(language: str, rows: Sequence[object], shown: int) -> str:
    return say(language, "report.more", n=f"{len(rows) - shown:,}") if len(rows) > shown else ""


def _named(language: str, section: str, value: str) -> str:
    return texts(language)[section].get(value, value)


def _span(start: object, end: object) -> str:
    return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


def _login(domain: str, name: str) -> str:
    return f"{domain}\\{name}" if domain and name else name
