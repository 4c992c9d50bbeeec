"""The talk before a customer applies: who may record and read it, and what stands in it."""

from datetime import date, timedelta

import pytest

from huntline.audit.models import Entry

TALKS = "/api/v1/tenants/aurora/eligibility-talks"
TALK = {
    "held": "2026-11-12",
    "participants": "Mina Kim (Aurora), Jo Park",
    "outcome": "eligible",
    "notes": "40 devices.",
}

pytestmark = pytest.mark.django_db


def record(client, **changes):
    return client.post(TALKS, TALK | changes, content_type="application/json")


class TestRecordTalk:
    @pytest.mark.parametrize(
        ("who", "status"),
        [(None, 401), ("bluefin_admin", 404), ("aurora_admin", 403), ("hunter", 403), ("account_manager", 201)],
    )
    def test_who_may(self, sign_in, clock, who, status):
        assert record(sign_in(who)).status_code == status
        assert sign_in(who).get(TALKS).status_code == (200 if status == 201 else status)

    @pytest.mark.requirement("R1")
    def test_who_when_and_outcome_are_kept_and_audited(self, sign_in, clock):
        record(sign_in("account_manager"))
        (talk,) = sign_in("account_manager").get(TALKS).json()["items"]
        assert {name: talk[name] for name in TALK} == TALK
        assert (talk["recorded"], talk["recorded_by_name"]) == (
            "2026-11-16T09:00:00Z",
            "account_manager@watchtower.example",
        )
        entry = Entry.objects.get(action="eligibility.talk_recorded")
        assert entry.detail == {"held": "2026-11-12", "outcome": "eligible"}

    def test_a_talk_that_is_still_to_come_is_refused(self, sign_in, cast, clock):
        # 09:00 in UTC is the same day in Seoul, and 16:00 in UTC the next.
        cast.aurora.timezone = "Asia/Seoul"
        cast.aurora.save()
        manager, tomorrow = sign_in("account_manager"), date(2026, 11, 17).isoformat()
        refused = record(manager, held=tomorrow)
        assert (refused.status_code, refused.json()["code"]) == (400, "talk_in_future")
        clock.advance(timedelta(hours=7))
        assert record(manager, held=tomorrow).status_code == 201

    def test_somebody_took_part(self, sign_in, clock):
        assert record(sign_in("account_manager"), participants=" \n ").json()["code"] == "talk_without_people"

    @pytest.mark.requirement("R1")
    def test_the_queue_shows_the_last_talk_of_each_applicant(self, sign_in, clock):
        from enrolment.test_api import QUEUE, submit

        submit(sign_in("aurora_admin"))
        manager = sign_in("account_manager")
        assert manager.get(QUEUE).json()["items"][0]["last_talk"] is None
        record(manager, held="2026-10-01", outcome="not_yet")
        record(manager)
        assert manager.get(QUEUE).json()["items"][0]["last_talk"]["outcome"] == "eligible"
