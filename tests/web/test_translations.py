"""Every text that the server shows stands in three languages."""

import json
import re
import string
import tomllib
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import huntline

SOURCE = Path(huntline.__file__).parent
PORTAL = Path(__file__).parents[2] / "portal" / "src" / "shared" / "i18n"
LANGUAGES = ("ko", "ja")
# Paths of the settings keep their English names in every language.
PLACES = {
    "advancedFeatures": "Settings > Endpoints > General > Advanced features",
    "emailNotifications": "Settings > Endpoints > General > E-mail notifications",
}


def catalogue(language: str) -> dict[str, str]:
    with (SOURCE / "web" / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


@pytest.fixture(scope="module")
def texts() -> set[str]:
    keywords = {"translatable": None, "gettext": None}
    found = extract_from_dir(SOURCE, [("**.py", "python")], keywords=keywords)
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


def mails(language: str) -> dict[str, str]:
    """The texts of the mails, of the reports and of hand-off packages."""
    found = {}
    for package in ("delivery", "reports", "handoff"):
        sections = tomllib.loads((SOURCE / package / "texts" / f"{language}.toml").read_text())
        found |= {f"{package}.{name}.{key}": text for name, texts in sections.items() for key, text in texts.items()}
    return found


def statements(language: str) -> list[str]:
    return [path.read_text() for path in sorted((SOURCE / "enrolment" / "privacy").glob(f"*.{language}.md"))]


def pairs(language: str) -> list[tuple[str, str]]:
    """Every text in English with the one of this language: the server's, the mails', the reports', the privacy statements'."""
    known = catalogue(language).items() if language in LANGUAGES else []
    other = mails(language)
    letters = [(text, other[key]) for key, text in mails("en").items()]
    return [*known, *letters, *zip(statements("en"), statements(language), strict=True)]


def forbidden(language: str) -> list[str]:
    source = (PORTAL / "glossary.ts").read_text()
    row = re.search(rf"^  {language}: (\[.*\]),$", source, re.MULTILINE)
    return json.loads(row[1])


def terms(language: str) -> list[tuple[re.Pattern[str], list[str]]]:
    source = (PORTAL / "glossary.ts").read_text()
    rows = re.findall(rf"english: /(.*?)/i, .*?{language}: (\[.*?\])", source)
    return [(re.compile(pattern, re.IGNORECASE), json.loads(words)) for pattern, words in rows]


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("language", LANGUAGES)
class TestCatalogue:
    def test_holds_every_text(self, texts, language):
        known = catalogue(language)
        assert not sorted(text for text in texts if not known.get(text))

    def test_keeps_the_places(self, texts, language):
        known = catalogue(language)
        assert not [text for text in texts if known.get(text) and places(known[text]) != places(text)]

    def test_has_no_text_that_is_gone(self, texts, language):
        assert not sorted(set(catalogue(language)) - texts)


class TestGlossary:
    """One glossary for portal, server, mails and privacy statement: the portal's `glossary.ts`."""

    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_text_uses_a_forbidden_rendering(self, language):
        wrong = forbidden(language)
        assert len(wrong) >= 3
        assert not [other for _, other in pairs(language) if any(word in other for word in wrong)]

    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_terms_are_said_in_its_words(self, language):
        rows = terms(language)
        assert len(rows) >= 8
        said = [
            (english, other, words)
            for english, other in pairs(language)
            for pattern, words in rows
            if pattern.search(english)
        ]
        assert said
        assert not [(english, other) for english, other, words in said if not any(word in other for word in words)]

    @pytest.mark.requirement("R4", "R76")
    @pytest.mark.parametrize("language", ["en", *LANGUAGES])
    @pytest.mark.parametrize("item", ["advancedFeatures", "emailNotifications"])
    def test_a_place_is_named_as_the_portal_names_it(self, language, item):
        names = json.loads((PORTAL / language / "shell.json").read_text())["settings"]
        place = " > ".join((names["title"], names["area"]["endpoints"], names["part"]["general"], names["item"][item]))
        wanted = PLACES[item]
        assert place == wanted
        named = [other for english, other in pairs(language) if wanted in english]
        assert named
        assert all(place in other for other in named)


def test_texts_are_found(texts):
    assert "There is no tenant “{slug}”." in texts
