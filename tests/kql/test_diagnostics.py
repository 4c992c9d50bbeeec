"""What is wrong with a text: its code, where it stands, what would help."""

import time

import pytest

from huntline import kql

# query, with «» round the place of the first diagnostic -> code, part of the message, fix
INVALID = [
    ("DeviceProcessEvents | where «DeviceNam» == 'x'", "unresolved_column", "named 'DeviceNam'", "DeviceName"),
    ("DeviceProcessEvents | «wher» x", "unknown_operator", "'wher' is not a query operator", "where"),
    ("«DeviceProcesEvents» | take 1", "unresolved_table", "named 'DeviceProcesEvents'", "DeviceProcessEvents"),
    ("print «tostrng»(1)", "unknown_function", "Unknown function: 'tostrng'.", "tostring"),
    ("DeviceProcessEvents | where «FileName»", "condition_type", "must be of type bool", None),
    ("DeviceProcessEvents | where «FileName + 1» == 2", "operator_types", "'+'", None),
    ("DeviceProcessEvents | where «Timestamp == 1.5»", "cannot_compare", "datetime and real", None),
    ("DeviceProcessEvents | where ProcessId has «'x'»", "operator_types", "'has'", None),
    ("print «substring('a')»", "argument_count", "substring()", None),
    ("DeviceProcessEvents | summarize «count(FileName)»", "argument_count", "expects 0 argument(s)", None),
    ('print x = «"abc»', "unterminated_string", "not closed", None),
    ('print x = "a«\\q»"', "bad_escape", "verbatim", None),
    ("print «datetime(2020-13-45)»", "bad_literal", "valid datetime", None),
    ("DeviceProcessEvents | take «»", "syntax", "the end of the query", None),
    ("DeviceProcessEvents | where FileName in ('a' «take» 1", "syntax", "expected ')'", None),
    ("let x = 1;", "empty_query", "no tabular expression", None),
    (
        "DeviceProcessEvents | join «kind=sideways» (DeviceNetworkEvents) on DeviceId",
        "unknown_join_kind",
        "'sideways'",
        None,
    ),
    ("DeviceProcessEvents | join (DeviceNetworkEvents) on «FileName»", "join_column_missing", "right side", None),
    ("DeviceProcessEvents | summarize «avgg»(FileSize)", "unknown_function", "avgg", "avg"),
    ("DeviceProcessEvents | where «count()» > 1", "aggregate_here", "aggregate function", None),
    ("DeviceProcessEvents | extend n = «row_number()»", "row_order", "serialized", None),
    ("DeviceProcessEvents | where FileName matches regex «'(?=x)'»", "invalid_regex", "look-around", None),
    ("DeviceProcessEvents | where FileName matches regex «'a('»", "invalid_regex", "not closed", None),
    ("«externaldata(a: string) ['https://example.com/x.csv']»", "externaldata_not_allowed", "not allowed", None),
    ("DeviceProcessEvents | «scan» with (step s: true;)", "scan_order", "must be serialized", None),
    (
        "range x from 1 to 2 step 1 | scan declare (a: long) with (step s: true => «b» = 1;)",
        "unresolved_column",
        "'b'",
        None,
    ),
    (
        "range x from 1 to 2 step 1 | scan declare (a: long) with (step s: true => aa = 1;)",
        "unresolved_column",
        "'aa'",
        None,
    ),
    ("range x from 1 to 2 step 1 | scan with (step s: «s.y» == 1;)", "unresolved_column", "'y'", None),
    ("range x from 1 to 2 step 1 | scan with (step s: «t».x == 1; step t: true;)", "unresolved_column", "'t'", None),
    ("range x from 1 to 2 step 1 | scan with (step s: true; «step s: true;»)", "duplicate_name", "twice", None),
    ("range x from 1 to 2 step 1 | scan declare («x: long») with (step s: true;)", "duplicate_column", "'x'", None),
    (
        "range x from 1 to 2 step 1 | scan declare (a: long) with (step s: true => a = «'t'»;)",
        "cannot_compare",
        "casts",
        None,
    ),
    (
        "range x from 1 to 2 step 1 | scan declare (a: long = «now()») with (step s: true;)",
        "invalid_value",
        "constant",
        None,
    ),
    ("range x from 1 to 2 step 1 | scan with (step s output=«some»: true;)", "syntax", "'all', 'last' or 'none'", None),
    ("range x from 1 to 2 step 1 | scan with (step s: «'x'»;)", "condition_type", "bool", None),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | «where true»",
        "graph_here",
        "A graph is no table",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n",
        "graph_here",
        "A graph is no table",
        None,
    ),
    ("datatable(a: string) [] | «graph-match» (x) project 1", "graph_expected", "'graph-match' needs a graph", None),
    ("datatable(a: string) [] | make-graph «c» --> a", "unresolved_column", "'c'", None),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)«-[e*1..]->»(y) project 1",
        "path_unbounded",
        "bounded on both sides",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)«-[e*]->»(y) project 1",
        "path_unbounded",
        "bounded on both sides",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)«-[e*1..99]->»(y) project 1",
        "path_length",
        "at most 32",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)«-[e*3..2]->»(y) project 1",
        "path_length",
        "first not above",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match «(x)-->(y), (z)-->(w)» project 1",
        "graph_parts",
        "hang together",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-->(y) where «x.nope» == 1 project 1",
        "unresolved_column",
        "'nope'",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-->(y) where «z».n == 'q' project 1",
        "unresolved_column",
        "'z'",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-[e]->(y)-«[e]»->(z) project 1",
        "duplicate_name",
        "'e'",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match «cycles=some» (x)-->(y) project 1",
        "bad_option",
        "'cycles'",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-[e]->(y) project map(«e», n)",
        "argument_value",
        "variable length",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-[e*1..2]->(y) project «inner_nodes(e)»",
        "row_context",
        "inner_nodes",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-[e*1..2]->(y) project node_degree_in(«e»)",
        "argument_value",
        "node of the pattern",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-shortest-paths «(x)-[e]->(y)» project 1",
        "invalid_value",
        "variable length",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-mark-components «kind=huge» | graph-to-table nodes",
        "bad_option",
        "'kind'",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-mark-components with_component_id=«n» | graph-to-table nodes",
        "duplicate_column",
        "'n'",
        None,
    ),
    (
        "print a='', b='' | make-graph a --> b with_node_id=n | graph-match (x)-->(y) «»",
        "syntax",
        "'project'",
        None,
    ),
    ("print x = 1 | partition by x («union DeviceProcessEvents»)", "in_subquery", "as a whole", None),
    ("print x = 1 | partition by x («join kind=full (print x = 2) on x»)", "in_subquery", "as a whole", None),
    ("print x = 1 | partition by x («make-series count() on x step 1»)", "series_bounds", "both bounds", None),
    (
        "range x from 1 to 2 step 1 | scan declare (a: long) with (step s: true => a = «a» + 1;)",
        "unresolved_column",
        "'a'",
        None,
    ),
    ("print x = 1 | mv-apply y = dynamic([1]) on («top-nested 1 of y by count()»)", "in_subquery", "as a whole", None),
    ("print s = 'a' | top-nested 1 of s with others=«s» by count()", "unresolved_column", "'s'", None),
    ("print s = 'a' | top-nested «s» of s by count()", "unresolved_column", "'s'", None),
    ("print x = 1 | «facet by x» | take 1", "several_tables", "several tables", None),
    ("print x = 1 | «fork (count) (take 1)» | take 1", "several_tables", "several tables", None),
    ("print x = 1 | facet by «y»", "unresolved_column", "'y'", None),
    ("print x = 1 | fork (count) (where «y» == 1)", "unresolved_column", "'y'", None),
    ("print x = 'a' | reduce by x with threshold=«2»", "invalid_value", "between 0 and 1", None),
    ("print x = 'a' | reduce by x with characters=«x»", "unresolved_column", "'x'", None),
    ("print x = 'a' | reduce «kind=other» by x", "bad_option", "'kind'", None),
    ("print x = 'a' | evaluate «narrow(x)»", "argument_count", "narrow()", None),
    ("search «kind=loud» 'x'", "bad_option", "'kind'", None),
    ("declare pattern p = (a: string) { ('x') = { print 1 } }; «p('y')»", "pattern_missing", "p('y')", None),
    (
        "declare pattern p = (a: string)[b: string] { ('x').y = { print 1 } }; «p('x').z»",
        "pattern_missing",
        "['z']",
        None,
    ),
    ("declare pattern p; «p('y')»", "pattern_missing", "p('y')", None),
    ("declare pattern p = (a: string) { ('x') = { «p»('x') } }; p('x')", "unknown_function", "'p'", None),
    ("«macro-expand» entity_group [cluster('a').database('b')] as X (X.T)", "reach_not_allowed", "macro-expand", None),
    ("«alias» database x = cluster('a').database('b'); print 1", "reach_not_allowed", "alias", None),
    ("«restrict access to (DeviceProcessEvents)»; DeviceProcessEvents", "not_supported", "restrict", None),
    ("print t = 1 | make-series «kind=all» count() on t step 1", "bad_option", "'kind'", None),
    ("print «map(dynamic([1]), 2)»", "row_context", "'map'", None),
    ("let f = (x: long) { «f»(x) }; print f(1)", "unknown_function", "'f'", None),
    ("datatable(a: long, b: long) [1, 2, 3]", "datatable_shape", "multiple", None),
    ("DeviceProcessEvents | evaluate «nosuch()»", "unknown_plugin", "'nosuch'", None),
    ("DeviceProcessEvents | project-away «Nope»", "unresolved_column", "project-away", None),
    ("«cluster('x')».database('y').T | take 1", "cross_resource_not_allowed", "not allowed", None),
    ("let f = (d: string) { «database(d)».T | count }; f('x')", "cross_resource_not_allowed", "not allowed", None),
    ("print a = 1 | extend b = «cluster('x')».database('y').T", "cross_resource_not_allowed", "not allowed", None),
    ("print x = 'a=1' | parse-kv x as (a: long) with («regex='(a)='»)", "invalid_value", "two groups", None),
    ("print x = 'a=1' | parse-kv x as (a: long) with («regex='(a)(?=b)'»)", "invalid_regex", "look-around", None),
    ("print x = 1 | project-by-names «x»", "unresolved_column", "'x'", None),
    ("print bag_remove_keys(dynamic({}), dynamic([«'$.a[*]'»]))", "argument_value", "not a path", None),
    ("print «geo_line_simplify(dynamic(null))»", "not_supported", "'geo_line_simplify' is not supported", None),
    (
        "print geo_line_densify(dynamic(null), 10, «true»)",
        "not_supported",
        "geo_line_densify() with preserve_crossing",
        None,
    ),
    ("print geo_polygon_to_h3cells(dynamic(null), 6, «5»)", "not_supported", "with radius", None),
    ("range i from 0 to 1 step 1 | evaluate «geo_line_lookup(T, i, i)»", "argument_count", "expects 4 to 8", None),
    ('print x = "a«\\ud800»"', "bad_escape", "verbatim", None),
    ("print x = 'a«\ud800»'", "bad_character", "unexpected character", None),
    ("print x = «datetime(2025, 6, 'x')»", "bad_literal", "valid datetime", None),
    ("print x = «datetime(25:00)»", "bad_literal", "valid datetime", None),
    ("print d = dynamic({'a': 1}), a = 2 | «evaluate bag_unpack(d)»", "duplicate_column", "'a'", None),
    ("DeviceProcessEvents | project FileName, «FileName»", "duplicate_column", "'FileName' is already declared", None),
    ("print a = 1 | extend b = 2, «b = 3»", "duplicate_column", "'b'", None),
    ("DeviceProcessEvents | summarize count(), «FileName» by DeviceId", "aggregate_expected", "'FileName'", None),
    ("DeviceProcessEvents | summarize count() + «FileSize»", "aggregate_expected", "'FileSize'", None),
    ("DeviceProcessEvents | summarize count() by «AdditionalFields.x»", "dynamic_key", "explicit cast", None),
    ("DeviceProcessEvents | sort by «AdditionalFields.x»", "dynamic_key", "explicit cast", None),
    ("DeviceProcessEvents | distinct «AdditionalFields»", "dynamic_key", "explicit cast", None),
    ("DeviceProcessEvents | summarize max(«AdditionalFields.x»)", "argument_type", "max()", None),
    ("DeviceProcessEvents | where «1»", "condition_type", "found long", None),
    ("DeviceProcessEvents | where «AdditionalFields.x»", "condition_type", "found dynamic", None),
    ("DeviceProcessEvents | where «Timestamp > '2026-01-01'»", "cannot_compare", "datetime and string", None),
    ("DeviceProcessEvents | where «FileName > 'a'»", "cannot_compare", "string and string", None),
    ("print «'a' + 'b'»", "operator_types", "string and string", None),
    ("print «'{}'.a»", "cannot_index", "found string", None),
    (
        "DeviceProcessEvents | join kind=inner (DeviceNetworkEvents) on «$left.ProcessId == $right.DeviceId»",
        "key_types",
        "long and string",
        None,
    ),
    (
        "DeviceProcessEvents | join kind=inner (DeviceNetworkEvents) on «$left.AdditionalFields == $right.DeviceId»",
        "dynamic_key",
        "explicit cast",
        None,
    ),
    (
        "let T = DeviceNetworkEvents | project RemotePort; DeviceProcessEvents | where ProcessId > «T»",
        "tabular_here",
        "toscalar()",
        "toscalar(T)",
    ),
    ("DeviceProcessEvents | where ProcessId > («DeviceProcessEvents | count»)", "tabular_here", "toscalar()", None),
    ("print a = 1 < 2 «<» 3", "syntax", "found '<'", None),
    ("print strcat('a', «)»", "syntax", "an expression", None),
    ("DeviceProcessEvents | render «cakechart»", "syntax", "a kind of chart", None),
    ("DeviceProcessEvents | where FileName == «null»", "unresolved_column", "named 'null'", None),
    ("DeviceProcessEvents | where FileName has_any «'a'»", "syntax", "expected '('", None),
    ("DeviceProcessEvents | summarize by DeviceId,«»", "syntax", "the end of the query", None),
    ("print s = 'a' | parse s with 'a' x «y»", "syntax", "a string between two columns", None),
    ("«range x from 1 to 5 step 1h»", "operator_types", "long and timespan", None),
    ("DeviceProcessEvents | summarize percentile(FileSize, «1h»)", "argument_constant", "percentile()", None),
    ("DeviceProcessEvents | summarize make_set_if(FileName, «ProcessId»)", "argument_type", "make_set_if()", None),
    ("evaluate «http_request('https://example.com')»", "cross_resource_not_allowed", "not allowed", None),
    ("DeviceProcessEvents | where «FileName like 'a%'»", "not_supported", "'like'", None),
    ("print «§»", "bad_character", "unexpected character", None),
]


@pytest.mark.parametrize(("marked", "code", "message", "fix"), INVALID)
def test_invalid_query(compile_query, marked, code, message, fix):
    text = marked.replace("«", "").replace("»", "")
    found = compile_query(text)
    assert isinstance(found, kql.Diagnostics)
    first = found[0]
    assert first.code == code, first.message
    assert message in first.message
    if fix:
        assert first.fix is not None
        assert first.fix.replacement == fix
    if "«" in marked:
        start, end = marked.index("«"), marked.index("»") - 1
        assert first.span.start <= max(start, 1) <= end <= max(first.span.end, start)


def test_line_and_column_count_from_one(compile_query):
    found = compile_query("DeviceProcessEvents\n| where Nope == 1")
    assert (found[0].span.line, found[0].span.column) == (2, 9)


def test_several_statements_give_several_diagnostics(compile_query):
    found = compile_query("let a = (1;\nlet b = 2 +;\nDeviceProcessEvents | wher x")
    assert [item.span.line for item in found] == [1, 2, 3]


def test_heading_tells_syntax_from_semantics(compile_query):
    assert compile_query("print (").message.startswith("Fix syntax errors in your query.")
    assert compile_query("Nope").message.startswith("Fix semantic errors in your query.")


def test_set_is_ignored_with_a_warning(compile_query):
    query = compile_query("set notruncation;\nprint 1")
    assert [item.code for item in query.warnings] == ["set_ignored"]
    assert query.warnings[0].severity is kql.Severity.WARNING


def test_an_earlier_query_of_the_text_is_checked_and_not_run(compile_query):
    query = compile_query("DeviceNetworkEvents | render table; print 1")
    assert [(item.code, item.span.start) for item in query.warnings] == [("earlier_query", 0)]
    assert (query.tables, query.render) == ((), None)
    assert compile_query("DeviceNetworkEvents | where Nope; print 1")[0].code == "unresolved_column"


HUGE = {
    "a megabyte of spaces": " " * 1_000_000 + "print 1",
    "a megabyte of text": "print '" + "a" * 1_000_000 + "'",
    "ten thousand brackets": "print " + "(" * 10_000 + "1" + ")" * 10_000,
    "ten thousand open brackets": "print " + "(" * 10_000,
    "ten thousand minus signs": "print " + "-" * 10_000 + "x",
    "ten thousand additions": "print 1" + "+1" * 10_000,
    "ten thousand properties": "print x=dynamic(null)" + " | extend x = x" + ".a" * 10_000,
    "nested arrays": "print dynamic(" + "[" * 10_000 + "]" * 10_000 + ")",
    "nested calls": "print " + "strcat(" * 5_000 + "'a'" + ")" * 5_000,
    "lists within lists": "print " + "1 in ('a', " * 2_000,
    "nested lets": "".join(f"let a{i + 1} = union a{i}, a{i};" for i in range(40)).replace(
        "union a0, a0", "DeviceProcessEvents"
    )
    + "a40",
    "doubling lets": "let a0 = 1.5;" + "".join(f"let a{i + 1} = a{i} * a{i};" for i in range(60)) + "print a60",
    "doubling columns": "DeviceProcessEvents | extend a0 = ProcessId"
    + "".join(f" | extend a{i + 1} = a{i} * a{i}" for i in range(60))
    + " | project a60",
    "many operators": "DeviceProcessEvents" + " | where ProcessId > 1" * 2_000,
    "many extends": "DeviceProcessEvents" + "".join(f" | extend x{i} = {i}" for i in range(2_000)),
    "quote that never ends": "print '" + "\\'" * 50_000,
}


@pytest.mark.parametrize("case", HUGE)
def test_huge_queries_end_quickly_with_an_answer(compile_query, case):
    started = time.thread_time()
    found = compile_query(HUGE[case])
    assert time.thread_time() - started < 5
    assert isinstance(found, kql.CompiledQuery | kql.Diagnostics)


NESTED = ("ten thousand brackets", "ten thousand minus signs", "nested arrays", "nested calls", "lists within lists")


@pytest.mark.parametrize("case", NESTED)
def test_nesting_is_refused_where_it_becomes_too_deep(compile_query, case):
    (found,) = compile_query(HUGE[case])
    assert (found.code, found.span.start > 0) == ("nested_too_deep", True)
