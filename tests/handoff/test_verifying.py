"""Packages that were tampered with, in every way that a zip allows, and what the verifier says of them."""

import hashlib
import json
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.dossiers import dossier, signer
from huntline.handoff import verifying
from huntline.handoff.verifying import json_of, lines_of, main, verify


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A package with its signer, packed once."""
    from handoff.dossiers import KEY_URL
    from huntline.handoff.packaging import write_package

    file, signs = tmp_path_factory.mktemp("whole") / "package.zip", signer()
    write_package(dossier(), file, signs, KEY_URL)
    return file, signs


def entries(file):
    with zipfile.ZipFile(file) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


@pytest.fixture
def repack(whole, tmp_path):
    """Write a zip of other files as packages are written, and return it. changes: name to bytes; None takes a file out."""

    def written(signs=None, **changes):
        files = entries(whole[0]) | {name.replace("__", "/"): data for name, data in changes.items()}
        files = {name: data for name, data in files.items() if data is not None}
        if signs is not None:
            files["signing-key.pub"] = signs.public_pem
            manifest = json.loads(files["manifest.json"])
            manifest["files"] = [
                {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in files.items()
                if name not in {"manifest.json", "manifest.sig"}
            ]
            files["manifest.json"] = json.dumps(manifest).encode()
            files["manifest.sig"] = signs.sign(files["manifest.json"])
        target = tmp_path / "changed.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return target

    return written


def codes(found):
    return {(fault.code, fault.file) for fault in found.faults}


class TestWhole:
    def test_holds(self, whole):
        file, signs = whole
        found = verify(file, fingerprint=signs.fingerprint)
        assert found.holds
        assert found.key_is_expected is True
        assert found.files == len(entries(file)) - 2

    def test_the_fingerprint_may_be_written_with_colons_and_in_capitals(self, whole):
        file, signs = whole
        text = ":".join(signs.fingerprint[at : at + 2] for at in range(0, 64, 2)).upper()
        assert verify(file, fingerprint=text).key_is_expected is True

    def test_by_the_public_key(self, whole):
        assert verify(whole[0], key=whole[1].public_pem).key_is_expected is True

    def test_text_above_the_key_does_no_harm(self, whole):
        assert (
            verify(whole[0], key=b"Ed25519, fingerprint (SHA-256) 00\n" + whole[1].public_pem).key_is_expected is True
        )

    def test_says_plainly_what_it_does_not_prove(self, whole):
        text = "\n".join(lines_of(verify(whole[0])))
        assert "The key was compared with nothing" in text
        for line in verifying.DOES_NOT_PROVE:
            assert line in text


class TestTampered:
    def test_a_changed_file(self, repack):
        found = verify(repack(**{"timeline.csv": b"nothing happened"}))
        assert codes(found) == {("changed", "timeline.csv")}

    def test_a_changed_file_of_the_same_size(self, whole, repack):
        data = entries(whole[0])["timeline.csv"]
        assert codes(verify(repack(**{"timeline.csv": data[:-1] + b"x"}))) == {("changed", "timeline.csv")}

    def test_a_missing_file(self, repack):
        assert codes(verify(repack(**{"iris.json": None}))) == {("missing", "iris.json")}

    def test_an_added_file(self, repack):
        assert codes(verify(repack(**{"read-me-first.txt": b"x"}))) == {("extra", "read-me-first.txt")}

    def test_a_changed_manifest(self, whole, repack):
        manifest = entries(whole[0])["manifest.json"].replace(b"Bo Response", b"Eve Attack!")
        assert codes(verify(repack(**{"manifest.json": manifest}))) == {("signature_wrong", "manifest.sig")}

    @pytest.mark.parametrize("part", ["manifest.json", "manifest.sig", "signing-key.pub"])
    def test_without_what_makes_it_a_package(self, repack, part):
        assert codes(verify(repack(**{part: None}))) == {("no_package", "")}

    def test_signed_anew_by_somebody_else(self, whole, repack):
        forged = repack(signs=signer(), **{"timeline.csv": b"nothing happened"})
        assert verify(forged).holds  # which is why it says what it does not prove
        found = verify(forged, fingerprint=whole[1].fingerprint)
        assert codes(found) == {("key_unexpected", "signing-key.pub")}
        assert found.key_is_expected is False

    def test_a_key_of_another_kind(self, repack):
        from cryptography.hazmat.primitives.asymmetric import ec
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        other = ec.generate_private_key(ec.SECP256R1()).public_key()
        pem = other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        assert ("key_invalid", "signing-key.pub") in codes(verify(repack(**{"signing-key.pub": pem})))
        with pytest.raises(ValueError, match="Ed25519"):
            verify(repack(), key=pem)

    @pytest.mark.parametrize(
        "manifest",
        [
            b"", b"[]", b"{}", b"null", b"[" * 100_000, b'{"format": "huntline-handoff", "version": 1, "files": 1}',
            b'{"format": "huntline-handoff", "version": 1, "files": [{"name": ["x"], "size": 1, "sha256": "y"}]}',
            b'{"format": "huntline-handoff", "version": 1, "files": [{"name": "x", "size": -1, "sha256": "y"}]}',
            b'{"format": "huntline-handoff", "version": 2, "files": []}', b'{"format":' + b"9" * 100_000 + b"}",
        ],
    )  # fmt: skip
    def test_a_manifest_that_is_none(self, repack, manifest):
        found = verify(repack(**{"manifest.json": manifest}))
        assert {fault.code for fault in found.faults} <= {"signature_wrong", "manifest_invalid", "unknown_format"}
        assert len(found.faults) == 2


class TestUnsafe:
    @pytest.mark.parametrize(
        "name",
        [
            "../evil", "a/../../evil", "/etc/passwd", "C:/evil", r"..\evil", r"a\b", "a//b", "./a", "a/", ".hidden", "é", "a b", "x" * 200,
            "a/b/c/d/e", "nul\x00.txt", "con:stream",
        ],
    )  # fmt: skip
    def test_names_that_lead_elsewhere(self, whole, tmp_path, name):
        target = tmp_path / "evil.zip"
        target.write_bytes(whole[0].read_bytes())
        with zipfile.ZipFile(target, "a") as archive:
            info = zipfile.ZipInfo("x")
            info.filename = name
            archive.writestr(info, b"x")
        found = verify(target)
        assert {fault.code for fault in found.faults} <= {"unsafe_name", "damaged"}
        assert not found.holds

    def test_a_link(self, whole, tmp_path):
        target = tmp_path / "link.zip"
        target.write_bytes(whole[0].read_bytes())
        with zipfile.ZipFile(target, "a") as archive:
            info = zipfile.ZipInfo("link")
            info.external_attr = 0o120777 << 16
            archive.writestr(info, b"/etc/passwd")
        assert codes(verify(target)) == {("no_file", "")}

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize("name", ["timeline.csv", "TIMELINE.csv"])
    def test_a_name_twice(self, whole, tmp_path, name):
        target = tmp_path / "twice.zip"
        target.write_bytes(whole[0].read_bytes())
        with zipfile.ZipFile(target, "a") as archive:
            archive.writestr(name, b"nothing happened")
        assert codes(verify(target)) == {("twice", "")}

    def test_a_bomb_is_not_unpacked(self, repack, tmp_path, monkeypatch):
        monkeypatch.setattr(verifying, "SMALL", 10 * 1024 * 1024)
        found = verify(repack(signs=signer(), **{"bomb.csv": bytes(64 * 1024 * 1024)}))
        assert codes(found) == {("bomb", "")}
        assert found.bytes == 0

    def test_a_bomb_whose_sizes_lie_is_read_no_further(self, whole, repack):
        """The directory says ten bytes, and a hundred megabytes come out."""
        file = repack(signs=whole[1], **{"bomb.csv": bytes(100 * 1024 * 1024)})
        data = bytearray(file.read_bytes())
        for head, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
            place = 0
            while (place := data.find(head, place)) >= 0:
                if struct.unpack_from("<I", data, place + at)[0] == 100 * 1024 * 1024:
                    struct.pack_into("<I", data, place + at, 10)
                place += 4
        file.write_bytes(data)
        assert ("changed", "bomb.csv") in codes(verify(file))

    def test_overlapping_files(self, whole, tmp_path):
        """As in the bombs that let a thousand names share one body: the directory names a body twice."""
        data = whole[0].read_bytes()
        with zipfile.ZipFile(whole[0]) as archive:
            start = archive.start_dir
            first, second = archive.infolist()[:2]
        directory = bytearray(data[start:])
        length = 46 + len(first.filename)
        struct.pack_into("<I", directory, length + 42, 0)  # the second file begins where the first does
        assert second.header_offset != 0
        target = tmp_path / "overlap.zip"
        target.write_bytes(data[:start] + bytes(directory))
        assert {fault.code for fault in verify(target).faults} == {"repacked"}

    @pytest.mark.parametrize("place", ["before", "after", "between"])
    def test_hidden_bytes(self, whole, tmp_path, place):
        data = whole[0].read_bytes()
        with zipfile.ZipFile(whole[0]) as archive:
            start = archive.start_dir
        changed = {"before": b"#!/bin/sh\n" + data, "after": data + b"hidden"}.get(place)
        if changed is None:
            end = bytearray(data[start:])
            struct.pack_into("<I", end, len(end) - 6, start + 6)
            changed = data[:start] + b"hidden" + bytes(end)
        target = tmp_path / "hidden.zip"
        target.write_bytes(changed)
        assert {fault.code for fault in verify(target).faults} <= {"repacked", "damaged"}
        assert not verify(target).holds

    def test_more_files_than_a_package_has(self, tmp_path, monkeypatch):
        monkeypatch.setattr(verifying, "MOST_FILES", 10)
        target = tmp_path / "many.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for number in range(11):
                archive.writestr(f"f{number}", b"")
        assert codes(verify(target)) == {("too_many_files", "")}

    def test_texts_do_not_steer_the_terminal(self, whole, repack):
        manifest = json.loads(entries(whole[0])["manifest.json"])
        manifest["customer"] = "Aurora\x1b]0;owned\x07\r\nThe package holds"
        found = verify(repack(**{"manifest.json": json.dumps(manifest).encode()}))
        text = list(lines_of(found))
        assert not [line for line in text if not line.isprintable()]


class TestDamaged:
    @pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", b"PK\x05\x06" + bytes(18)])
    def test_what_is_no_package(self, tmp_path, content):
        file = tmp_path / "x.zip"
        file.write_bytes(content)
        assert not verify(file).holds

    @given(cut=st.floats(0, 1))
    def test_cut_off_anywhere(self, whole, tmp_path_factory, cut):
        data = whole[0].read_bytes()
        file = tmp_path_factory.getbasetemp() / "cut.zip"
        file.write_bytes(data[: int(len(data) * cut * 0.999)])
        assert not verify(file).holds

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(place=st.floats(0, 0.9999), value=st.integers(1, 255))
    def test_one_byte_changed_anywhere(self, whole, tmp_path_factory, place, value):
        """Only what no reader looks at may differ: times and the like in the heads of files."""
        data = bytearray(whole[0].read_bytes())
        at = int(len(data) * place)
        data[at] ^= value
        file = tmp_path_factory.getbasetemp() / "flipped.zip"
        file.write_bytes(data)
        found = verify(file, fingerprint=whole[1].fingerprint)
        if found.holds:
            assert entries(file) == entries(whole[0])


class TestCommand:
    def run(self, *words, blocked=True):
        """Run the file as it stands, in a Python in which nothing but the standard library and `cryptography` can be imported."""
        guard = (
            "import sys, runpy\n"
            "class Guard:\n"
            "    def find_spec(self, name, path=None, target=None):\n"
            "        top = name.partition('.')[0]\n"
            "        if top not in sys.stdlib_module_names | {'cryptography', 'cffi', '_cffi_backend', 'huntline', 'typing_extensions'}:\n"
            "            raise ImportError('blocked: ' + name)\n"
            "        if name.startswith('huntline.') and name not in ('huntline.handoff', 'huntline.handoff.verifying'):\n"
            "            raise ImportError('blocked: ' + name)\n"
            "sys.meta_path.insert(0, Guard())\n"
            "sys.argv = ['verifying', *sys.argv[1:]]\n"
            "runpy.run_module('huntline.handoff.verifying', run_name='__main__')\n"
        )
        return subprocess.run(
            [sys.executable, "-c", guard, *map(str, words)], capture_output=True, text=True, check=False
        )

    def test_needs_nothing_else(self, whole):
        done = self.run(whole[0], "--fingerprint", whole[1].fingerprint, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["key_is_expected"] is True

    def test_is_one_file(self, whole, tmp_path):
        alone = tmp_path / "verifying.py"
        alone.write_bytes(Path(verifying.__file__).read_bytes())
        done = subprocess.run(
            [sys.executable, "-I", str(alone), str(whole[0])], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        assert "The package holds" in done.stdout

    def test_ends_with_one_where_it_does_not_hold(self, repack, capsys):
        assert main([str(repack(**{"iris.json": None}))]) == 1
        assert "THE PACKAGE DOES NOT HOLD" in capsys.readouterr().out

    @pytest.mark.parametrize(
        "words", [("/nowhere.zip",), ("{file}", "--fingerprint", "xyz"), ("{file}", "--key", "{file}")]
    )
    def test_ends_with_two_where_it_cannot_look(self, whole, words, capsys):
        assert main([word.format(file=whole[0]) for word in words]) == 2

    def test_the_command_line_says_the_same(self, whole):
        from typer.testing import CliRunner

        from huntline.cli.app import app

        done = CliRunner().invoke(
            app, ["handoff", "verify", str(whole[0]), "--fingerprint", whole[1].fingerprint, "--json"]
        )
        assert done.exit_code == 0
        assert json.loads(done.stdout) == json_of(verify(whole[0], fingerprint=whole[1].fingerprint))
        refused = CliRunner().invoke(app, ["handoff", "verify", str(whole[0]), "--fingerprint", "00" * 32])
        assert refused.exit_code == 1
        assert "another key" in refused.stdout
