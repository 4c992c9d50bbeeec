"""Evidence: frozen, hashed, released, asked again."""

import hashlib
import json
from datetime import timedelta

import pytest

from hunting.questions import BOTH, count_to, named
from huntline.audit.models import Entry
from huntline.hunting import keeping
from huntline.hunting.errors import (
    EvidenceNotFound,
    EvidenceNotRunnable,
    EvidenceTooLarge,
    HuntNotDone,
    HuntNotFound,
    RowsForgotten,
    RowsNotChosen,
)
from huntline.hunting.models import Disclosure, Evidence, Frozen, HuntRun, KeptBlock, RunState
from huntline.hunting.queries import (
    evidence_within,
    find_all_evidence,
    find_evidence,
    history_within,
    list_evidence,
    view_evidence,
)
from huntline.hunting.services import capture_evidence, release_evidence, rerun, run
from huntline.kernel import PageRequest, new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def captured(hunter, cast, insert):
    """Two of three rows that a hunter found in aurora."""
    insert(cast.aurora, "evil.exe", 3)
    result = run(hunter, named("evil.exe") + " | sort by ProcessId asc")
    return capture_evidence(hunter, result.id, [0, 2], note="the first and the last", techniques=["T1059.001"])


@pytest.mark.requirement("R28")
class TestCapture:
    def test_holds_the_question_and_the_chosen_rows(self, captured, clock):
        evidence = Evidence.objects.unscoped("test").get(pk=captured.pk)
        assert evidence.query == named("evil.exe") + " | sort by ProcessId asc"
        assert evidence.query_sha256 == hashlib.sha256(evidence.query.encode()).hexdigest()
        assert evidence.rows == [["evil.exe", 0], ["evil.exe", 2]]
        assert [column["name"] for column in evidence.columns] == ["FileName", "ProcessId"]
        assert (evidence.window_start, evidence.window_end) == (clock.now() - timedelta(days=30), clock.now())
        assert evidence.tables == ["DeviceProcessEvents"]
        assert evidence.engine_version.startswith("ClickHouse ")
        assert evidence.schema_version
        assert evidence.compiler_version
        assert len(evidence.sql_sha256) == 64
        assert (evidence.row_count, evidence.truncated, evidence.by_provider) == (3, False, True)
        assert evidence.techniques == ["T1059.001"]

    def test_hash_is_over_the_rows_canonical_json(self, captured):
        plain = json.dumps(captured.rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert captured.rows_sha256 == hashlib.sha256(plain.encode()).hexdigest()
        assert captured.is_intact

    def test_a_changed_row_is_found_by_its_hash(self, captured, hunter):
        rows = captured.rows_json.replace("evil.exe", "good.exe")
        Evidence.objects.within(hunter).filter(pk=captured.pk).update(rows_json=rows)
        assert not find_evidence(hunter, captured.pk).is_intact

    def test_what_the_hunter_saw_is_frozen_not_what_is_there_now(self, hunter, cast, insert):
        insert(cast.aurora, "evil.exe", 2)
        result = run(hunter, named("evil.exe") + " | sort by ProcessId asc")
        insert(cast.aurora, "evil.exe", first=-5)
        assert capture_evidence(hunter, result.id, [0]).rows == [["evil.exe", 0]]

    def test_cannot_be_changed_or_deleted(self, captured):
        captured.note = "something else"
        for change in (captured.save, lambda: captured.save(update_fields=["note"]), captured.delete):
            with pytest.raises(Frozen):
                change()
        assert Evidence.objects.unscoped("test").get(pk=captured.pk).note == "the first and the last"

    def test_rows_of_a_later_block(self, hunter):
        result = run(hunter, f"{count_to(2500)} | sort by n asc")
        assert capture_evidence(hunter, result.id, [2499, 0, 1000]).rows == [[2500], [1], [1001]]

    def test_that_nothing_was_found_is_evidence_too(self, hunter):
        result = run(hunter, named("nowhere.exe"))
        evidence = capture_evidence(hunter, result.id, [])
        assert (evidence.rows, evidence.row_count) == ([], 0)

    @pytest.mark.parametrize("rows", [[], [3], [-1], [0, 0]])
    def test_refuses_what_is_no_choice_of_rows(self, hunter, cast, insert, rows):
        insert(cast.aurora, "evil.exe", 3)
        with pytest.raises(RowsNotChosen):
            capture_evidence(hunter, run(hunter, named("evil.exe")).id, rows)

    def test_refuses_an_export(self, hunter):
        result = run(hunter, count_to(1001))
        with pytest.raises(EvidenceTooLarge):
            capture_evidence(hunter, result.id, list(range(1001)))

    def test_refuses_a_run_without_an_answer(self, hunter):
        result = run(hunter, BOTH)
        HuntRun.objects.within(hunter).filter(pk=result.id).update(state=RunState.FAILED)
        with pytest.raises(HuntNotDone):
            capture_evidence(hunter, result.id, [])

    def test_refuses_rows_that_were_forgotten(self, hunter, clock):
        result = run(hunter, count_to(5))
        clock.advance(keeping.LIFETIME)
        with pytest.raises(RowsForgotten, match="24 hours"):
            capture_evidence(hunter, result.id, [0])

    def test_of_a_very_large_answer_the_first_rows_are_kept(self, hunter, monkeypatch):
        monkeypatch.setattr(keeping, "MOST_OF_A_RUN", 7000)
        result = run(hunter, f"{count_to(5000)} | sort by n asc")
        kept = HuntRun.objects.within(hunter).get(pk=result.id).kept_rows
        assert 0 < kept < 5000
        assert capture_evidence(hunter, result.id, [kept - 1]).row_digests == b""
        with pytest.raises(RowsForgotten, match=str(kept)):
            capture_evidence(hunter, result.id, [kept])

    def test_a_tenants_oldest_rows_go_first(self, hunter, clock, monkeypatch):
        first = run(hunter, count_to(1000))
        size = KeptBlock.objects.within(hunter).get().size
        monkeypatch.setattr(keeping, "MOST_OF_A_TENANT", 2 * size)
        clock.advance(timedelta(minutes=1))
        second = run(hunter, count_to(1000))
        clock.advance(timedelta(minutes=1))
        third = run(hunter, count_to(1000))
        with pytest.raises(RowsForgotten):
            capture_evidence(hunter, first.id, [0])
        assert capture_evidence(hunter, second.id, [0]).rows == capture_evidence(hunter, third.id, [0]).rows == [[1]]

    def test_another_tenants_run_cannot_be_found(self, analyst, scope_of):
        result = run(analyst, count_to(1))
        for scope in (scope_of("bluefin_analyst", "bluefin"), scope_of("hunter", "bluefin")):
            with pytest.raises(HuntNotFound):
                capture_evidence(scope, result.id, [0])

    def test_a_hunters_run_is_not_the_customers_to_capture(self, analyst, hunter):
        result = run(hunter, count_to(1))
        with pytest.raises(HuntNotFound):
            capture_evidence(analyst, result.id, [0])

    def test_is_audited(self, captured, cast):
        entry = Entry.objects.get(tenant_id=cast.aurora.pk, action="evidence.captured")
        assert entry.object_id == str(captured.pk)
        assert entry.detail["rows_sha256"] == captured.rows_sha256


class TestRelease:
    def test_before_it_the_customer_finds_nothing(self, captured, analyst):
        with pytest.raises(EvidenceNotFound):
            find_evidence(analyst, captured.pk)
        assert not evidence_within(analyst).exists()

    @pytest.mark.parametrize(
        ("disclosure", "shown"),
        [(Disclosure.FULL, (True, True)), (Disclosure.HASH, (False, True)), (Disclosure.NONE, (False, False))],
    )
    def test_shows_as_much_of_the_query_as_was_disclosed(self, captured, analyst, hunter, disclosure, shown):
        release_evidence(hunter, [captured.pk], disclosure)
        view = view_evidence(analyst, find_evidence(analyst, captured.pk))
        assert view.rows == captured.rows
        assert (view.query is not None, view.query_sha256 is not None) == shown
        assert (bool(view.parameters), view.sql_sha256 is not None) == shown
        assert view_evidence(hunter, captured).query == captured.query

    def test_can_be_widened_and_not_taken_back(self, captured, analyst, hunter):
        for disclosure in (Disclosure.HASH, Disclosure.NONE, Disclosure.FULL, Disclosure.HASH):
            release_evidence(hunter, [captured.pk], disclosure)
        assert view_evidence(analyst, captured).query == captured.query
        released = Entry.objects.filter(action="evidence.released").order_by("sequence")
        assert [entry.detail["disclosure"] for entry in released] == ["hash", "full"]

    def test_is_for_the_own_tenant_only(self, captured, hunter, scope_of):
        release_evidence(hunter, [captured.pk], Disclosure.FULL)
        for scope in (scope_of("bluefin_admin", "bluefin"), scope_of("hunter", "bluefin")):
            with pytest.raises(EvidenceNotFound):
                find_evidence(scope, captured.pk)
            with pytest.raises(EvidenceNotFound):
                release_evidence(scope, [captured.pk], Disclosure.FULL)

    def test_all_or_nothing(self, captured, hunter, analyst):
        with pytest.raises(EvidenceNotFound):
            find_all_evidence(hunter, [captured.pk, new_id()])


@pytest.mark.requirement("R28")
class TestRerun:
    def test_finds_the_same_when_nothing_changed(self, captured, hunter):
        again = rerun(hunter, captured.pk)
        assert (again.record.same, again.compared, again.truncated) == (True, "whole", False)
        assert again.record.versions == {}

    def test_keeps_the_window_and_the_now_of_the_first_run(self, captured, hunter, clock, cast, insert):
        clock.advance(timedelta(days=100))
        insert(cast.aurora, "evil.exe", at=clock.now() - timedelta(days=1))
        assert rerun(hunter, captured.pk).record.same

    def test_says_what_was_added(self, captured, hunter, cast, insert):
        insert(cast.aurora, "evil.exe", first=9)
        again = rerun(hunter, captured.pk)
        assert not again.record.same
        assert (again.difference.added, again.difference.removed) == ([["evil.exe", 9]], [])
        assert (again.record.added_count, again.record.removed_count) == (1, 0)

    def test_says_what_is_gone(self, hunter, cast, insert, scope_of):
        insert(cast.aurora, "evil.exe", 3)
        result = run(hunter, named("evil.exe") + " | sort by ProcessId asc")
        frozen = capture_evidence(hunter, result.id, [1])
        # Rows of the engine are never deleted; a narrower window is how a test makes them go.
        edge = frozen.window_end - timedelta(hours=3, seconds=-1)
        Evidence.objects.within(hunter).filter(pk=frozen.pk).update(window_end=edge)
        again = rerun(hunter, frozen.pk)
        assert (again.difference.removed, again.difference.removed_count) == ([["evil.exe", 1]], 2)

    def test_says_which_versions_differ(self, captured, hunter):
        Evidence.objects.within(hunter).filter(pk=captured.pk).update(engine_version="ClickHouse 1.0")
        again = rerun(hunter, captured.pk)
        assert again.record.same
        then, today = again.record.versions["engine_version"]
        assert (then, today) == ("ClickHouse 1.0", captured.engine_version)

    def test_the_customer_reruns_what_it_may_not_read(self, captured, hunter, scope_of, cast):
        release_evidence(hunter, [captured.pk], Disclosure.NONE)
        reader = scope_of("aurora_reader", "aurora")
        again = rerun(reader, captured.pk)
        assert again.record.same
        assert again.record.ran_by == "reader@aurora.example"
        entry = Entry.objects.get(tenant_id=cast.aurora.pk, action="evidence.rerun")
        assert (entry.actor_name, entry.detail["same"]) == ("reader@aurora.example", True)
        # The query is in nobody's history by this.
        assert [row.query for row in history_within(scope_of("aurora_admin", "aurora"), PageRequest()).items] == []

    def test_its_run_does_not_open_the_query_to_the_customer(self, captured, hunter, analyst):
        release_evidence(hunter, [captured.pk], Disclosure.NONE)
        again = rerun(analyst, captured.pk)
        with pytest.raises(HuntNotFound):
            capture_evidence(analyst, again.record.run_id, [0])
        assert not KeptBlock.objects.within(analyst).filter(run_id=again.record.run_id).exists()

    def test_says_nothing_of_a_query_that_no_longer_compiles(self, captured, hunter, analyst):
        release_evidence(hunter, [captured.pk], Disclosure.NONE)
        Evidence.objects.within(hunter).filter(pk=captured.pk).update(query="SecretTable | take 1")
        with pytest.raises(EvidenceNotRunnable) as refused:
            rerun(analyst, captured.pk)
        assert "SecretTable" not in f"{refused.value.message} {refused.value.detail}"

    def test_not_before_it_was_released(self, captured, analyst):
        with pytest.raises(EvidenceNotFound):
            rerun(analyst, captured.pk)

    def test_record_cannot_be_changed(self, captured, hunter):
        record = rerun(hunter, captured.pk).record
        with pytest.raises(Frozen):
            record.save()


class TestList:
    def test_a_customer_sees_what_was_released_with_as_much_as_was_disclosed(self, captured, hunter, analyst):
        assert [one.id for one in list_evidence(hunter, PageRequest(10)).items] == [captured.pk]
        assert list_evidence(analyst, PageRequest(10)).total == 0
        release_evidence(hunter, [captured.pk], Disclosure.HASH)
        (seen,) = list_evidence(analyst, PageRequest(10)).items
        assert (seen.query, seen.query_sha256, seen.note) == (None, captured.query_sha256, "")

    def test_takes_two_queries_however_many_there_are(self, captured, hunter, insert, cast, django_assert_num_queries):
        for _ in range(3):
            capture_evidence(hunter, run(hunter, named("evil.exe")).id, [0])
        with django_assert_num_queries(2):
            assert len(list_evidence(hunter, PageRequest(10)).items) == 4

    def test_comes_in_pages_newest_first(self, captured, hunter):
        later = capture_evidence(hunter, run(hunter, named("evil.exe")).id, [0])
        page = list_evidence(hunter, PageRequest(1))
        assert ([one.id for one in page.items], page.total) == ([later.pk], 2)
        assert [one.id for one in list_evidence(hunter, PageRequest(1, 1)).items] == [captured.pk]
