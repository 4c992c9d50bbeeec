import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.samples.names import LONGEST, MARK, UNNAMED, extension_of, shown_name


class TestShownName:
    @pytest.mark.parametrize(
        ("told", "shown"),
        [
            ("invoice.pdf", "invoice.pdf"),
            ("견적서.docx", "견적서.docx"),
            ("../../../../etc/cron.d/evil", "evil"),
            ("..\\..\\Windows\\System32\\evil.dll", "evil.dll"),
            ("C:\\Users\\kim\\a.exe", "a.exe"),
            ("/etc/passwd", "passwd"),
            ("folder/", "folder"),
            ("..", UNNAMED),
            (". .", UNNAMED),
            ("", UNNAMED),
            ("invoice\u202egpj.exe", f"invoice{MARK}gpj.exe"),
            ("a\u200bb\u2066c.txt", f"a{MARK}b{MARK}c.txt"),
            ("a\r\nSet-Cookie: b=c", f"a{MARK}{MARK}Set-Cookie: b=c"),
            ("a\x00.exe", f"a{MARK}.exe"),
            ("a\x1b[31m", f"a{MARK}[31m"),
            ("a\ud800b", f"a{MARK}b"),
            ("a\u2028\u3000 b", "a b"),
        ],
    )
    def test_shows_what_is_harmless(self, told, shown):
        assert shown_name(told) == shown

    def test_keeps_the_end_of_a_long_name(self):
        shown = shown_name("a" * 5000 + ".pdf.exe")
        assert len(shown) == LONGEST
        assert shown.endswith("a.pdf.exe")

    @given(st.text(max_size=600))
    def test_is_always_safe_and_settles(self, told):
        shown = shown_name(told)
        assert 1 <= len(shown) <= LONGEST
        assert not any(unicodedata.category(character).startswith("C") for character in shown)
        assert not set(shown) & {"/", "\\"}
        assert shown not in {".", ".."}
        assert shown_name(shown) == shown


class TestExtension:
    @pytest.mark.parametrize(
        ("name", "extension"),
        [("a.PDF", "pdf"), ("a.pdf.exe", "exe"), ("a", ""), (".bashrc", ""), ("a.", ""), ("a.b c", "")],
    )
    def test_is_what_stands_last(self, name, extension):
        assert extension_of(name) == extension
