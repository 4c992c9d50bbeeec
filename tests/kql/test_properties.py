"""What must hold for any text: no exception, a scope in every leaf, values that come back."""

from datetime import UTC

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huntline import kql
from huntline.kql.binder import State, bind, prelude_names
from huntline.kql.binder.calls import AGGREGATE_SPECIAL, SPECIAL
from huntline.kql.emit.printer import quote_identifier
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.absent import ABSENT
from huntline.kql.functions.aggregates import AGGREGATES
from huntline.kql.functions.conversions import TARGETS
from huntline.kql.functions.text_search import quote_regex
from huntline.kql.lexer import string_value
from huntline.kql.literals import (
    datetime_ticks,
    format_datetime,
    format_timespan,
    parse_datetime,
    parse_timespan,
)
from huntline.kql.parser import parse
from huntline.kql.source import Limits, Source
from huntline.kql.traversal import scans
from kql_tables import NOW, TABLES, TestCatalog, TestScope

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

COLUMNS = ["FileName", "ProcessId", "FileSize", "Timestamp", "AdditionalFields", "DeviceId", "ProcessCommandLine"]
SCALARS = st.recursive(
    st.sampled_from([*COLUMNS, "1", "'x'", "1h", "now()", "dynamic(['a'])", "true", "long(null)"]),
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from(["+", "-", "==", "!=", "<", "and", "or", "has", "contains", "in~", "/"]), inner
        ).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        st.tuples(
            st.sampled_from(
                ["tostring", "tolong", "isempty", "not", "strlen", "tolower", "parse_json", "ago", "todatetime"]
            ),
            inner,
        ).map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.tuples(st.sampled_from(["bin", "iff", "strcat", "split", "coalesce", "pack_array"]), inner, inner).map(
            lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"
        ),
    ),
    max_leaves=6,
)
TABLE_NAMES = st.sampled_from([*TABLES, "Device*", "NoSuchTable"])
OPERATORS = st.one_of(
    SCALARS.map(lambda x: f"where {x}"),
    SCALARS.map(lambda x: f"extend y = {x}"),
    SCALARS.map(lambda x: f"project a = {x}, DeviceId"),
    SCALARS.map(lambda x: f"summarize count(), m = max({x}) by DeviceId"),
    SCALARS.map(lambda x: f"summarize arg_max({x}, *) by DeviceId"),
    SCALARS.map(lambda x: f"where DeviceId in ((DeviceNetworkEvents | where {x} | project DeviceId))"),
    SCALARS.map(lambda x: f"extend z = toscalar(DeviceRegistryEvents | summarize max({x}))"),
    st.tuples(st.sampled_from(["inner", "leftouter", "leftanti", "rightsemi", "fullouter", "innerunique"]), TABLE_NAMES).map(
        lambda parts: f"join kind={parts[0]} ({parts[1]}) on DeviceId"
    ),
    TABLE_NAMES.map(lambda name: f"union {name}"),
    st.sampled_from(
        [
            "take 3", "count", "distinct DeviceId", "sort by DeviceId", "top 2 by DeviceId", "serialize n = row_number()", "search 'x'",
            "mv-expand AdditionalFields", "as T", "project-away Device*", "invoke FileProfile(SHA1)", "getschema",
            "mv-apply x = AdditionalFields on (take 1)",
        ]
    ),
)  # fmt: skip
QUERIES = st.tuples(TABLE_NAMES, st.lists(OPERATORS, max_size=5)).map(
    lambda parts: ("union " if "*" in parts[0] else "") + " | ".join([parts[0], *parts[1]])
)


def compile_text(text):
    return kql.compile(text, catalog=TestCatalog(), scope=TestScope(), now=NOW)


@QUICK
@given(st.text(max_size=300))
@example("let x = ")
@example("print '\ud800'")
@example("T | where x in (")
@example("\\")
def test_no_text_makes_it_raise(text):
    assert isinstance(compile_text(text), kql.CompiledQuery | kql.Diagnostics)


@QUICK
@given(
    st.lists(
        st.sampled_from(
            [
                "let",
                "x",
                "=",
                "(",
                ")",
                "{",
                "}",
                "|",
                "where",
                "'a'",
                "1",
                "1d",
                "dynamic(",
                "[",
                "]",
                ",",
                ";",
                "in",
                "..",
                "*",
                "==",
                "summarize",
                "by",
                "DeviceProcessEvents",
                "join",
                "on",
                "union",
                "print",
                "datatable(a:long)",
                "-",
                ".",
            ]
        ),
        max_size=40,
    )
)
def test_no_row_of_tokens_makes_it_raise(tokens):
    assert isinstance(compile_text(" ".join(tokens)), kql.CompiledQuery | kql.Diagnostics)


@QUICK
@given(QUERIES)
def test_no_query_makes_it_raise_and_every_leaf_has_a_scope(text):
    found = compile_text(text)
    if isinstance(found, kql.Diagnostics):
        assert "internal" not in {item.code for item in found}
        return
    program, _ = parse(Source(text), Limits())
    scope = TestScope()
    state = State(
        source=Source(text),
        catalog=TestCatalog(),
        scope=scope,
        limits=Limits(),
        now=datetime_ticks(NOW),
        window=None,
        names=prelude_names(),
    )
    plan, _ = bind(state, program)
    leaves = list(scans(plan))
    assert all(leaf.scope is scope for leaf in leaves)
    for name in TABLES:
        assert found.sql.count(f"FROM `{name}` WHERE `_TenantId` = ") == found.sql.count(f"FROM `{name}`")


POOL = [
    "'abc'", "'10.0.0.1/24'", "'https://a.b/c?d=e'", "5", "2.5", "true", "datetime(2020-01-02 03:04:05)", "1h", "dynamic([1, 2])",
    "dynamic({'a': 'b'})", "FileName", "FileSize", "AdditionalFields", "Timestamp", "long(null)", "split(FileName, '.')", "'day'", "-1",
]  # fmt: skip
NAMES = sorted({*FUNCTIONS, *SPECIAL, *TARGETS})
AGGREGATE_NAMES = sorted({*AGGREGATES, *AGGREGATE_SPECIAL})


def calls(name, template):
    """Yield calls of a function with one to three arguments of every kind."""
    yield template.format(f"{name}()")
    for i, first in enumerate(POOL):
        second, third = POOL[(i * 7 + 3) % len(POOL)], POOL[(i * 5 + 1) % len(POOL)]
        yield template.format(f"{name}({first})")
        arguments = [(first, first), (first, second), (first, second, third), (second, first, first)][i % 4]
        yield template.format(f"{name}({', '.join(arguments)})")


def test_no_function_is_both_compiled_and_absent():
    assert not ABSENT & {*NAMES, *AGGREGATE_NAMES}


@pytest.mark.parametrize(
    ("name", "template"),
    [(name, "DeviceProcessEvents | sort by ProcessId | extend x = {} | project x") for name in NAMES]
    + [(name, "DeviceProcessEvents | summarize x = {}") for name in AGGREGATE_NAMES],
)
def test_every_function_refuses_or_runs(engine, name, template):
    for text in calls(name, template):
        found = compile_text(text)
        if isinstance(found, kql.Diagnostics):
            assert "internal" not in {item.code for item in found}, text
            continue
        try:
            engine.rows(text)
        except Exception as error:
            raise AssertionError(f"{text}\n{found.sql}") from error


@QUICK
@given(QUERIES)
def test_what_compiles_runs(engine, text):
    found = compile_text(text)
    if isinstance(found, kql.CompiledQuery):
        engine.rows(text)


@QUICK
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_strings_are_read_as_they_were_written(text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert string_value(f'"{escaped}"', 0) == text
    assert string_value('@"' + text.replace('"', '""') + '"', 0) == text


@QUICK
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20))
def test_values_come_back_from_the_engine(engine, text):
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    assert engine.rows(f'print a = "{escaped}", b = tostring(dynamic(["{escaped}"])[0])') == [[text, text]]


@QUICK
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12))
def test_quoted_patterns_match_their_text(engine, text):
    found = engine.client.query(
        "SELECT match({t:String}, {p:String})", parameters={"t": text, "p": f"^(?s){quote_regex(text)}$"}
    )
    assert found.result_rows == [(1,)]


@QUICK
@given(st.text(min_size=1))
def test_quoted_identifiers_hold_together(name):
    quoted = quote_identifier(name)
    inner = quoted[1:-1].replace("\\\\", "").replace("\\`", "")
    assert quoted[0] == quoted[-1] == "`"
    assert "`" not in inner
    assert "\\" not in inner


@QUICK
@given(st.integers(-(10**18), 10**18))
def test_timespans_are_read_as_they_are_printed(ticks):
    assert parse_timespan(format_timespan(ticks)) == ticks


@QUICK
@given(st.datetimes())
def test_datetimes_are_read_as_they_are_printed(moment):
    ticks = datetime_ticks(moment.replace(tzinfo=UTC))
    assert parse_datetime(format_datetime(ticks)) == ticks
