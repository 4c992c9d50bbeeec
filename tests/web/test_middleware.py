"""The portal's files and the headers of every answer."""

import pytest


@pytest.fixture
def portal(tmp_path, settings):
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>Huntline</title>")
    (tmp_path / "assets" / "app-1.js").write_text("console.log(1)")
    (tmp_path / "assets" / "app-1.js.br").write_bytes(b"packed")
    (tmp_path.parent / "secret.txt").write_text("secret")
    settings.PORTAL_FOLDER = tmp_path
    return tmp_path


def body(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


class TestPortal:
    def test_every_address_inside_is_the_page(self, client, portal):
        for address in ("/", "/incidents", "/tenants/aurora/alerts/ta1", "/hunting?query=x"):
            answer = client.get(address)
            assert answer.status_code == 200
            assert b"Huntline" in body(answer)
            assert answer["Cache-Control"] == "no-cache"

    def test_assets_are_kept_for_good_and_packed(self, client, portal):
        packed = client.get("/assets/app-1.js", headers={"Accept-Encoding": "gzip, br"})
        assert (packed["Content-Encoding"], body(packed)) == ("br", b"packed")
        assert "immutable" in packed["Cache-Control"]
        assert packed["Content-Type"] == "text/javascript"
        assert body(client.get("/assets/app-1.js")) == b"console.log(1)"

    def test_a_missing_asset_is_not_the_page(self, client, portal):
        assert client.get("/assets/gone.js").status_code == 404

    @pytest.mark.parametrize("path", ["/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt"])
    def test_nothing_outside_the_folder_is_served(self, client, portal, path):
        assert b"secret" not in body(client.get(path))

    @pytest.mark.parametrize("path", ["/%00", "/assets/%00.js"])
    def test_a_name_that_no_file_can_have_is_no_error(self, client, portal, path):
        assert client.get(path).status_code in {200, 404}

    def test_unbuilt_says_what_to_do(self, client, settings, tmp_path):
        settings.PORTAL_FOLDER = tmp_path / "nothing"
        answer = client.get("/")
        assert answer.status_code == 503
        assert b"make portal" in answer.content

    def test_routes_are_not_pages(self, client, portal, db):
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/api/v1/nothing").status_code == 404


class TestSecurityHeaders:
    def test_no_script_of_others_runs(self, client, portal):
        policy = client.get("/")["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe-eval" not in policy

    def test_framing_and_sniffing_are_off(self, client):
        answer = client.get("/healthz")
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.django_db
class TestLocalDoor:
    def test_does_not_exist_from_outside(self, client):
        for header in ({}, {"huntline.local": "1"}, {"HTTP_HUNTLINE_LOCAL": "1"}):
            answer = client.post(
                "/local/v1/hunt", {"tenant": "aurora", "query": "x"}, content_type="application/json", headers=header
            )
            assert answer.status_code == 404
