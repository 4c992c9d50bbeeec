"""System query options: any case, and what is no option is ignored."""

import pytest
from django.http import QueryDict

from huntline.compat.errors import ODataError
from huntline.compat.odata import Options, read_options


def options(query: str, **more: int) -> Options:
    return read_options(QueryDict(query), **more)


class TestReadOptions:
    def test_none(self):
        assert options("") == Options()

    def test_dollar_and_its_escape_in_any_case(self):
        assert options("$top=5&%24skip=7") == options("$TOP=5&%24Skip=7") == Options(top=5, skip=7)

    def test_unknown_parameters_are_ignored(self):
        assert options("pageSize=10000&limit=1&top=3&$format=json&filter=x") == Options()

    def test_empty_values_are_no_options(self):
        assert options("$filter=&$orderby=&$select=&$expand=") == Options()

    def test_select_everything(self):
        assert options("$select=*") == Options()

    def test_count(self):
        assert options("$count=True").count

    def test_the_wire_of_xsoar(self):
        found = options(
            "%24filter=alertCreationTime%2Bgt%2B2024-01-01T00:00:00Z&%24orderby=alertCreationTime%2Basc&$top=1000"
        )
        assert found.filter is not None
        assert [term.name.text for term in found.orderby] == ["alertCreationTime"]
        assert found.top == 1000

    @pytest.mark.parametrize("query", ["$top=0", "$top=10000", "$skip=2147483647"])
    def test_bounds(self, query):
        assert options(query)

    @pytest.mark.parametrize(
        "query",
        ["$top=10001", "$top=-1", "$top=x", "$top=", "$top=1.5", "$top=²", "$skip=-1", "$skip=2147483648", "$count=maybe",
         "$top=" + "9" * 5000],
    )  # fmt: skip
    def test_out_of_bounds(self, query):
        with pytest.raises(ODataError):
            options(query)

    @pytest.mark.parametrize("query", ["$apply=groupby((status))", "$search=x", "$skiptoken=x", "$compute=x"])
    def test_options_that_would_change_the_answer_are_refused(self, query):
        with pytest.raises(ODataError, match="not supported"):
            options(query)
