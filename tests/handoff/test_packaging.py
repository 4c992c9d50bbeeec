"""What is in a package, and that it is what the dossier says."""

import csv
import hashlib
import io
import json
import subprocess
import tracemalloc
import zipfile

import pypdf
import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from handoff.dossiers import FORMULA, KEY_URL, QUERY, changed, dossier, evidence, sample
from huntline.handoff.catalogue import LANGUAGES
from huntline.handoff.errors import EvidenceDamaged, SampleDamaged
from huntline.handoff.packaging import write_package
from huntline.handoff.tables import safe
from huntline.handoff.verifying import verify
from huntline.typesetting import FontMissing
from huntline.typesetting.pages import families, fonts_for


def read(file, name):
    with zipfile.ZipFile(file) as archive:
        return archive.read(name)


def table(file, name):
    text = read(file, name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def need_letters(language):
    try:
        fonts_for("한국어 かな", language, families())
    except FontMissing:
        pytest.skip("this machine has no font for Korean and Japanese")


class TestContents:
    @pytest.mark.requirement("R71")
    def test_has_what_responders_need(self, package):
        file = package(dossier(samples=[sample()]))
        assert set(zipfile.ZipFile(file).namelist()) == {
            "README.txt", "accounts.csv", "devices.csv", "entities.csv", "evidence/01.csv", "evidence/01.json", "evidence/01.rows.json",
            "evidence/queries.kql", "indicators.stix.json", "iris.json", "manifest.json", "manifest.sig", "messages.csv", "report.pdf",
            "samples.csv", "samples.zip", "signing-key.pub", "thehive.json", "timeline.csv",
        }  # fmt: skip

    def test_the_manifest_says_what_by_whom_for_whom_and_when(self, package, signs):
        file = package()
        manifest = json.loads(read(file, "manifest.json"))
        assert (manifest["format"], manifest["version"]) == ("huntline-handoff", 1)
        assert manifest["made"] == "2026-11-16T22:14:03.123456Z"
        assert manifest["made_by"] == {
            "name": "Mina Kim",
            "organization": "Aurora Grid",
            "email": "mina@aurora.example",
        }
        assert manifest["made_for"]["email"] == "bo@responders.example"
        assert manifest["key"] == {"algorithm": "Ed25519", "fingerprint": signs.fingerprint}
        for one in manifest["files"]:
            data = read(file, one["name"])
            assert (len(data), hashlib.sha256(data).hexdigest()) == (one["size"], one["sha256"])

    def test_the_timeline_is_utc_and_no_formula(self, package):
        rows = table(package(), "timeline.csv")
        assert rows[0]["time_utc"] == "2026-11-15T22:14:03.123456Z"
        assert rows[0]["command_line"] == "'" + FORMULA
        assert [row["kind"] for row in rows] == ["event", "alert"]

    def test_evidence_is_there_as_it_was_frozen(self, package):
        file = package()
        facts = json.loads(read(file, "evidence/01.json"))
        rows = read(file, facts["rows"])
        assert hashlib.sha256(rows).hexdigest() == facts["rows_sha256"]
        assert json.loads(rows)[1][0] == FORMULA
        assert [row["DeviceName"] for row in table(file, facts["table"])] == ["ws01", "'" + FORMULA]
        assert QUERY in read(file, "evidence/queries.kql").decode()

    @pytest.mark.parametrize("sha256", ["ab" * 32, None])
    def test_a_query_that_is_not_disclosed_is_in_no_file(self, package, sha256):
        file = package(dossier(evidence=[evidence(query=None, query_sha256=sha256, sql_sha256=sha256, tables=())]))
        with zipfile.ZipFile(file) as archive:
            texts = [archive.read(name) for name in archive.namelist() if not name.endswith((".pdf", ".sig"))]
        assert not [text for text in texts if QUERY.encode() in text]
        assert ("ab" * 32 in read(file, "evidence/queries.kql").decode()) is (sha256 is not None)
        pages = pypdf.PdfReader(io.BytesIO(read(file, "report.pdf"))).pages
        assert QUERY not in " ".join(page.extract_text() for page in pages)

    def test_what_was_left_out_is_said(self, package):
        file = package(dossier(evidence=[], messages=[], left_out=["evidence", "comments"]))
        names = zipfile.ZipFile(file).namelist()
        assert not [name for name in names if name.startswith(("evidence", "messages", "samples"))]
        assert json.loads(read(file, "manifest.json"))["left_out"] == ["evidence", "comments"]
        assert "Left out by choice: evidence, comments" in read(file, "README.txt").decode()

    def test_nothing_but_a_subject_is_a_package_too(self, package, signs):
        empty = {
            name: []
            for name in (
                "stories",
                "timeline",
                "devices",
                "accounts",
                "files",
                "processes",
                "addresses",
                "urls",
                "registry",
                "evidence",
                "messages",
            )
        }
        assert verify(package(dossier(**empty)), fingerprint=signs.fingerprint).holds


class TestReadme:
    @pytest.mark.requirement("R72", "R74")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_in_three_languages_that_it_is_hunting_and_whom_to_call(self, tmp_path, signs, language, monkeypatch):
        monkeypatch.setattr("huntline.handoff.packaging.as_pdf", lambda _: b"%PDF")  # its fonts are another test's
        write_package(dossier(language=language), tmp_path / "p.zip", signs, KEY_URL)
        text = read(tmp_path / "p.zip", "README.txt").decode()
        said = ["not incident response", "인시던트 대응이 아닙니다", "インシデント対応ではありません"]
        places = [text.index(words) for words in said]
        assert min(places) == places[LANGUAGES.index(language)]  # the reader's first
        assert text.count("cirt@watchtower.example") == 3
        assert text.count(signs.fingerprint) == 3

    def test_without_responders_it_says_so(self, package):
        text = read(package(dossier(responders="")), "README.txt").decode()
        assert "Watchtower has not named responders of its own" in text


class TestPages:
    @pytest.mark.requirement("R72")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_are_in_the_readers_language(self, package, language):
        need_letters(language)
        pages = pypdf.PdfReader(io.BytesIO(read(package(dossier(language=language)), "report.pdf"))).pages
        text = "".join("".join(page.extract_text() for page in pages).split())
        said = {"en": "notincidentresponse", "ko": "인시던트대응이아닙니다", "ja": "インシデント対応ではありません"}
        assert said[language] in text
        assert "203.0.113.9" in text

    def test_what_people_wrote_is_text(self, package):
        attack = r'#panic("x") *bold* $x^2$ \ _a_ `raw` <label> @ref // not /* seen */ [#sys.inputs]'
        one = dossier(customer=attack, evidence=[evidence(query=attack)])
        pages = pypdf.PdfReader(io.BytesIO(read(package(one), "report.pdf"))).pages
        text = " ".join(" ".join(page.extract_text() for page in pages).split()).replace("\u200b", "")
        assert text.count(attack) >= 3

    def test_a_missing_font_leaves_out_the_pages_alone_and_says_so(self, package, signs, monkeypatch):
        monkeypatch.setattr("huntline.typesetting.pages.families", lambda: frozenset({"Libertinus Serif"}))
        file = package(dossier(customer="오로라"))
        assert "report.pdf" not in zipfile.ZipFile(file).namelist()
        assert json.loads(read(file, "manifest.json"))["not_made"] == [
            {"name": "report.pdf", "code": "report_font_missing"}
        ]
        assert "Could not be made: report.pdf" in read(file, "README.txt").decode()
        assert verify(file, fingerprint=signs.fingerprint).holds


class TestSamples:
    def test_open_with_the_password_of_the_trade_alone(self, package):
        one = sample()
        inner = io.BytesIO(read(package(dossier(samples=[one, one])), "samples.zip"))
        with pyzipper.AESZipFile(inner) as archive:
            assert archive.namelist() == [one.sha256]  # once, and not by a name that the customer chose
            with pytest.raises(RuntimeError):
                archive.read(one.sha256)
            assert archive.read(one.sha256, pwd=b"infected") == one.open().read()
            assert archive.infolist()[0].wz_aes_strength == 3

    def test_their_names_stand_in_a_table(self, package):
        (row,) = table(package(dossier(samples=[sample(name="=1+1")])), "samples.csv")
        assert row["name"] == "'=1+1"

    def test_one_that_is_not_what_it_was_is_refused(self, package):
        with pytest.raises(SampleDamaged):
            package(dossier(samples=[changed(sample(), sha256="0" * 64)]))


class TestRefusals:
    def test_evidence_that_is_not_what_it_was_is_given_to_nobody(self, package):
        with pytest.raises(EvidenceDamaged):
            package(dossier(evidence=[evidence(rows_sha256="0" * 64)]))


class TestBytes:
    def test_the_same_dossier_gives_the_same_package(self, package):
        assert package(name="a.zip").read_bytes() == package(name="b.zip").read_bytes()

    def test_large_samples_take_no_more_memory(self, tmp_path, signs):
        class Zeros(io.RawIOBase):
            left = 200 * 1024 * 1024

            def readable(self):
                return True

            def read(self, size=-1):
                size = min(size, self.left)
                self.left -= size
                return bytes(size)

        digest = hashlib.sha256()
        for _ in range(200):
            digest.update(bytes(1024 * 1024))
        one = changed(sample(), sha256=digest.hexdigest(), size=Zeros.left, open=Zeros)
        write_package(dossier(), tmp_path / "first.zip", signs, KEY_URL)
        tracemalloc.start()
        write_package(dossier(samples=[one]), tmp_path / "large.zip", signs, KEY_URL)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 20 * 1024 * 1024


class TestCells:
    @given(st.text())
    def test_none_is_a_formula(self, text):
        cell = safe(text)
        assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r"} or cell == ""
        assert cell in (text, "'" + text)

    def test_openssl_agrees_with_the_signature(self, package, tmp_path):
        file = package()
        with zipfile.ZipFile(file) as archive:
            archive.extractall(tmp_path)
        command = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "signing-key.pub",
            "-rawin",
            "-in",
            "manifest.json",
            "-sigfile",
            "manifest.sig",
        ]
        try:
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("this machine has no openssl")
        assert "Signature Verified Successfully" in done.stdout, done.stderr
