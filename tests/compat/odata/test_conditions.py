"""Filters against rows of a real table, compared with the same condition said in Python."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huntline.compat.errors import ODataError
from huntline.compat.odata import (
    DATETIME,
    INTEGER,
    TEXT,
    UNSTORED,
    UUID,
    Properties,
    Property,
    condition,
    enumeration,
    ordering,
)
from huntline.compat.odata.parser import DEEPEST, MOST_CONDITIONS, MOST_TERMS, parse_filter, parse_orderby

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 1, tzinfo=UTC)
COLOUR = enumeration("Colour", {"Red": "person", "Green": "client", "Grey": UNSTORED})
# The audit record stands in for a table: text, number, time, an enumeration, a nullable id.
ENTRIES = Properties(
    "Entry",
    [
        Property("Number", INTEGER, "sequence"),
        Property("Made", DATETIME, "at"),
        Property("Title", TEXT, "action"),
        Property("Owner", TEXT, "object_id", null=""),
        Property("Colour", COLOUR, "actor_kind"),
        Property("Place", UUID, "tenant_id"),
        Property("Nothing", INTEGER),
    ],
)


@pytest.fixture
def entries(db):
    from huntline.audit.models import Entry

    rows = [
        Entry(
            sequence=number,
            at=START + timedelta(microseconds=number),
            action=f"Thing {number}",
            object_id="" if number % 2 else f"o{number}",
            actor_kind="person" if number < 3 else "client",
            tenant_id=uuid.UUID(int=1) if number == 4 else None,
            hash=str(number),
        )
        for number in range(5)
    ]
    Entry.objects.bulk_create(rows)
    return Entry


def found(model, text: str) -> list[int]:
    rows = model.objects.filter(condition(parse_filter(text), ENTRIES))
    return sorted(rows.values_list("sequence", flat=True))


def ordered(model, text: str) -> list[int]:
    rows = model.objects.order_by(*ordering(parse_orderby(text), ENTRIES), "sequence")
    return list(rows.values_list("sequence", flat=True))


class TestCondition:
    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("number eq 3", [3]),
            ("NUMBER ne 3", [0, 1, 2, 4]),
            ("number gt 3 or number lt 1", [0, 4]),
            ("number ge 3 and number le 3", [3]),
            ("not (number in (1,2))", [0, 3, 4]),
            ("title eq 'Thing 1'", [1]),
            ("startswith(title,'thing')", [0, 1, 2, 3, 4]),
            ("endswith(title,'3') or contains(title,'G 4')", [3, 4]),
            ("startswith(title,'%')", []),
            ("contains(title,'_')", []),
            ("owner eq null", [1, 3]),
            ("owner ne null", [0, 2, 4]),
            ("colour eq 'red'", [0, 1, 2]),
            ("colour in ('Green','Grey')", [3, 4]),
            ("colour ne 'Grey'", [0, 1, 2, 3, 4]),
            ("colour eq 'Grey'", []),
            ("place eq null", [0, 1, 2, 3]),
            ("place ne null", [4]),
            ("place eq '0195b2f4-0000-7000-8000-000000000000'", []),
            ("place eq 'no uuid'", []),
            (f"place eq '{uuid.UUID(int=1)}'", [4]),
            ("nothing eq null", [0, 1, 2, 3, 4]),
            ("nothing ne null", []),
            ("nothing eq 5", []),
            ("nothing ne 5", [0, 1, 2, 3, 4]),
            ("nothing gt 5", []),
            ("nothing eq null or number eq 1", [0, 1, 2, 3, 4]),
            ("not (nothing eq null)", []),
            ("nothing eq 5 or number eq 1", [1]),
            ("title eq 'a\0b'", []),
        ],
    )
    def test_rows(self, entries, text, numbers):
        assert found(entries, text) == numbers

    @pytest.mark.parametrize(
        ("operator", "numbers"),
        [("eq", []), ("ne", [0, 1, 2, 3, 4]), ("gt", [3, 4]), ("ge", [3, 4]), ("lt", [0, 1, 2]), ("le", [0, 1, 2])],
    )
    def test_a_time_finer_than_what_is_stored(self, entries, operator, numbers):
        assert found(entries, f"made {operator} 2026-01-01T00:00:00.0000025Z") == numbers

    @pytest.mark.parametrize(
        ("operator", "numbers"),
        [("eq", [2]), ("ne", [0, 1, 3, 4]), ("gt", [3, 4]), ("ge", [2, 3, 4]), ("lt", [0, 1]), ("le", [0, 1, 2])],
    )
    def test_our_own_seven_digits_come_back_exactly(self, entries, operator, numbers):
        assert found(entries, f"made {operator} 2026-01-01T00:00:00.0000020Z") == numbers

    @pytest.mark.parametrize(
        "text",
        [
            "number eq '3'",
            "number eq 1.5",
            "number eq true",
            "number eq 9999999999999999999",
            "title eq 3",
            "made eq '2026-01-01'",
            "made gt 5",
            "colour eq 'Blue'",
            "colour gt 'Red'",
            "title gt 'a'",
            "startswith(number,'1')",
            "startswith(title,5)",
            "unknown eq 1",
            "pk eq 1",
            "sequence eq 1",
            "action eq 'x'",
            "title__contains eq 'x'",
            "tenant/slug eq 'aurora'",
        ],
    )
    def test_refusals_have_a_position(self, db, text):
        with pytest.raises(ODataError, match="At position"):
            condition(parse_filter(text), ENTRIES)

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_agrees_with_python(self, entries, data):
        number = st.integers(-1, 5)
        comparison = st.tuples(st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]), number).map(
            lambda pair: (f"number {pair[0]} {pair[1]}", f"(n {PYTHON[pair[0]]} {pair[1]})")
        )
        pairs = st.recursive(
            comparison,
            lambda inner: st.one_of(
                inner.map(lambda one: (f"not ({one[0]})", f"(not {one[1]})")),
                st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                    lambda parts: (
                        f"({parts[0][0]}) {parts[1]} ({parts[2][0]})",
                        f"({parts[0][1]} {parts[1]} {parts[2][1]})",
                    )
                ),
            ),
            max_leaves=6,
        )
        odata, python = data.draw(pairs)
        assert found(entries, odata) == [n for n in range(5) if eval(python, {"n": n})]


PYTHON = {"eq": "==", "ne": "!=", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


class TestOrdering:
    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("made desc", [4, 3, 2, 1, 0]),
            ("NUMBER", [0, 1, 2, 3, 4]),
            ("colour", [0, 1, 2, 3, 4]),
            ("colour desc,number desc", [4, 3, 2, 1, 0]),
            ("owner desc", [4, 2, 0, 1, 3]),
            ("nothing desc", [0, 1, 2, 3, 4]),
            ("place desc, number", [4, 0, 1, 2, 3]),
            ("place, number", [0, 1, 2, 3, 4]),
        ],
    )
    def test_rows(self, entries, text, numbers):
        assert ordered(entries, text) == numbers

    def test_unknown(self):
        with pytest.raises(ODataError, match="“colours”"):
            ordering(parse_orderby("colours"), ENTRIES)


class TestBounds:
    """The largest filters that are read are ones that the database can answer."""

    def test_conditions(self, entries):
        assert found(entries, " or ".join(["not (number ne 1)"] * MOST_CONDITIONS)) == [1]

    def test_depth(self, entries):
        depth = DEEPEST - 1
        assert found(entries, "not (" * depth + "number eq 1" + ")" * depth) == ([0, 2, 3, 4] if depth % 2 else [1])

    def test_a_long_list(self, entries):
        assert found(entries, f"number in ({','.join(['3'] * 15_000)})") == [3]

    def test_a_list_with_null(self, entries):
        assert found(entries, "owner in ('o2',null)") == [1, 2, 3]
        assert found(entries, "place in (null)") == [0, 1, 2, 3]

    def test_terms(self, entries):
        assert ordered(entries, ",".join(["number"] * MOST_TERMS)) == [0, 1, 2, 3, 4]
        with pytest.raises(ODataError, match="terms"):
            parse_orderby(",".join(["number"] * (MOST_TERMS + 1)))
