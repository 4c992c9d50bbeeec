"""Pages of lists."""

from huntline.kernel import PageQuery


class TestPageQuery:
    def test_an_offset_beyond_every_list_is_one_that_databases_can_count_to(self):
        assert PageQuery(limit=1, offset=10**30).request().offset < 2**63 - 1000

    def test_others_stay_as_they_are(self):
        request = PageQuery(limit=7, offset=12).request()
        assert (request.size, request.offset) == (7, 12)
