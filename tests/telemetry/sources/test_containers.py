import gzip
import io
import tarfile
import zipfile

import pytest

from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources import open_source

LINE = b'{"EventID":5025,"Channel":"Security","Hostname":"pc1","TimeCreated":"2026-03-02T12:00:00Z"}\n'


def write_zip(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def tar_of(*members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for member in members:
            if isinstance(member, tarfile.TarInfo):
                archive.addfile(member)
                continue
            name, data = member
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def read(path):
    """Return (member, events, codes of refusals) of each source in the file."""
    found = []
    for source in open_source(path):
        items = list(source.items)
        refusals = [item.code for item in items if isinstance(item, Refusal)]
        found.append((source.member, len(items) - len(refusals), refusals))
    return found


class TestPacking:
    @pytest.mark.parametrize(
        ("name", "pack"),
        [
            ("plain", lambda data: data),
            ("gzip", gzip.compress),
            ("gzip of several parts", lambda data: gzip.compress(data[:40]) + gzip.compress(data[40:])),
            ("gzip with a stray newline", lambda data: gzip.compress(data) + b"\n"),
            ("tar", lambda data: tar_of(("a/b.json", data))),
            ("tar.gz", lambda data: gzip.compress(tar_of(("b.json", data)))),
            ("tar.gz with a stray newline", lambda data: gzip.compress(tar_of(("b.json", data))) + b"\n"),
        ],
    )
    def test_is_told_by_the_content(self, tmp_path, name, pack):
        path = tmp_path / "no-name-that-helps.txt"
        path.write_bytes(pack(LINE * 3))
        assert [(events, codes) for _, events, codes in read(path)] == [(3, [])]

    def test_a_zip_gives_each_of_its_files(self, tmp_path):
        path = write_zip(tmp_path / "x", **{"a.json": LINE, "folder/b.json": LINE * 2, "readme.md": b"# hello"})
        assert read(path) == [("a.json", 1, []), ("folder/b.json", 2, []), ("readme.md", 0, ["format_unknown"])]


class TestHarm:
    @pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "a/../../b", "C:\\x", "..\\..\\x"])
    def test_names_that_lead_out_are_refused_and_the_rest_is_read(self, tmp_path, name):
        path = write_zip(tmp_path / "x.zip", **{name: LINE, "good.json": LINE})
        assert read(path)[0][1:] == (0, ["archive_member_refused"])
        assert read(path)[1] == ("good.json", 1, [])
        packed = tmp_path / "x.tgz"
        packed.write_bytes(gzip.compress(tar_of((name, LINE), ("good.json", LINE))))
        assert [codes for _, _, codes in read(packed)] == [["archive_member_refused"], []]

    def test_links_are_refused(self, tmp_path):
        link = tarfile.TarInfo("link.json")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        path = tmp_path / "x.tar"
        path.write_bytes(tar_of(link, ("good.json", LINE)))
        assert [codes for _, _, codes in read(path)] == [["archive_member_refused"], []]

    def test_a_bomb_is_stopped(self, tmp_path):
        # 100 MB of one line shrink a thousand times; telemetry does not.
        bomb = LINE + b" " * 100_000_000
        path = write_zip(tmp_path / "bomb.zip", **{"a.json": bomb, "b.json": LINE})
        assert read(path) == [("a.json", 1, ["archive_bomb"]), ("b.json", 1, [])]
        packed = tmp_path / "bomb.gz"
        packed.write_bytes(gzip.compress(bomb))
        assert read(packed) == [("", 1, ["archive_bomb"])]

    def test_an_archive_in_an_archive_is_not_opened(self, tmp_path):
        inner = write_zip(tmp_path / "inner.zip", **{"a.json": LINE})
        path = write_zip(tmp_path / "x.zip", **{"inner.zip": inner.read_bytes()})
        assert read(path) == [("inner.zip", 0, ["format_not_supported"])]

    def test_an_encrypted_member_is_refused(self, tmp_path):
        path = write_zip(tmp_path / "x.zip", **{"a.json": LINE})
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        assert read(path) == [("a.json", 0, ["archive_encrypted"])]


class TestDamage:
    def test_a_cut_gzip_gives_what_was_there(self, tmp_path):
        path = tmp_path / "x.gz"
        noise = b"".join(
            b'{"EventID":5025,"Hostname":"pc1","TimeCreated":"2026-03-02T12:00:00Z","n":"%x"}\n' % n**9
            for n in range(5000)
        )
        packed = gzip.compress(noise)
        path.write_bytes(packed[: len(packed) // 2])
        [(_, events, codes)] = read(path)
        assert 1000 < events < 4000
        assert codes == ["archive_damaged"]

    @pytest.mark.parametrize("start", [b"PK\x03\x04", b"\x1f\x8b\x08\x00"])
    def test_garbage_behind_a_good_start_is_refused(self, tmp_path, start):
        path = tmp_path / "x"
        path.write_bytes(start + b"garbage" * 100)
        assert [codes for _, _, codes in read(path)] == [["archive_damaged"]]

    def test_a_zip_cut_in_half_is_refused(self, tmp_path):
        path = write_zip(tmp_path / "x.zip", **{"a.json": LINE * 100})
        path.write_bytes(path.read_bytes()[:80])
        assert [codes for _, _, codes in read(path)] == [["archive_damaged"]]

    def test_damage_inside_a_zip_is_refused(self, tmp_path):
        path = write_zip(tmp_path / "x.zip", **{"a.json": LINE * 100, "b.json": LINE})
        data = bytearray(path.read_bytes())
        data[60:70] = b"\xff" * 10
        path.write_bytes(data)
        found = read(path)
        assert found[0][2] == ["archive_damaged"]
        assert found[1] == ("b.json", 1, [])

    def test_a_wrong_checksum_is_refused(self, tmp_path):
        path = write_zip(tmp_path / "x.zip", **{"a.json": LINE * 3})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + 16] ^= 1
        path.write_bytes(data)
        assert read(path) == [("a.json", 0, ["archive_damaged"])]
