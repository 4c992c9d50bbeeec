"""Addresses that only we can have made."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from huntline.delivery.errors import ReplyAddressForged
from huntline.delivery.signed_addresses import Bounce, CaseReply, bounce_address, read_address, reply_address
from huntline.kernel import new_id, short_id


@pytest.fixture(autouse=True)
def inbound(settings):
    settings.HUNTLINE_INBOUND_ADDRESS = "Cases@Hunt.example"


class TestReadAddress:
    @given(number=st.builds(lambda: f"TE-{short_id()}"), place=st.integers(0, 10))
    @hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_reads_what_was_written(self, number, place):
        address = reply_address(number, place)
        assert read_address(address) == read_address(address.upper()) == CaseReply(number, place)
        assert len(address.rpartition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1

    def test_reads_what_a_report_is_about(self):
        mail_id = new_id()
        address = bounce_address(mail_id)
        assert read_address(address) == Bounce(mail_id)
        assert len(address.rpartition("@")[0]) <= 64

    def test_nobody_makes_an_address_of_another_case_or_reader(self):
        made = reply_address("TE-ABCDEFGH", 0)
        for forged in (
            made.replace("abcdefgh", "abcdefgj"),
            made.replace("-0-", "-1-"),
            made.replace("+r-", "+b-"),
            made.replace("Hunt.example", "evil.example"),
            made[:-1],
            made.replace("@", "a@"),
            "cases@hunt.example",
            "cases+@hunt.example",
            "",
            "cases+r-te-abcdefgh-0-@hunt.example",
            "é" * 70 + "@hunt.example",
        ):
            with pytest.raises(ReplyAddressForged):
                read_address(forged)

    def test_another_installation_makes_others(self, settings):
        made = reply_address("TE-ABCDEFGH", 0)
        settings.SECRET_KEY = "another"
        with pytest.raises(ReplyAddressForged):
            read_address(made)

    def test_where_no_mail_comes_in_there_is_none(self, settings):
        settings.HUNTLINE_INBOUND_ADDRESS = ""
        assert reply_address("TE-ABCDEFGH", 0) == bounce_address(new_id()) == ""
        with pytest.raises(ReplyAddressForged):
            read_address("+r-te-abcdefgh-0-x@")
