"""Rows as JSON in blocks."""

from hypothesis import given
from hypothesis import strategies as st

from huntline.hunting.results import BLOCK_ROWS, TOO_DEEP, JsonRows, gather, pack, prefix, unpack

PIECES = st.lists(
    st.lists(st.lists(st.integers(0, 9) | st.text(max_size=3), min_size=2, max_size=2), max_size=5), max_size=5
)


class TestGather:
    @given(PIECES)
    def test_keeps_every_row_in_order(self, pieces):
        rows = gather(pieces)
        assert list(rows) == [row for piece in pieces for row in piece]
        assert len(rows) == sum(map(len, pieces))

    def test_cuts_into_blocks_of_one_size(self):
        rows = gather([[[number] for number in range(BLOCK_ROWS * 2 + 1)]])
        assert [len(unpack(block)) for block in rows.blocks] == [BLOCK_ROWS, BLOCK_ROWS, 1]

    def test_nothing_is_nothing(self):
        assert list(gather([])) == []
        assert list(gather([[], []])) == []


class TestPack:
    def test_half_a_surrogate_pair_is_replaced(self):
        assert unpack(pack([["a\ud83d", {"\udc00": ["\ud83d\ude00"]}]])) == [["a\ufffd", {"\ufffd": ["😀"]}]]

    def test_an_integer_beyond_64_bits_keeps_its_digits(self):
        assert unpack(pack([[2**64 - 1, -(2**63), 2**64, True]])) == [
            [2**64 - 1, -(2**63), "18446744073709551616", True]
        ]

    def test_a_value_that_is_nested_too_deeply_says_so(self):
        value = []
        for _ in range(900):
            value = [value]
        (row,) = unpack(pack([["kept", value]]))
        assert row[0] == "kept"
        assert TOO_DEEP in str(row[1])


class TestPrefix:
    def test_puts_values_before_each_row(self):
        rows = prefix(JsonRows([pack([[1], [2]])], 2), ["aurora", "Aurora"])
        assert list(rows) == [["aurora", "Aurora", 1], ["aurora", "Aurora", 2]]
