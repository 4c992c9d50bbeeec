"""Canonical JSON, hashes, and the difference of two answers."""

import hashlib
import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.hunting.canonical import canonical, compare, digests_of, sha256

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
ROWS = st.lists(st.lists(st.sampled_from(["a", "b", 1, None]), min_size=1, max_size=2), max_size=8)


class TestCanonical:
    @given(VALUES)
    def test_reads_back_as_the_same(self, value):
        assert json.loads(canonical(value)) == value

    def test_order_of_keys_means_nothing(self):
        assert canonical({"b": 1, "a": {"d": 2, "c": 3}}) == canonical({"a": {"c": 3, "d": 2}, "b": 1})

    def test_a_moment_is_the_same_in_every_zone(self):
        noon = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
        assert (
            canonical(noon)
            == canonical(noon.astimezone(timezone(timedelta(hours=9))))
            == '"2026-11-16T12:00:00.000000Z"'
        )

    def test_hash_is_what_anybody_computes(self):
        rows = [["é", 1.5, None], [{"k": [True]}]]
        plain = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert sha256(canonical(rows)) == hashlib.sha256(plain.encode()).hexdigest()

    def test_refuses_what_has_no_form(self):
        with pytest.raises(TypeError, match="object"):
            canonical(object())


class TestCompare:
    @given(ROWS)
    def test_same_rows_in_another_order_are_the_same(self, rows):
        assert compare(rows, digests_of(rows), reversed(rows), shown=10).is_empty

    @given(ROWS, ROWS)
    def test_is_the_difference_of_multisets(self, before, after):
        difference = compare(before, digests_of(before), after, shown=100)
        one, other = Counter(map(canonical, before)), Counter(map(canonical, after))
        if before:
            assert Counter(map(canonical, difference.added)) == other - one
        assert Counter(map(canonical, difference.removed)) == one - other
        assert difference.removed_count == (one - other).total()

    def test_row_that_is_gone_and_was_not_chosen_is_counted(self):
        before = [["a"], ["b"], ["c"]]
        difference = compare([["a"]], digests_of(before), [["a"]], shown=10)
        assert (difference.removed, difference.removed_count) == ([], 2)

    def test_without_the_whole_answer_only_the_chosen_rows_count(self):
        difference = compare([["a"], ["b"]], b"", [["a"], ["x"]], shown=10)
        assert (difference.added_count, difference.removed) == (0, [["b"]])

    def test_after_an_empty_answer_every_row_is_new(self):
        assert compare([], b"", [["a"], ["a"]], shown=10).added == [["a"], ["a"]]

    def test_shows_no_more_than_asked(self):
        difference = compare([], b"", [["a"]] * 9, shown=4)
        assert (len(difference.added), difference.added_count) == (4, 9)
