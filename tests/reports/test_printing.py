"""The PDF: its text read back, what people wrote shown as they wrote it, and no boxes in place of letters."""

import io
from datetime import timedelta

import pypdf
import pytest

from huntline.reports.printing import as_pdf
from huntline.reports.wording import LANGUAGES
from huntline.typesetting import FontMissing
from huntline.typesetting.pages import families, fonts_for
from reports.reporting import MADE, PART, gap, hunt, notification, report, silent, table

ATTACK = r'#panic("x") *bold* $x^2$ \ _a_ `raw` <label> @ref // not /* seen */ [#sys.inputs]'


def pages(report_, language="en", **kept):
    return pypdf.PdfReader(io.BytesIO(as_pdf(report_, language, **kept))).pages


def text_of(report_, language="en", **kept):
    return " ".join(" ".join(page.extract_text() for page in pages(report_, language, **kept)).split())


def need_letters(language):
    try:
        fonts_for("한국어 かな", language, families())
    except FontMissing:
        pytest.skip("this machine has no font for Korean and Japanese")


class TestContent:
    def test_says_what_the_page_says(self):
        made = report(
            notifications=[notification()], alerts={"ThreatExperts": 1}, silent=[silent("ws01")], silent_count=3
        )
        text = text_of(made)
        words = made.words["en"]
        for sentence in (words.headline, words.findings, words.service, *words.more, *words.means, words.definition):
            assert sentence in text
        for value in (
            "Watchtower",
            "Aurora Grid",
            "June 2026",
            "Hunt 13",
            "T1218.005",
            "ws01",
            "And 2 more.",
            "Page 1 of",
        ):
            assert value in text
        assert "A document started a script host High 2026-06-20 11:00" in text

    @pytest.mark.requirement("R76")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_in_every_language(self, language):
        need_letters(language)
        made = report()
        text = text_of(made, language)
        plain = made.words[language].findings.replace(" ", "")
        assert plain in text.replace(" ", "")

    def test_what_people_wrote_is_text(self):
        made = report(customer=ATTACK, provider=ATTACK, hunts=[hunt(title=ATTACK, text=ATTACK, query=ATTACK)])
        text = text_of(made).replace("\u200b", "")
        assert text.count(ATTACK) >= 4
        assert "panic" in text

    def test_a_kept_one_says_so_with_its_hash(self):
        assert "SHA-256 of the content: " + "ab" * 32 in text_of(report(), kept=MADE, sha256="ab" * 32)
        assert "As of 2026-07-01 12:00 (UTC)" in text_of(report())

    def test_is_the_same_each_time(self):
        assert as_pdf(report(), "en") == as_pdf(report(), "en")

    def test_empty_and_long_periods(self):
        assert "No hunt ran in this time." in text_of(report(tables=[], hunts=[], gaps=[]))
        long = report(
            until=MADE.date() + timedelta(days=150),
            as_of=MADE + timedelta(days=200),
            month=None,
            tables=[table(looked=(PART,) * 181)],
            gaps=[gap(MADE.date(), MADE.date())],
        )
        assert "2026-11-28" in text_of(long)


class TestFonts:
    def test_latin_letters_need_none(self):
        assert fonts_for("Hunt", "en", frozenset({"Libertinus Serif"})) == ["Libertinus Serif"]

    @pytest.mark.parametrize(("language", "text", "script"), [("ko", "헌트", "Korean"), ("ja", "ハント", "Japanese")])
    def test_without_letters_for_a_language_it_is_refused(self, language, text, script):
        with pytest.raises(FontMissing) as refused:
            fonts_for(text, language, frozenset({"Libertinus Serif", "DejaVu Sans"}))
        assert script in refused.value.message
        assert "fonts-noto-cjk" in refused.value.message

    def test_a_korean_name_in_an_english_report_needs_letters_too(self):
        with pytest.raises(FontMissing):
            fonts_for("오로라", "en", frozenset({"Libertinus Serif"}))

    def test_the_shapes_of_the_language_come_first(self):
        both = frozenset({"Libertinus Serif", "Noto Sans CJK KR", "Noto Sans CJK JP"})
        assert fonts_for("漢", "ko", both)[1] == "Noto Sans CJK KR"
        assert fonts_for("漢", "ja", both)[1] == "Noto Sans CJK JP"
        assert fonts_for("漢字", "ko", both - {"Noto Sans CJK JP"}) == ["Libertinus Serif", "Noto Sans CJK KR"]
