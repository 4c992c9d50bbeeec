import pytest

from antivirus_servers import EICAR, UnixServer, clamd
from huntline.samples import antivirus
from huntline.samples.antivirus import Verdict, ask
from huntline.samples.errors import AddressInvalid


@pytest.fixture
def server(settings):
    with clamd() as server:
        settings.HUNTLINE_CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server


class TestAsk:
    def test_gives_the_content_in_a_stream(self, server):
        pieces = [b"a" * 3_000_000, b"b", b"c" * 10]
        answer = ask(pieces)
        assert (answer.verdict, answer.signature) == (Verdict.CLEAN, "")
        assert answer.engine.startswith("ClamAV 1.4.3/27700")
        assert server.seen == [b"".join(pieces)]

    def test_names_the_signature(self, server):
        answer = ask([EICAR])
        assert (answer.verdict, answer.signature) == (Verdict.INFECTED, "Eicar-Test-Signature")

    def test_over_a_local_socket(self, settings, tmp_path):
        with clamd(UnixServer, str(tmp_path / "clamd.sock")):
            settings.HUNTLINE_CLAMD = f"unix://{tmp_path}/clamd.sock"
            assert ask([b"x"]).verdict == Verdict.CLEAN

    def test_says_that_it_was_too_large_for_it(self, server):
        server.most = 1_000_000
        assert ask([bytes(8_000_000)] * 4).verdict == Verdict.TOO_LARGE

    def test_an_error_of_its_own_is_no_clean_bill(self, server):
        server.answer = b"stream: Can't allocate\x1b[2Jmemory ERROR\0"
        answer = ask([b"x"])
        assert (answer.verdict, answer.signature) == (Verdict.ERROR, "Can't allocate[2Jmemory ERROR")

    def test_no_answer_is_no_clean_bill(self, server):
        server.answer = b""
        assert ask([b"x"]).verdict == Verdict.UNREACHABLE

    @pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.sock"])
    def test_says_that_nobody_is_there(self, settings, address):
        settings.HUNTLINE_CLAMD = address
        assert ask([b"x"]).verdict == Verdict.UNREACHABLE

    @pytest.mark.parametrize("address", ["127.0.0.1:3310", "tcp://127.0.0.1", "http://127.0.0.1:3310", "unix:"])
    def test_refuses_an_address_that_is_none(self, settings, address):
        settings.HUNTLINE_CLAMD = address
        with pytest.raises(AddressInvalid):
            ask([b"x"])

    def test_is_not_set_up_by_itself(self):
        assert not antivirus.is_set_up()
