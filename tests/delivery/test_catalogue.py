"""The texts of the mails in three languages."""

import string

import pytest

from huntline.delivery.catalogue import LANGUAGES, say, texts
from huntline.identity.permissions import Role
from huntline.incidents import Category, Severity


def places(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def flat(language):
    return {f"{section}.{name}": text for section, names in texts(language).items() for name, text in names.items()}


class TestTexts:
    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_language_has_the_same_texts_with_the_same_places(self, language):
        english, other = flat("en"), flat(language)
        assert other.keys() == english.keys()
        assert {key: places(text) for key, text in other.items()} == {
            key: places(text) for key, text in english.items()
        }

    @pytest.mark.parametrize("language", ["ko", "ja"])
    def test_nothing_was_left_in_english(self, language):
        english, other = flat("en"), flat(language)
        assert [key for key in english if english[key] == other[key]] == []

    @pytest.mark.requirement("R76")
    def test_the_words_are_those_of_the_glossary(self):
        assert say("ko", "notification.heading") == "표적 공격 알림"
        assert say("ja", "notification.heading") == "標的型攻撃通知"
        # With the tag's own name, which is the same in all five channels.
        assert say("ko", "notification.tag") == "위협 전문가(Threat experts)"
        assert say("ja", "notification.tag") == "脅威エキスパート (Threat experts)"
        assert "봉쇄" in say("ko", "notification.steps")
        assert "封じ込め" in say("ja", "notification.steps")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_severity_category_and_role_has_a_name(self, language):
        assert set(texts(language)["role"]) == {value.value for value in Role}
        assert set(texts(language)["severity"]) == {value.value for value in Severity}
        assert set(texts(language)["category"]) == {value.value for value in Category}
