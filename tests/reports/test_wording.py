"""What is said about what was counted, word for word, in three languages."""

import string
from datetime import date, datetime

import pytest

from huntline.reports.catalogue import texts
from huntline.reports.facts import ServiceFacts
from huntline.reports.wording import LANGUAGES, words_of
from reports.reporting import FULL, MADE, NONE, PART, UTC, facts, gap, hunt, notification, silent, table

SILENCE = {
    "en": (
        "In June 2026, 14 hunts looked at 23 of 27 days of process events on 41 devices. Of 1 day more they looked at a part.",
        "Nothing was found. No targeted attack notification was published.",
    ),
    "ko": (
        "2026년 6월, 헌트 14건이 장치 41대의 프로세스 이벤트가 있는 27일 중 23일을 살펴보았습니다. 그 밖의 1일은 일부만 살펴보았습니다.",
        "아무것도 발견되지 않았습니다. 게시된 표적 공격 알림이 없습니다.",
    ),
    "ja": (
        (
            "2026年6月、14 件のハントが、41 台のデバイスのプロセス イベントのある 27 日のうち 23 日を調べました。"
            "ほかの 1 日は一部だけを調べました。"
        ),
        "何も見つかりませんでした。公開された標的型攻撃通知はありません。",
    ),
}
NOBODY = {
    "en": "In June 2026, no hunt looked at the telemetry of Aurora Grid. That nothing was found says nothing here: nobody looked.",
    "ko": "2026년 6월, Aurora Grid의 데이터를 살펴본 헌트가 없습니다. 여기서 아무것도 발견되지 않았다는 것은 아무 의미가 없습니다. "
    "아무도 살펴보지 않았기 때문입니다.",
    "ja": "2026年6月、Aurora Grid のテレメトリを調べたハントはありません。何も見つからなかったことに意味はありません。"
    "誰も調べていないからです。",
}
NOTHING = {
    "en": "In June 2026, no telemetry of Aurora Grid arrived. There was nothing to look at, and nothing can be said about this time.",
    "ko": "2026년 6월, Aurora Grid의 원격 분석 데이터가 전혀 도착하지 않았습니다. 살펴볼 것이 없었으므로 이 기간에 대해서는 아무 "
    "말도 할 수 없습니다.",
    "ja": "2026年6月、Aurora Grid のテレメトリはまったく届きませんでした。調べるものがなかったため、この期間については何も言えません。",
}


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("language", LANGUAGES)
class TestHeadline:
    @pytest.mark.requirement("L25")
    def test_of_silence(self, language):
        words = words_of(facts(), language)
        assert (words.headline, words.findings) == SILENCE[language]
        assert len(words.means) == 2

    def test_where_nobody_looked_nothing_found_means_nothing(self, language):
        words = words_of(facts(tables=[table(looked=(NONE,) * 30)], hunts=[]), language)
        assert (words.headline, words.means) == (NOBODY[language], [])
        assert words.findings == texts(language)["findings"]["silent"]

    def test_where_nothing_arrived(self, language):
        words = words_of(facts(tables=[], devices=0), language)
        assert (words.headline, words.means) == (NOTHING[language], [])


def english(**fields):
    return words_of(facts(**fields), "en")


class TestEnglish:
    def test_of_days_and_of_a_month_that_goes_on(self):
        days = english(month=None, since=date(2026, 6, 3), until=date(2026, 6, 12))
        assert days.headline.startswith("From 2026-06-03 to 2026-06-12, 14 hunts")
        assert english(as_of=datetime(2026, 6, 20, tzinfo=UTC)).headline.startswith("In June 2026 so far, 14 hunts")

    def test_hunts_that_read_another_table_are_not_counted_with_this_one(self):
        hunts = [hunt(), hunt(looked=["DeviceEvents"]), hunt(looked=[])]
        found = english(hunts=hunts, tables=[table(), table("DeviceEvents", (FULL,) * 30)])
        assert found.headline.startswith("In June 2026, 1 hunt looked at 23 of 27 days of process events")
        assert found.more[0] == (
            "Over all 2 tables with rows, 2 hunts looked at 53 of 57 table-days in full, at 1 in part, and at 3 not at all."
        )

    def test_a_table_that_was_looked_at_goes_before_one_that_was_not(self):
        tables = [table(looked=(NONE,) * 30), table("DeviceNetworkEvents", (PART, FULL, NONE) * 10, 3)]
        found = english(tables=tables, hunts=[hunt(looked=["DeviceNetworkEvents"])])
        assert found.headline.startswith("In June 2026, 1 hunt looked at 10 of 30 days of network events on 3 devices.")
        assert "Never looked at: DeviceProcessEvents." in found.more

    def test_findings_and_withdrawals(self):
        assert english(notifications=[notification()]).findings == "1 targeted attack notification was published."
        two = english(notifications=[notification(), notification(withdrawn=MADE)])
        assert two.findings == "2 targeted attack notifications were published. 1 of them was withdrawn later."
        assert "notifications" in two.means[0]

    def test_what_was_not_covered(self):
        found = english(
            gaps=[gap(date(2026, 6, 28), date(2026, 6, 30)), gap(date(2026, 6, 3), date(2026, 6, 3))],
            silent=[silent("a")],
            silent_count=2,
            hunts=[hunt(unfinished=1)],
        )
        assert found.more[1:] == [
            "Never looked at: DeviceEvents.",
            "Process events: no rows on 3 days.",
            "No telemetry at all: 2026-06-28 – 2026-06-30, 2026-06-03.",
            "2 devices fell silent.",
            "1 run did not end well, and counts as no look.",
        ]

    @pytest.mark.parametrize(
        ("stretches", "said"),
        [
            ([], "The service was off the whole time: no notification could be published."),
            ([(None, None)], "The service was on the whole time."),
            ([(None, 3), (8, None)], "The service was on until 2026-06-03 00:00, from 2026-06-08 00:00 (UTC)."),
            ([(2, 3)], "The service was on from 2026-06-02 00:00 to 2026-06-03 00:00 (UTC)."),
        ],
    )
    def test_the_service(self, stretches, said):
        at = {day: datetime(2026, 6, day, tzinfo=UTC) for day in (2, 3, 8)}
        service = [ServiceFacts(on=at.get(on), off=at.get(off)) for on, off in stretches]
        assert english(service=service).service == said


@pytest.mark.requirement("R76")
@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_languages_have_the_same_texts_with_the_same_places(language):
    def places(of):
        return {
            f"{section}.{key}": {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for section, rows in texts(of).items()
            for key, text in rows.items()
        }

    assert places(language) == places("en")
