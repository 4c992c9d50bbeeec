"""Text of the user never becomes SQL: through every position where a query can hold text, on the engine."""

import re

import pytest

from huntline import kql
from kql_tables import ACME, BIRCH

NASTY = [
    "'",
    "''",
    "\\",
    "\\'",
    "\\\\'",
    "' OR 1=1 --",
    "') OR ('1'='1",
    "'; DROP TABLE DeviceProcessEvents; --",
    "` FROM system.tables --",
    "{p0:String}",
    "{p0:Array(String)}",
    "{{p0:String}}",
    "%s %(x)s %%",
    "/* comment */",
    "-- comment",
    "# comment",
    "\x00null\x00byte",
    "tab\tline\nreturn\r",
    "ünï©ödé 日本語 🦊",
    "\u2028\u202e\ufeff",
    "$left.x",
    "_c1",
    "_TenantId",
    "x' UNION ALL SELECT _TenantId FROM DeviceProcessEvents --",
]


def literal(text):
    """Return the text as a KQL string."""
    escaped = (
        text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f'"{escaped}"'


POSITIONS = {
    "value": "print x = {}",
    "concatenation": "print x = strcat({}, '')",
    "list": "print x = iff({0} in ({0}, 'b'), {0}, 'wrong')",
    "folded list": "print x = iff({0} in~ ({0}, 'b'), {0}, 'wrong')",
    "equality": "datatable(s: string) [{0}] | where s == {0} | project x = s",
    "folded equality": "datatable(s: string) [{0}] | where s =~ {0} | project x = s",
    "contains": "datatable(s: string) [{0}] | where s contains {0} | project x = s",
    "startswith": "datatable(s: string) [{0}] | where s startswith {0} | project x = s",
    "endswith": "datatable(s: string) [{0}] | where s endswith {0} | project x = s",
    "dynamic": "print d = dynamic([{0}]) | project x = tostring(d[0])",
    "property": "print d = bag_pack({0}, {0}) | project x = tostring(d[{0}])",
    "let": "let v = {0}; print x = v",
    "replace": "print x = replace_string('@', '@', {0})",
    "pack": "print x = tostring(pack_array({0}, 1)[0])",
    "split": "print x = tostring(split(strcat({0}, '@@', 'b'), '@@')[0])",
    "join key": "datatable(s: string) [{0}] | join kind=inner (datatable(t: string) [{0}]) on $left.s == $right.t | project x = t",
    "group key": "datatable(s: string) [{0}] | summarize count() by s | project x = s",
    "set": "datatable(s: string) [{0}] | summarize a = make_set(s) | project x = tostring(a[0])",
    "case": "print x = case(1 == 1, {0}, 'no')",
    "parse": "print s = strcat('<', {0}, '>') | parse s with '<' x '>' | project x",
    "bag": "datatable(s: string) [{0}] | summarize b = make_bag(bag_pack('k', s)) | project x = tostring(b.k)",
    "function argument": "let f = (a: string) {{ print x = a }}; f({0})",
}


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("text", NASTY)
def test_text_comes_back_as_it_went_in(engine, position, text):
    assert engine.rows(POSITIONS[position].format(literal(text))) == [[text]]


@pytest.mark.parametrize("text", NASTY)
def test_names_of_columns_are_no_sql(engine, text):
    name = literal(text)
    answer = engine.run(f"print [{name}] = 1 | extend y = [{name}] + 1 | summarize z = max(y) by [{name}]")
    assert (answer.columns, answer.rows) == ([text, "z"], [[1, 2]])


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(
    "query",
    [
        "DeviceProcessEvents | where ProcessCommandLine has {} | project DeviceId",
        "DeviceProcessEvents | where ProcessCommandLine has_any ({0}, {0}) | project DeviceId",
        "DeviceProcessEvents | where ProcessCommandLine matches regex {} | project DeviceId",
        "DeviceProcessEvents | where extract({}, 0, ProcessCommandLine) == 'x' | project DeviceId",
        "DeviceProcessEvents | extend x = AdditionalFields[{}] | where isnotempty(x) | project DeviceId",
        "search in (DeviceProcessEvents) {} | project DeviceId",
        "DeviceProcessEvents | parse ProcessCommandLine with * {} tail | where isnotempty(tail) | project DeviceId",
        "DeviceProcessEvents | where tostring(parse_json(tostring(AdditionalFields))[{}]) == {0} | project DeviceId",
    ],
)
def test_conditions_never_reach_another_tenant(engine, compile_query, query, text):
    value = literal(text)
    found = compile_query(query.replace("{0}", value).replace("{}", value))
    if isinstance(found, kql.CompiledQuery):
        assert not [row for row in engine.rows(query.replace("{0}", value).replace("{}", value)) if row[0] == "b1"]


@pytest.mark.parametrize(
    "text", [text for text in NASTY if len(text) > 4 and not re.fullmatch(r"[\w$.]+|\{p0:.*", text)]
)
@pytest.mark.parametrize("position", POSITIONS)
def test_sql_holds_no_text_of_the_user(compile_query, position, text):
    found = compile_query(POSITIONS[position].format(literal(text)))
    assert isinstance(found, kql.CompiledQuery)
    assert text not in found.sql


class TestScopes:
    def test_every_table_is_read_within_the_scope(self, engine):
        assert engine.value("DeviceProcessEvents | count") == 5
        assert engine.value("DeviceProcessEvents | count", tenants=(BIRCH,)) == 1
        assert engine.value("DeviceProcessEvents | count", tenants=(ACME, BIRCH)) == 6

    def test_hidden_columns_have_no_name(self, compile_query):
        for name in ("_TenantId", "_IngestionTime"):
            found = compile_query(f"DeviceProcessEvents | project {name}")
            assert isinstance(found, kql.Diagnostics)
            assert found[0].code == "unresolved_column"

    def test_tables_of_the_engine_have_no_name(self, compile_query):
        for query in ("system.tables", "table('system.tables')", "union system*", "['system.tables'] | take 1"):
            assert isinstance(compile_query(query), kql.Diagnostics)

    def test_an_empty_scope_is_refused(self, compile_query):
        with pytest.raises(ValueError, match="at least one tenant"):
            compile_query("print 1", tenants=())
