"""What a package says of itself: a text in three languages, the reader's first."""

from collections.abc import Iterator, Sequence
from typing import Final

from huntline.handoff.catalogue import LANGUAGES, say
from huntline.handoff.dossier import Dossier, Party

_RULE: Final = "=" * 76
# Which text tells of which files.
_PARTS: Final = (
    ("manifest", ("manifest.json",)),
    ("report", ("report.pdf",)),
    ("timeline", ("timeline.csv",)),
    ("entities", ("devices.csv", "accounts.csv", "entities.csv")),
    ("stix", ("indicators.stix.json",)),
    ("evidence", ("evidence/",)),
    ("samples", ("samples.zip", "samples.csv")),
    ("messages", ("messages.csv",)),
    ("thehive", ("thehive.json",)),
    ("iris", ("iris.json",)),
)


def readme_of(dossier: Dossier, names: Sequence[str], not_made: Sequence[str], fingerprint: str, key_url: str) -> bytes:
    """Return the text as UTF-8. names: the files of the package. not_made: what could not be made."""
    first = dossier.language
    languages = [first, *(one for one in LANGUAGES if one != first)]
    parts = [
        "\n".join(
            [
                *_about(dossier, language),
                *_contents(dossier, language, names, not_made),
                *_checking(language, fingerprint, key_url),
            ]
        )
        for language in languages
    ]
    return f"\n\n{_RULE}\n\n".join(parts).encode() + b"\n"


def engagement_of(dossier: Dossier, language: str) -> list[str]:
    """Return that this is hunting, and whom to call for incident response."""
    return hunting_words(language, dossier.customer, dossier.provider, dossier.responders)


def hunting_words(language: str, customer: str, provider: str, responders: str) -> list[str]:
    """Return the same for the page behind the link."""
    who = "engage" if responders else "no_responders"
    return [
        say(language, "hunting.text", customer=customer, provider=provider),
        say(language, f"hunting.{who}", customer=customer, provider=provider, responders=responders),
    ]


def party_line(party: Party) -> str:
    """Return name, organisation and address on one line.

    >>> party_line(Party("Bo", "Responders", "bo@responders.example"))
    'Bo, Responders, bo@responders.example'
    """
    parts = dict.fromkeys(part for part in (party.name, party.organization, party.email) if part)
    return ", ".join(parts)


def _about(dossier: Dossier, language: str) -> Iterator[str]:
    subject = dossier.subject
    kind = say(language, f"kind.{subject.kind}")
    yield say(language, "readme.title")
    yield ""
    yield say(language, "readme.about", kind=kind, id=subject.id, title=subject.title)
    yield say(
        language,
        "readme.given",
        by=party_line(dossier.made_by),
        to=party_line(dossier.made_for),
        made=f"{dossier.as_of:%Y-%m-%d %H:%M}",
    )
    yield say(language, "readme.tlp")
    yield ""
    yield say(language, "hunting.heading")
    yield from engagement_of(dossier, language)
    yield ""


def _contents(dossier: Dossier, language: str, names: Sequence[str], not_made: Sequence[str]) -> Iterator[str]:
    yield say(language, "readme.contents")
    for text, files in _PARTS:
        there = [file for file in files if any(name == file or name.startswith(file) for name in names)]
        if there:
            yield f"  {', '.join(there)}: {say(language, f'readme.{text}')}"
    yield say(language, "readme.spreadsheets")
    if dossier.left_out:
        chosen = ", ".join(say(language, f"part.{part}") for part in dossier.left_out)
        yield say(language, "readme.left_out", parts=chosen)
    if not_made:
        yield say(language, "readme.not_made", names=", ".join(not_made))
    yield ""


def _checking(language: str, fingerprint: str, key_url: str) -> Iterator[str]:
    yield say(language, "readme.check")
    yield say(language, "readme.check_text", fingerprint=fingerprint, url=key_url)
    yield say(language, "readme.careful")
