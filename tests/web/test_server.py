"""Which servers are made for the addresses of the settings."""

import pytest
import trustme

from huntline.web.server import _servers_for_people
from huntline.web.tls import TlsNotPossible


@pytest.fixture
def files(tmp_path):
    leaf = trustme.CA().issue_cert("localhost")
    leaf.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    return str(tmp_path / "both.pem")


def addresses(settings, **given):
    settings.HUNTLINE_LISTEN = "127.0.0.1:8080"
    for name in ("CERTIFICATE", "KEY", "LISTEN"):
        setattr(settings, f"HUNTLINE_TLS_{name}", given.get(name.lower(), ""))
    return [(server.bind_addr, server.ssl_adapter is not None) for server in _servers_for_people(None, {})]


class TestServersForPeople:
    def test_plain_http_without_a_certificate(self, settings):
        assert addresses(settings) == [(("127.0.0.1", 8080), False)]

    def test_https_in_its_place(self, settings, files):
        assert addresses(settings, certificate=files, key=files) == [(("127.0.0.1", 8080), True)]

    def test_https_beside_it(self, settings, files):
        made = addresses(settings, certificate=files, key=files, listen="[::1]:8443")
        assert made == [(("127.0.0.1", 8080), False), (("::1", 8443), True)]

    @pytest.mark.parametrize("given", [{"listen": "127.0.0.1:8443"}, {"key": "/nowhere/key.pem"}])
    def test_a_wish_for_https_without_a_certificate_is_refused(self, settings, given):
        with pytest.raises(TlsNotPossible, match="no certificate"):
            addresses(settings, **given)
