"""The routes of reports, by the four subjects."""

import csv
import io

import pypdf
import pytest

from publishing import enrol

pytestmark = pytest.mark.django_db
PERIOD = "/api/v1/tenants/aurora/reports/period"
ROUTES = ("/api/v1/tenants/aurora/reports", PERIOD, f"{PERIOD}.pdf?language=en", f"{PERIOD}.csv")


@pytest.fixture
def hunted(cast, clock, send, hunt):
    enrol(cast)
    send(cast.aurora, 15)
    hunt("DeviceProcessEvents | where FileName == 'PRIVATE'")


@pytest.mark.parametrize("route", ROUTES)
class TestGuards:
    def test_anonymous(self, sign_in, route):
        assert sign_in(None).get(route).status_code == 401

    def test_stranger(self, sign_in, route):
        assert sign_in("bluefin_admin").get(route).status_code == 404

    def test_without_the_right(self, sign_in, route):
        assert sign_in("platform_operator").get(route).status_code == 403

    @pytest.mark.parametrize("part", ["aurora_reader", "hunter", "account_manager"])
    def test_allowed(self, sign_in, route, part, clock):
        assert sign_in(part).get(route).status_code == 200


class TestPeriod:
    @pytest.mark.requirement("L25", "R76")
    def test_the_sentence_in_the_readers_language(self, sign_in, cast, hunted):
        reader = sign_in("aurora_reader")
        said = reader.get(PERIOD, {"month": "2026-11"}).json()
        expected = "In November 2026 so far, 1 hunt looked at 1 of 1 day of process events on 1 device."
        assert (said["words"]["headline"], said["kept"], said["sha256"]) == (expected, None, None)
        [processes] = [one for one in said["facts"]["tables"] if one["table"] == "DeviceProcessEvents"]
        assert processes["looked"][14] == "full"
        korean = reader.get(PERIOD, {"month": "2026-11"}, headers={"X-Huntline-Language": "ko"}).json()
        assert korean["words"]["headline"].startswith("2026년 11월")

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"month": "2026-13"}, "report_month_invalid"),
            ({"month": "2026-12"}, "report_period_invalid"),
            ({"since": "2026-11-10", "until": "2026-11-01"}, "report_period_invalid"),
            ({"since": "2025-01-01", "until": "2026-01-01"}, "report_period_invalid"),
        ],
    )
    def test_a_period_that_is_none(self, sign_in, asked, code, clock):
        answer = sign_in("aurora_reader").get(PERIOD, asked)
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_the_provider_reads_what_the_customer_reads(self, sign_in, hunted):
        ours, theirs = (sign_in(part).get(PERIOD).json() for part in ("hunter", "aurora_reader"))
        assert ours == theirs
        assert "PRIVATE" not in str(ours)


class TestFiles:
    def test_pdf(self, sign_in, hunted):
        answer = sign_in("aurora_reader").get(f"{PERIOD}.pdf", {"month": "2026-11", "language": "en"})
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="huntline-aurora-2026-11.en.pdf"'
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)
        assert "1 hunt looked at" in text.replace("\n", " ")
        assert "PRIVATE" not in text

    def test_csv(self, sign_in, hunted):
        answer = sign_in("aurora_reader").get(
            f"{PERIOD}.csv", {"since": "2026-11-14", "until": "2026-11-16", "language": "ja"}
        )
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert ["届いたものと、調べたもの", "DeviceProcessEvents", "2026-11-15", "1", "調査済み"] in rows
        assert "PRIVATE" not in answer.content.decode()
