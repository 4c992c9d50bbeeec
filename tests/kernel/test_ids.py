"""Ids sort by time of birth, within a millisecond too."""

import uuid
from concurrent.futures import ThreadPoolExecutor

from huntline.kernel import new_id, short_id


class TestNewId:
    def test_is_a_version_7_of_the_present_millisecond(self, clock):
        made = new_id()
        assert (made.version, made.variant) == (7, uuid.RFC_4122)
        assert made.int >> 80 == int(clock.now().timestamp() * 1000)

    def test_sorts_in_the_order_of_making(self, clock):
        made = [new_id() for _ in range(1000)]
        assert made == sorted(made)
        assert len(set(made)) == 1000

    def test_threads_make_no_id_twice(self, clock):
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: new_id(), range(2000)))
        assert len(set(made)) == 2000


class TestShortId:
    def test_holds_nothing_that_is_taken_for_another(self):
        assert not set("ILOU01") & set(short_id(500))
