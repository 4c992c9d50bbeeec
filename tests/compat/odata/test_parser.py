"""What clients write in `$filter` and `$orderby`, quirk by quirk, and what is refused where."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huntline.compat.errors import ODataError
from huntline.compat.odata.parser import DEEPEST, LONGEST, MOST_CONDITIONS, parse_filter, parse_names, parse_orderby
from huntline.compat.odata.syntax import Call, Comparison, Junction, Membership, Moment, Name, Negation, Operator


def literal_of(text: str) -> object:
    expression = parse_filter(f"x eq {text}")
    assert isinstance(expression, Comparison)
    return expression.literal.value


def shape_of(expression: object) -> object:
    """The tree without positions, as nested tuples."""
    match expression:
        case Comparison(name, operator, literal):
            return (name.text, operator.value, literal.value)
        case Membership(name, literals):
            return (name.text, "in", *(item.value for item in literals))
        case Call(function, name, literal):
            return (function, name.text, literal.value)
        case Negation(inner):
            return ("not", shape_of(inner))
        case Junction(connective, parts):
            return (connective.value, *map(shape_of, parts))


class TestFilter:
    @pytest.mark.parametrize("operator", list(Operator))
    def test_every_operator(self, operator):
        assert shape_of(parse_filter(f"incidentId {operator} 5")) == ("incidentId", operator, 5)
        assert shape_of(parse_filter(f"incidentId {operator.upper()} 5")) == ("incidentId", operator, 5)

    @pytest.mark.parametrize(
        ("text", "shape"),
        [
            ("status eq 'New'", ("status", "eq", "New")),
            ("id eq 'O''Neil'", ("id", "eq", "O'Neil")),
            ("assignedTo eq null", ("assignedTo", "eq", None)),
            ("isAadJoined eq true", ("isAadJoined", "eq", True)),
            ("a eq -5", ("a", "eq", -5)),
            ("a lt 1.5", ("a", "lt", 1.5)),
            ("severity in ('High', 'Medium')", ("severity", "in", "High", "Medium")),
            ("severity in ('High')", ("severity", "in", "High")),
            ("severity IN('High','Low')", ("severity", "in", "High", "Low")),
            ("startswith(computerDnsName,'srv')", ("startswith", "computerDnsName", "srv")),
            ("StartsWith( computerDnsName , 'srv' )", ("startswith", "computerDnsName", "srv")),
            ("not (status eq 'New')", ("not", ("status", "eq", "New"))),
            ("not not status eq 'New'", ("status", "eq", "New")),
            ("not startswith(a,'b')", ("not", ("startswith", "a", "b"))),
            ("a eq 1 or b eq 2 and c eq 3", ("or", ("a", "eq", 1), ("and", ("b", "eq", 2), ("c", "eq", 3)))),
            ("(a eq 1 or b eq 2) and c eq 3", ("and", ("or", ("a", "eq", 1), ("b", "eq", 2)), ("c", "eq", 3))),
            ("a eq 1 AND b eq 2 And c eq 3", ("and", ("a", "eq", 1), ("b", "eq", 2), ("c", "eq", 3))),
        ],
    )
    def test_shapes(self, text, shape):
        assert shape_of(parse_filter(text)) == shape

    def test_what_xsoar_puts_together(self):
        text = "(detectionSource+eq+'CustomerTI')) and ((status+eq+'New') or (status+eq+'Resolved'))"
        assert shape_of(parse_filter(f"({text}")) == (
            "and",
            ("detectionSource", "eq", "CustomerTI"),
            ("or", ("status", "eq", "New"), ("status", "eq", "Resolved")),
        )


class TestPlus:
    """After decoding, a plus between tokens is a blank."""

    def test_between_tokens(self):
        expression = parse_filter("alertCreationTime+gt+2024-01-02T03:04:05Z+and+status+eq+'New'")
        assert shape_of(expression) == (
            "and",
            ("alertCreationTime", "gt", Moment(datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC))),
            ("status", "eq", "New"),
        )

    def test_not_in_an_offset(self):
        expression = parse_filter("a+gt+2024-01-01T00:00:00+01:00+and+b+eq+1")
        assert shape_of(expression)[1][2].at == datetime(2023, 12, 31, 23, tzinfo=UTC)

    def test_not_inside_quotes(self):
        assert literal_of("'a+b'") == "a+b"

    def test_in_orderby(self):
        (term,) = parse_orderby("alertCreationTime+desc")
        assert (term.name.text, term.descending) == ("alertCreationTime", True)


class TestMoments:
    @pytest.mark.parametrize(
        ("text", "at"),
        [
            ("2018-08-01Z", datetime(2018, 8, 1, tzinfo=UTC)),
            ("2018-08-01", datetime(2018, 8, 1, tzinfo=UTC)),
            ("2018-08-01T10:20Z", datetime(2018, 8, 1, 10, 20, tzinfo=UTC)),
            ("2018-08-01T10:20:30Z", datetime(2018, 8, 1, 10, 20, 30, tzinfo=UTC)),
            ("2018-08-01t10:20:30z", datetime(2018, 8, 1, 10, 20, 30, tzinfo=UTC)),
            ("2018-08-01T10:20:30", datetime(2018, 8, 1, 10, 20, 30, tzinfo=UTC)),
            ("2018-08-01T10:20:30.5Z", datetime(2018, 8, 1, 10, 20, 30, 500_000, tzinfo=UTC)),
            ("2018-08-01T10:20:30.123456Z", datetime(2018, 8, 1, 10, 20, 30, 123_456, tzinfo=UTC)),
            ("2018-08-01T10:20:30.1234560Z", datetime(2018, 8, 1, 10, 20, 30, 123_456, tzinfo=UTC)),
            ("2018-08-01T10:20:30.123456000+00:00", datetime(2018, 8, 1, 10, 20, 30, 123_456, tzinfo=UTC)),
            ("2018-08-01T10:20:30-05:30", datetime(2018, 8, 1, 15, 50, 30, tzinfo=UTC)),
        ],
    )
    def test_every_form(self, text, at):
        assert literal_of(text) == Moment(at)

    @pytest.mark.parametrize("digits", ["1234567", "123456789", "0000001"])
    def test_finer_than_a_microsecond_is_remembered(self, digits):
        moment = literal_of(f"2018-08-01T10:20:30.{digits}Z")
        assert moment == Moment(datetime(2018, 8, 1, 10, 20, 30, int(digits[:6]), tzinfo=UTC), exact=False)

    @given(
        st.datetimes(timezones=st.builds(timezone, st.integers(-14 * 60, 14 * 60).map(lambda m: timedelta(minutes=m))))
    )
    def test_what_python_writes_is_read_back(self, at):
        try:
            expected = at.astimezone(UTC)
        except OverflowError:
            return
        assert literal_of(at.isoformat()) == Moment(expected)

    @pytest.mark.parametrize(
        "text", ["2018-13-01Z", "2018-02-30T00:00:00Z", "2018-01-01T25:00:00Z", "0001-01-01T00:00:00+14:00"]
    )
    def test_no_such_day(self, text):
        with pytest.raises(ODataError, match=r"is not a date.*position 5"):
            parse_filter(f"x eq {text}")


class TestRefusal:
    @pytest.mark.parametrize(
        ("text", "position"),
        [
            ("status", 6),
            ("status eq", 9),
            ("status eq ", 10),
            ("status eq New", 10),
            ("status is 'New'", 7),
            ("status eq 'New", 10),
            ("status eq 'New' and", 19),
            ("status eq 'New' nand b eq 1", 16),
            ("(status eq 'New'", 16),
            ("status eq 'New')", 15),
            ("status in 'New'", 10),
            ("status in ()", 11),
            ("startswith(a)", 12),
            ("substringof('a',b)", 0),
            ("evidence/any(e: e eq 1)", 14),
            ("evidence/any(e eq 1)", 0),
            ("'New' eq status", 0),
            ("a eq 2024-01-01T00:00:00Zjunk", 5),
            ("a eq datetime'2024-01-01'", 5),
            ("a eq 99999999999999999999", 5),
            ("a; drop table", 1),
            ("a eq \0", 5),
        ],
    )
    def test_says_where(self, text, position):
        with pytest.raises(ODataError) as caught:
            parse_filter(text)
        assert caught.value.detail["position"] == position
        assert caught.value.message.endswith(f"At position {position}.")

    def test_nested_too_deep(self):
        assert parse_filter("(" * (DEEPEST - 1) + "a eq 1" + ")" * (DEEPEST - 1))
        with pytest.raises(ODataError, match="nested"):
            parse_filter("(" * 10_000 + "a eq 1" + ")" * 10_000)

    def test_too_many_conditions(self):
        assert parse_filter(" or ".join(["a eq 1"] * MOST_CONDITIONS))
        with pytest.raises(ODataError, match="conditions"):
            parse_filter(" or ".join(["a eq 1"] * (MOST_CONDITIONS + 1)))

    def test_too_long(self):
        with pytest.raises(ODataError, match="longer"):
            parse_filter("a eq '" + "x" * LONGEST + "'")

    @given(st.text(max_size=60) | st.text("aeq12 '()+-:TZ,.nortd", max_size=60))
    def test_any_text_is_read_or_refused(self, text):
        with contextlib.suppress(ODataError):
            assert parse_filter(text)


class TestNames:
    def test_orderby(self):
        terms = parse_orderby("severity desc, alertCreationTime ASC,id")
        assert [(term.name.text, term.descending) for term in terms] == [
            ("severity", True),
            ("alertCreationTime", False),
            ("id", False),
        ]

    def test_select(self):
        assert parse_names("id, title") == (Name("id", 0), Name("title", 4))
        assert parse_names("*") == (Name("*", 0),)

    @pytest.mark.parametrize("text", ["", ",", "id,", "id title", "id asc desc", "5"])
    def test_refusal(self, text):
        with pytest.raises(ODataError):
            parse_orderby(text)
