"""Text of the user never becomes SQL: through every position where a query can hold text, on the engine."""

import re

import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from huntline import kql
from huntline.kql.binder.calls import AGGREGATE_SPECIAL, SPECIAL
from huntline.kql.functions import FUNCTIONS
from huntline.kql.functions.aggregates import AGGREGATES
from huntline.kql.functions.conversions import TARGETS
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


# Every function, every place of a text in it

HOSTILE = ["') OR 1=1 UNION ALL SELECT _TenantId --", "\\", "{p0:String}`; DROP TABLE x; --", "[](*+?%s\x00\u202e🦊"]
SAMPLES = {
    "bool": "true", "int": "int(2)", "long": "2", "real": "2.5", "decimal": "decimal(2)", "datetime": "Timestamp", "timespan": "1h",
    "dynamic": "dynamic({'a': [1, 'b']})", "guid": "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)", "string": "FileName", "any": "FileName",
    "same": "FileName", "array": "split(FileName, '.')", "texts": "dynamic(['a'])", "number": "ProcessId",
}  # fmt: skip
TAKES_TEXT = frozenset({"string", "text", "any", "same", "texts", "array", "dynamic"})
SPECIAL_ARGUMENTS = (
    ("FileName",), ("AdditionalFields", "'a'"), ("FileName", "'.'", "2"), ("true", "FileName", "FileName"),
)  # fmt: skip
OF_THE_VALUE = frozenset({69, 128, 131, 159, 168, 321, 407, 427, 440})
"""Codes of the engine for a value that a function does not take, or cannot work on in time: an answer, and not a way out."""
ROWS_OF_ACME = "DeviceProcessEvents | where ProcessId < 12 | sort by ProcessId asc"


def signatures():
    """Return for every function the arguments that it may be given, each with the places that take a text: (name, gathers) -> [...]."""
    found = {}
    for table, gathers in ((FUNCTIONS, False), (AGGREGATES, True)):
        for name, row in table.items():
            for spec in row.overloads if gathers else row:
                count = (
                    max(spec.least, min(len(spec.parameters), spec.most or len(spec.parameters)))
                    if spec.parameters
                    else 0
                )
                kinds = [spec.parameters[min(i, len(spec.parameters) - 1)].kind for i in range(count)]
                places = [i for i, kind in enumerate(kinds) if kind in TAKES_TEXT]
                found.setdefault((name, gathers), []).append(
                    ([SAMPLES.get(kind, "FileName") for kind in kinds], places)
                )
    for table, gathers in ((SPECIAL, False), (AGGREGATE_SPECIAL, True), (TARGETS, False)):
        for name in table:
            shapes = [(list(given), range(len(given))) for given in SPECIAL_ARGUMENTS]
            found.setdefault((name, gathers), []).extend(shapes)
    return found


SIGNATURES = signatures()


def hostile_calls(name, given):
    """Yield calls of a function with a hostile text in each place."""
    for arguments, places in given:
        for place in places:
            for text in HOSTILE:
                changed = [*arguments]
                changed[place] = literal(text)
                yield f"{name}({', '.join(changed)})"


@pytest.mark.parametrize(
    ("name", "gathers"), [pytest.param(*key, id=f"{key[0]}{' (aggregate)' if key[1] else ''}") for key in SIGNATURES]
)
def test_no_function_lets_a_text_out(engine, compile_query, name, gathers):
    verb = "summarize" if gathers else "extend"
    good = []
    for call in hostile_calls(name, SIGNATURES[name, gathers]):
        found = compile_query(f"{ROWS_OF_ACME} | {verb} x = {call} | project x")
        if isinstance(found, kql.CompiledQuery):
            assert not [text for text in HOSTILE if len(text) > 1 and text in found.sql], call
            good.append(call)
        else:
            assert "internal" not in {item.code for item in found}, call
    columns = [f"x{i} = {call}" for i, call in enumerate(good)]
    if columns and not is_answered(engine, verb, columns):
        # One of the texts is no value of the function; the others must still be answered.
        for column in columns:
            is_answered(engine, verb, [column])


def is_answered(engine, verb, columns):
    """Run the columns and look for the other tenant in the answer; return False where the engine refuses a value."""
    names = ", ".join(column.partition(" ")[0] for column in columns)
    query = f"{ROWS_OF_ACME} | {verb} {', '.join(columns)} | project {names}"
    try:
        answer = engine.rows(query)
    except DatabaseError as error:
        if getattr(error, "code", None) in OF_THE_VALUE:
            return False
        raise AssertionError(query) from error
    assert "birch" not in str(answer)
    assert verb == "summarize" or len(answer) == 2
    return True
