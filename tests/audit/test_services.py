"""The chain holds, and says where it does not."""

import threading

import pytest
from django.db import connection, transaction

from huntline.audit.models import Entry, Head
from huntline.audit.services import Actor, record, verify

ACTOR = Actor("person", "1", "ann@aurora.example")


@pytest.fixture
def chain(db):
    return [
        record("thing.done", actor=ACTOR, object_type="thing", object_id=number, detail={"n": number})
        for number in range(6)
    ]


@pytest.mark.requirement("R79")
class TestVerify:
    def test_an_untouched_chain_holds(self, chain):
        assert list(verify()) == []

    def test_an_empty_chain_holds(self, db):
        assert list(verify()) == []

    @pytest.mark.parametrize(
        "change",
        [{"action": "other"}, {"detail": {"n": 7}}, {"actor_name": "eve"}, {"object_id": "9"}, {"hash": "0" * 64}],
    )
    def test_a_changed_entry_is_named(self, chain, change):
        Entry.objects.filter(sequence=3).update(**change)
        faults = list(verify())
        assert (faults[0].sequence, faults[0].kind) == (3, "changed")

    def test_a_removed_entry_is_named(self, chain):
        Entry.objects.filter(sequence=3).delete()
        assert [(fault.sequence, fault.kind) for fault in verify()] == [(3, "removed")]

    def test_two_removed_entries_are_named(self, chain):
        Entry.objects.filter(sequence__in=(3, 4)).delete()
        assert "3 to 4" in next(verify()).explanation

    def test_swapped_entries_are_named(self, chain):
        Entry.objects.filter(sequence=2).update(sequence=100)
        Entry.objects.filter(sequence=3).update(sequence=2)
        Entry.objects.filter(sequence=100).update(sequence=3)
        kinds = {(fault.sequence, fault.kind) for fault in verify()}
        assert {(2, "reordered"), (2, "changed"), (3, "changed")} <= kinds

    def test_a_chain_cut_at_its_end_is_found(self, chain):
        Entry.objects.filter(sequence__gt=4).delete()
        assert [fault.kind for fault in verify()] == ["truncated"]

    def test_a_rewritten_entry_with_a_fitting_hash_breaks_the_next(self, chain):
        from huntline.audit.services import digest

        entry = Entry.objects.get(sequence=3)
        entry.action = "forged"
        entry.hash = digest(entry)
        entry.save()
        assert [(fault.sequence, fault.kind) for fault in verify()] == [(4, "reordered")]


class TestRecord:
    def test_is_kept_or_lost_with_its_transaction(self, chain):
        with pytest.raises(RuntimeError), transaction.atomic():
            record("thing.undone", actor=ACTOR)
            raise RuntimeError
        assert Entry.objects.count() == Head.objects.get().sequence == 6

    @pytest.mark.django_db(transaction=True)
    def test_threads_make_one_chain(self):
        def write():
            try:
                for _ in range(5):
                    record("thing.done", actor=ACTOR)
            finally:
                connection.close()

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Entry.objects.count() == 20
        assert list(verify()) == []
