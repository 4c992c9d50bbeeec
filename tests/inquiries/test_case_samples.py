"""Samples of a case: who sends, who sees, who takes them out, and in which form only."""

import hashlib
import io
from datetime import timedelta

import pytest
import pyzipper

from huntline.enrolment.states import SubscriptionKind
from huntline.enrolment.subscription import SubscriptionForm, grant_subscription
from huntline.samples.jobs import examine_due

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/api/v1/tenants/aurora/inquiries"
FORM = {"topic": "t", "category": "malware", "text": "What is this?", "reply_email": "soc@aurora.example"}
REASON = {"reason": "To answer it.", "hours": 8}
CONTENT = b"<html><script>alert(1)</script></html>"


def post(client, path, body=None):
    return client.post(path, body or {}, content_type="application/json")


@pytest.fixture
def case(scope_of, sign_in, clock):
    grant_subscription(scope_of("account_manager", "aurora"), SubscriptionForm(SubscriptionKind.FULL))
    return f"{HOME}/{post(sign_in('aurora_admin'), HOME, FORM).json()['number']}"


def send(client, case, content=CONTENT, name="invoice.pdf"):
    upload = post(client, f"{case}/uploads", {"name": name, "size": len(content)}).json()
    for number in range(1, upload["parts"] + 1):
        part = content[(number - 1) * upload["part_size"] : number * upload["part_size"]]
        sent = client.put(
            f"{case}/uploads/{upload['id']}/parts/{number}", part, content_type="application/octet-stream"
        )
        assert sent.status_code == 204, sent.content
    return post(client, f"{case}/uploads/{upload['id']}/finish").json()


class TestUploads:
    @pytest.mark.requirement("R56")
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("hunter", 403), ("aurora_analyst", 201)],
    )
    def test_who_may_send(self, case, sign_in, who, status):
        assert post(sign_in(who), f"{case}/uploads", {"name": "x", "size": 1}).status_code == status

    @pytest.mark.requirement("R56")
    def test_is_gone_on_with_where_it_was_cut(self, case, sign_in, settings):
        admin = sign_in("aurora_admin")
        upload = post(admin, f"{case}/uploads", {"name": "x.bin", "size": len(CONTENT)}).json()
        assert (upload["received"], upload["finished"]) == ([], False)
        refused = post(admin, f"{case}/uploads/{upload['id']}/finish")
        assert (refused.status_code, refused.json()["code"]) == (409, "parts_missing")
        assert [one["id"] for one in admin.get(f"{case}/uploads").json()["items"]] == [upload["id"]]
        admin.put(f"{case}/uploads/{upload['id']}/parts/1", CONTENT, content_type="application/octet-stream")
        assert admin.get(f"{case}/uploads/{upload['id']}").json()["received"] == [1]
        sample = post(admin, f"{case}/uploads/{upload['id']}/finish").json()
        assert sample["sha256"] == hashlib.sha256(CONTENT).hexdigest()

    def test_is_given_up(self, case, sign_in):
        admin = sign_in("aurora_admin")
        upload = post(admin, f"{case}/uploads", {"name": "x.bin", "size": 5}).json()
        assert admin.delete(f"{case}/uploads/{upload['id']}").status_code == 204
        assert admin.get(f"{case}/uploads/{upload['id']}").status_code == 404

    def test_a_withdrawn_case_takes_none(self, case, sign_in):
        admin = sign_in("aurora_admin")
        post(admin, f"{case}/withdraw", {"reason": "Found it."})
        assert post(admin, f"{case}/uploads", {"name": "x", "size": 1}).status_code == 409

    @pytest.mark.parametrize("size", [0, -1, 10 * 2**30, 2**70])
    def test_a_size_that_cannot_be_is_refused_before_a_byte_comes(self, case, sign_in, size):
        assert post(sign_in("aurora_admin"), f"{case}/uploads", {"name": "x", "size": size}).status_code == 400


class TestSamples:
    @pytest.mark.requirement("R56")
    def test_are_shown_with_what_was_found_and_never_rendered(self, case, sign_in, settings, tmp_path):
        (tmp_path / "own.yar").write_text('rule script { strings: $a = "<script>" condition: $a }')
        settings.HUNTLINE_YARA_RULES = str(tmp_path)
        send(sign_in("aurora_admin"), case)
        examine_due()
        [row] = sign_in("aurora_reader").get(f"{case}/samples").json()["items"]
        assert (row["type"], row["type_lies"], row["examination"]) == ("text/html", True, "done")
        assert [one["rule"] for one in row["rules"]] == ["script"]

    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_reader", 403), ("hunter", 403), ("aurora_analyst", 200)],
    )
    def test_who_may_take_one_out(self, case, sign_in, who, status):
        sample = send(sign_in("aurora_admin"), case)
        assert sign_in(who).get(f"{case}/samples/{sample['id']}/download").status_code == status

    @pytest.mark.requirement("R56")
    def test_an_expert_takes_it_out_in_an_archive_while_the_case_is_open(self, case, sign_in, clock):
        sample = send(sign_in("aurora_admin"), case)
        hunter = sign_in("hunter")
        post(hunter, f"{case}/access", REASON)
        answer = hunter.get(f"{case}/samples/{sample['id']}/download")
        assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == (
            "application/zip",
            "nosniff",
        )
        packed = b"".join(answer.streaming_content)
        with pyzipper.AESZipFile(io.BytesIO(packed)) as archive:
            archive.setpassword(b"infected")
            assert archive.read(sample["sha256"]) == CONTENT
        assert CONTENT not in packed
        clock.advance(timedelta(hours=8))
        assert hunter.get(f"{case}/samples/{sample['id']}/download").json()["code"] == "case_access_missing"
        assert hunter.get(f"{case}/samples").status_code == 403

    def test_a_reply_names_samples_of_the_case_only(self, case, sign_in):
        admin = sign_in("aurora_admin")
        other = f"{HOME}/{post(admin, HOME, FORM).json()['number']}"
        foreign = send(admin, other)
        assert post(admin, f"{case}/replies", {"text": "Here.", "sample_ids": [foreign["id"]]}).status_code == 404
        own = send(admin, case)
        page = post(admin, f"{case}/replies", {"text": "Here.", "sample_ids": [own["id"]]}).json()
        assert page["messages"][-1]["sample_ids"] == [own["id"]]

    def test_is_deleted_by_the_customer_and_what_was_done_stays(self, case, sign_in):
        admin, hunter = sign_in("aurora_admin"), sign_in("hunter")
        sample = send(admin, case)
        post(hunter, f"{case}/access", REASON)
        assert hunter.delete(f"{case}/samples/{sample['id']}").status_code == 403
        gone = admin.delete(f"{case}/samples/{sample['id']}").json()
        assert (gone["state"], gone["sha256"]) == ("deleted", sample["sha256"])
        assert admin.get(f"{case}/samples/{sample['id']}/download").status_code == 404
        actions = [one["action"] for one in admin.get(f"{case}/samples/{sample['id']}/custody").json()["items"]]
        assert actions[0] == "upload_begun"
        assert actions[-1] == "deleted"

    def test_of_another_case_is_not_there(self, case, sign_in):
        admin = sign_in("aurora_admin")
        sample = send(admin, case)
        other = f"{HOME}/{post(admin, HOME, FORM).json()['number']}"
        assert admin.get(f"{other}/samples/{sample['id']}/download").status_code == 404
        assert admin.delete(f"{other}/samples/{sample['id']}").status_code == 404
