"""The versioned privacy statement."""

import pytest

from huntline.enrolment.errors import StatementNotFound
from huntline.enrolment.privacy import CURRENT, LANGUAGES, VERSIONS, current_statement, find_statement

# People consented to these texts. A change of one is a new version, never a new hash here.
PUBLISHED = {
    ("2026-11", "en"): "8931d6246e2da914bbeb39236d7808c04b9dfbfaf2386d614f7b91f246aa89a9",
    ("2026-11", "ko"): "18801f6a0dfe7bd839ac2c171a5050859b23e2ec48ebf2e40ee9caedb617145c",
    ("2026-11", "ja"): "1053bdd3b0f177f10eceaa712cbcff024560c02904b3ede26466f3632af727a7",
}


class TestFindStatement:
    @pytest.mark.requirement("R7")
    def test_a_published_text_never_changes(self):
        assert {key: find_statement(*key).sha256 for key in PUBLISHED} == PUBLISHED

    def test_every_version_exists_in_every_language_and_is_pinned_here(self):
        assert {(version, language) for version in VERSIONS for language in LANGUAGES} == set(PUBLISHED)

    @pytest.mark.parametrize(("version", "language"), [("2020-01", "en"), (CURRENT, "de"), ("../secret", "en")])
    def test_what_was_never_published_is_not_found(self, version, language):
        with pytest.raises(StatementNotFound):
            find_statement(version, language)

    def test_the_text_names_its_version_and_says_that_it_is_no_incident_response(self):
        assert all(CURRENT in find_statement(CURRENT, language).text for language in LANGUAGES)
        assert "It is not incident response." in find_statement(CURRENT, "en").text


class TestCurrentStatement:
    @pytest.mark.parametrize(
        ("asked", "given"), [("ko", "ko"), ("ja", "ja"), ("en-gb", "en"), ("ko-kr", "ko"), ("de", "en"), (None, "en")]
    )
    def test_speaks_the_readers_language_or_english(self, asked, given):
        assert current_statement(asked).language == given
