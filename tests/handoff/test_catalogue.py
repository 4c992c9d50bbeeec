"""The texts of packages in three languages."""

import string

import pytest

from huntline.handoff.catalogue import LANGUAGES, texts
from huntline.handoff.models import Part, SubjectKind
from huntline.incidents import Severity, Verdict


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def flat(language):
    return {f"{section}.{name}": text for section, names in texts(language).items() for name, text in names.items()}


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_places(language):
    english, other = flat("en"), flat(language)
    assert {key: places(text) for key, text in other.items()} == {key: places(text) for key, text in english.items()}


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_nothing_was_left_in_english(language):
    english, other = flat("en"), flat(language)
    assert [key for key in english if english[key] == other[key]] == []


def test_every_word_that_rows_hold_has_a_text():
    assert set(texts("en")["severity"]) == set(Severity)
    assert set(texts("en")["verdict"]) == set(Verdict)
    assert set(texts("en")["part"]) == set(Part.values)
    assert set(texts("en")["kind"]) == {*SubjectKind.values, "case"}
