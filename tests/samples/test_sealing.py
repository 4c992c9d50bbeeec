import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.samples.errors import KeyUnavailable, SampleDamaged
from huntline.samples.keys import new_key, unwrap
from huntline.samples.sealing import OVERHEAD, seal, unseal

KEY = bytes(range(32))
OWNER = uuid.UUID("01900000-0000-7000-8000-000000000001")
OTHER = uuid.UUID("01900000-0000-7000-8000-000000000002")


class TestSeal:
    @given(st.binary(max_size=5000), st.integers(1, 2**31))
    def test_opens_as_it_was(self, content, number):
        sealed = seal(KEY, OWNER, number, content)
        assert len(sealed) == len(content) + OVERHEAD
        assert unseal(KEY, OWNER, number, sealed) == content

    def test_shows_nothing_of_the_content(self):
        content = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR" * 10
        assert content[:8] not in seal(KEY, OWNER, 1, content)
        assert seal(KEY, OWNER, 1, content) != seal(KEY, OWNER, 1, content)

    @given(st.data())
    def test_refuses_one_changed_bit(self, data):
        sealed = bytearray(seal(KEY, OWNER, 1, b"some content of a sample"))
        sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(SampleDamaged):
            unseal(KEY, OWNER, 1, bytes(sealed))

    @given(st.integers(0, 55))
    def test_refuses_what_is_cut_off(self, length):
        with pytest.raises(SampleDamaged):
            unseal(KEY, OWNER, 1, seal(KEY, OWNER, 1, b"some content of a sample")[:length])

    @pytest.mark.parametrize(("key", "owner", "number"), [(bytes(32), OWNER, 1), (KEY, OTHER, 1), (KEY, OWNER, 2)])
    def test_refuses_another_key_sample_or_place(self, key, owner, number):
        with pytest.raises(SampleDamaged):
            unseal(key, owner, number, seal(KEY, OWNER, 1, b"content"))


class TestKeys:
    def test_the_installations_key_is_made_once_and_for_its_owner_alone(self, tmp_path):
        first = new_key(OWNER)
        path = tmp_path / "samples.key"
        assert path.stat().st_mode & 0o777 == 0o600
        kept = path.read_bytes()
        assert new_key(OWNER).key != first.key
        assert path.read_bytes() == kept
        assert list(tmp_path.glob("samples.key*")) == [path]
        assert unwrap(OWNER, first.wrapped, first.key_id) == first.key
        assert first.key not in first.wrapped

    def test_a_key_of_another_sample_is_refused(self):
        made = new_key(OWNER)
        with pytest.raises(KeyUnavailable):
            unwrap(OTHER, made.wrapped, made.key_id)

    @pytest.mark.parametrize("wrapped", [b"", b"short", bytes(60)])
    def test_a_destroyed_key_is_refused(self, wrapped):
        made = new_key(OWNER)
        with pytest.raises(KeyUnavailable):
            unwrap(OWNER, wrapped, made.key_id)

    def test_a_lost_file_is_said_and_not_papered_over(self, tmp_path):
        made = new_key(OWNER)
        (tmp_path / "samples.key").unlink()
        with pytest.raises(KeyUnavailable) as refused:
            unwrap(OWNER, made.wrapped, made.key_id)
        assert refused.value.detail == {"key_id": made.key_id}

    def test_an_older_key_still_opens_what_it_wrapped(self, tmp_path):
        made = new_key(OWNER)
        path = tmp_path / "samples.key"
        older = path.read_text()
        path.unlink()
        new_key(OTHER)
        path.write_text(path.read_text() + older)
        assert unwrap(OWNER, made.wrapped, made.key_id) == made.key
        assert new_key(OWNER).key_id != made.key_id

    @pytest.mark.parametrize("text", ["", "c2hvcnQ=\n", "not base64 at all\n"])
    def test_a_named_file_without_a_key_is_refused(self, settings, tmp_path, text):
        (tmp_path / "named.key").write_text(text)
        settings.HUNTLINE_SAMPLES_KEY_FILE = str(tmp_path / "named.key")
        with pytest.raises(KeyUnavailable):
            new_key(OWNER)

    def test_a_named_file_is_never_made(self, settings, tmp_path):
        settings.HUNTLINE_SAMPLES_KEY_FILE = str(tmp_path / "absent.key")
        with pytest.raises(KeyUnavailable):
            new_key(OWNER)
        assert not (tmp_path / "absent.key").exists()
