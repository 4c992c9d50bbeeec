"""Saved functions: called by name in a query, refused where they are none, and named where something in them is wrong."""

import pytest

from huntline import kql
from huntline.kql import FunctionSymbol
from kql_tables import ACME, NOW, TestCatalog, TestScope

RARE = FunctionSymbol(
    "RareCommands", "most: long = 2", "DeviceProcessEvents\n| summarize n = count() by FileName\n| where n < most"
)
SHOUT = FunctionSymbol("Shout", "text: string, mark: string = '!'", "strcat(toupper(text), mark)")
OF = FunctionSymbol("OfDevice", "T: (DeviceId: string), id: string", "T | where DeviceId == id")
NESTED = FunctionSymbol("Loud", "", "let n = 1; RareCommands(n + 1) | extend FileName = Shout(FileName)")
CATALOG = TestCatalog(RARE, SHOUT, OF, NESTED)


def compiled(text, *functions):
    return kql.compile(text, catalog=TestCatalog(*functions) if functions else CATALOG, scope=TestScope(), now=NOW)


@pytest.fixture
def answer(engine):
    def run(text):
        query = compiled(text)
        assert isinstance(query, kql.CompiledQuery), [item.message for item in query]
        return sorted(engine.client.query(query.sql, parameters=query.parameters).result_rows)

    return run


class TestCalls:
    def test_a_tabular_function_with_its_default_and_without(self, answer):
        assert answer("RareCommands() | project FileName") == [("NET.EXE",), ("network.exe",), ("powershell.exe",)]
        assert answer("RareCommands | count") == [(3,)]
        assert answer("RareCommands(most = 100) | count") == [(4,)]
        assert answer("union (RareCommands(1)), (RareCommands(2)) | count") == [(3,)]

    def test_a_scalar_function_in_an_expression(self, answer):
        assert answer("print a = Shout('hey'), b = Shout('hey', '?')") == [("HEY!", "HEY?")]
        assert answer("DeviceNetworkInfo | where Shout(DeviceId) == 'D1!' | count") == [(3,)]

    def test_invoke(self, answer):
        assert answer("DeviceNetworkEvents | invoke OfDevice('d4') | project RemoteIP") == [("192.168.1.9",)]

    def test_functions_call_functions(self, answer):
        assert answer("Loud | where FileName startswith 'NET' | project FileName") == [("NET.EXE!",), ("NETWORK.EXE!",)]

    def test_a_let_of_the_query_comes_first(self, answer):
        assert answer("let Shout = (text: string) { 'mine' }; print Shout('x')") == [("mine",)]

    def test_a_function_does_not_see_the_names_of_the_query(self):
        found = compiled("let secret = 1; Peek()", FunctionSymbol("Peek", "", "print secret"))
        assert [item.code for item in found] == ["unresolved_column"]

    def test_the_query_says_which_functions_it_called(self):
        assert {symbol.name for symbol in compiled("Loud | take 1").functions} == {"Loud", "RareCommands", "Shout"}
        assert compiled("print 1").functions == ()

    def test_rows_are_read_in_the_scope_only(self):
        query = compiled("RareCommands()")
        assert query.tables == ("DeviceProcessEvents",)
        assert ACME in query.parameters.values()


class TestFindings:
    def only(self, text, *functions):
        (found,) = compiled(text, *functions)
        return found

    def test_what_is_wrong_inside_names_the_function_and_points_at_the_call(self):
        broken = FunctionSymbol("Broken", "", "DeviceProcessEvents\n| where FileNam == 'x'")
        found = self.only("print 1;\nBroken()", broken)
        assert (found.code, found.span.line, found.span.column) == ("unresolved_column", 2, 1)
        assert found.message.startswith("In the function 'Broken', line 2: ")
        assert found.fix is None

    def test_the_innermost_function_is_named_and_the_call_in_the_query_marked(self):
        inner = FunctionSymbol("Inner", "", "print nothing")
        found = self.only("    Outer", FunctionSymbol("Outer", "", "\nInner()"), inner)
        assert found.message.startswith("In the function 'Inner', line 1: ")
        assert found.span.column == 5

    def test_a_wrong_argument_is_the_querys_own(self):
        found = self.only("Shout(1, 2, 3)", SHOUT)
        assert (found.code, found.span.start, "function '" in found.message) == ("argument_count", 0, False)
        found = self.only("DeviceNetworkEvents | where x == 1 | invoke OfDevice('d4')", OF)
        assert (found.span.start, "In the function" in found.message) == (28, False)
        found = self.only("let T = DeviceNetworkEvents | where x == 1; OfDevice(T, 'd4')", OF)
        assert (found.span.start, "In the function" in found.message) == (36, False)

    def test_a_text_that_does_not_parse(self):
        found = self.only("F()", FunctionSymbol("F", "", "print 1\n| whre x"))
        assert found.message.startswith("In the function 'F', line 2: ")
        found = self.only("F()", FunctionSymbol("F", "a long", "print 1"))
        assert found.message.startswith("In the function 'F', its parameters: ")

    @pytest.mark.parametrize(
        "symbol",
        [
            FunctionSymbol("F", "", "print 1 }; let G = () { print 2"),
            FunctionSymbol("F", "", "print 1 }; print 2; print 3 //"),
            FunctionSymbol("F", "a: long) { print 1 }; let G = (b: long", "print 2"),
            FunctionSymbol("F", "a: long = 1 // comment", "print a }"),
        ],
    )
    def test_a_text_that_is_more_than_a_function(self, symbol):
        assert self.only("F(1)", symbol).code in ("function_text", "syntax")

    def test_a_comment_at_the_end_of_either_text_ends_there(self):
        assert isinstance(
            compiled("F()", FunctionSymbol("F", "a: long = 1 // one", "print a // it")), kql.CompiledQuery
        )


class TestRecursion:
    def test_a_function_that_calls_itself(self):
        (found,) = compiled("F()", FunctionSymbol("F", "", "F() | take 1"))
        assert (found.code, found.message) == ("recursive_name", "In the function 'F', line 1: 'F' refers to itself.")

    def test_two_that_call_each_other(self):
        (found,) = compiled("A()", FunctionSymbol("A", "", "B() | take 1"), FunctionSymbol("B", "", "A() | take 1"))
        assert found.code == "recursive_name"

    def test_a_chain_that_is_too_deep(self):
        chain = [FunctionSymbol(f"F{n}", "", f"F{n + 1}() | take 1") for n in range(40)]
        (found,) = compiled("F0()", *chain, FunctionSymbol("F40", "", "print 1"))
        assert (found.code, found.span.start, found.span.end) == ("functions_too_deep", 0, 4)

    def test_functions_that_double_are_bounded(self):
        many = [FunctionSymbol(f"F{n}", "", f"union F{n + 1}, F{n + 1}") for n in range(15)]
        (found,) = compiled("F0()", *many, FunctionSymbol("F15", "", "DeviceProcessEvents"))
        assert found.code == "too_complex"


class TestNames:
    @pytest.mark.parametrize(
        "name", ["strlen", "count", "DeviceProcessEvents", "FileProfile", "SeenBy", "bad name", "1st", ""]
    )
    def test_names_of_the_language_and_of_tables_are_taken(self, name):
        assert kql.is_reserved(name, CATALOG)

    def test_a_function_by_a_taken_name_is_never_asked(self):
        hostile = FunctionSymbol("strlen", "text: string", "'taken'")
        query = compiled("print strlen('abc')", hostile)
        assert query.functions == ()

    def test_a_close_name_is_offered(self):
        (found,) = compiled("print x = Shot('a')")
        assert found.fix.replacement == "Shout"


class TestSeveralFindings:
    def test_every_name_without_a_meaning_is_found_at_once(self):
        found = compiled(
            "DeviceProcessEvents | where FileNam == 'a' and Shot(Missing) == 1 | project Folder = FolderPth, x = strln(FileName)"
        )
        assert [(item.code, item.fix and item.fix.replacement) for item in found] == [
            ("unresolved_column", "FileName"),
            ("unknown_function", "Shout"),
            ("unresolved_column", None),
            ("unresolved_column", "FolderPath"),
            ("unknown_function", "strlen"),
        ]

    def test_what_only_follows_from_it_is_left_out(self):
        assert [item.code for item in compiled("DeviceProcessEvents | where bin(FileNam, Tme) > 1")] == [
            "unresolved_column"
        ] * 2


class TestCheck:
    def check(self, symbol):
        return kql.check_function(symbol, catalog=CATALOG, scope=TestScope(), now=NOW)

    @pytest.mark.parametrize(
        "symbol", [RARE, SHOUT, OF, NESTED, FunctionSymbol("Any", "T: (*)", "T | where Nowhere == 1")]
    )
    def test_good_ones(self, symbol):
        assert self.check(symbol) == ()

    def test_places_count_in_the_body(self):
        symbol = FunctionSymbol(
            "F", "id: string,\n days: long = 7", "DeviceProcessEvents\n| where FileNam == id\n| project Folder"
        )
        first, second = self.check(symbol)
        assert (first.span.line, first.span.column, first.fix.replacement) == (2, 9, "FileName")
        assert symbol.body[first.fix.span.start : first.fix.span.end] == "FileNam"
        assert second.span.line == 3

    def test_syntax_of_the_body_and_of_the_parameters(self):
        (found,) = self.check(FunctionSymbol("F", "", "print 1\n| whre x"))
        assert (found.span.line, "Parameters" in found.message) == (2, False)
        (found,) = self.check(FunctionSymbol("F", "a long", "print 1"))
        assert (found.span.start, found.message.startswith("Parameters of the function: ")) == (0, True)

    def test_a_function_that_calls_itself(self):
        (found,) = self.check(FunctionSymbol("F", "n: long", "F(n - 1) | take 1"))
        assert found.code == "unknown_function"
