"""Statements, sources with a keyword of their own, and the whole text."""

from collections.abc import Callable
from typing import ClassVar

from huntline.kql import lexer, syntax
from huntline.kql.diagnostics import Failure
from huntline.kql.parser.declarations import DeclarationParser
from huntline.kql.syntax import Expression, Parameter, Program, Statement

_SOURCE_WORDS = frozenset(
    {"datatable", "externaldata", "external_data", "print", "range", "union", "search", "find", "evaluate"}
)


class Parser(DeclarationParser):
    """Reads a whole text."""

    def program(self, failures: list[Failure]) -> Program:
        """Read all statements; what is wrong is added to `failures`, and reading goes on with the next statement."""
        statements: list[Statement] = []
        while self.kinds[self.at] != lexer.END:
            if self.take(";"):
                continue
            mark = self.at
            try:
                statements.append(self.statement())
                if not self.here(";") and self.kinds[self.at] != lexer.END:
                    raise self.unexpected("'|', ';' or the end of the query")
            except Failure as failure:
                failures.append(failure)
                if len(failures) >= self.limits.diagnostics:
                    break
                self.depth = 0
                self.at = max(self.at, mark + 1)
                self._recover()
        return Program(0, self.end(), tuple(statements))

    def _recover(self) -> None:
        while self.kinds[self.at] != lexer.END and not self.here(";"):
            self.at += 1

    def statement(self) -> Statement:
        """Read one statement up to its semicolon."""
        start = self.start()
        reader = self.STATEMENTS.get(self.texts[self.at])
        if reader is not None and self.kinds[self.at + 1] == lexer.NAME:
            self.at += 1
            return reader(self, start)
        if self.here("let") and self.texts[self.at + 1] == "[":
            self.at += 1
            return self._let(start)
        expression = self.pipe()
        return syntax.ExpressionStatement(start, self.end(), expression)

    def _let(self, start: int) -> Statement:
        name = self.name()
        self.expect("=")
        self.take("view")
        if self.here("(") and self._function_follows():
            self.at += 1
            parameters = self._parameters()
            self.expect("{")
            body = self._body()
            return syntax.LetFunction(start, self.end(), name, parameters, body)
        value = self.pipe()
        return syntax.Let(start, self.end(), name, value)

    def _function_follows(self) -> bool:
        """Say whether the bracket here closes in front of a `{`."""
        depth, at = 0, self.at
        while self.kinds[at] != lexer.END:
            text = self.texts[at]
            if text == "(":
                depth += 1
            elif text == ")":
                depth -= 1
                if depth == 0:
                    return self.texts[at + 1] == "{"
            elif text == ";":
                return False
            at += 1
        return False

    def _body(self) -> Program:
        """Read the statements of a function up to and with its closing brace."""
        start = self.start()
        self.enter()
        statements: list[Statement] = []
        while not self.take("}"):
            if self.take(";"):
                continue
            statements.append(self.statement())
            if not self.here(";") and not self.here("}"):
                raise self.unexpected("'}'")
        self.leave()
        return Program(start, self.end(), tuple(statements))

    def _parameters(self) -> tuple[Parameter, ...]:
        """Read `name: type = default, name: (columns)` up to and with the closing bracket."""
        found: list[Parameter] = []
        while not self.take(")"):
            start = self.start()
            name = self.name("a parameter name")
            self.expect(":")
            if self.here("("):
                columns: tuple[syntax.ColumnDeclaration, ...] = ()
                if self.peek() == "*":
                    self.at += 2
                    self.expect(")")
                else:
                    columns = self.column_declarations()
                found.append(Parameter(start, self.end(), name, None, columns, None))
            else:
                kind = self.type_name()
                default = self.expression() if self.take("=") else None
                found.append(Parameter(start, self.end(), name, kind, (), default))
            if not self.take(","):
                self.expect(")")
                break
        return tuple(found)

    def _set(self, start: int) -> Statement:
        name = self.word()
        value = self._unary() if self.take("=") else None
        return syntax.SetStatement(start, self.end(), name, value)

    def _declare(self, start: int) -> Statement:
        if self.take("pattern"):
            return self.read_pattern(start)
        if self.word() != "query_parameters":
            self._over_braces()
            return syntax.OpaqueStatement(start, self.end(), "this declaration")
        self.expect("(")
        parameters = self._parameters()
        return syntax.DeclareParameters(start, self.end(), parameters)

    def _over_braces(self) -> None:
        """Go to the semicolon that stands outside of braces."""
        depth = 0
        while self.kinds[self.at] != lexer.END and (depth > 0 or not self.here(";")):
            depth += {"{": 1, "}": -1}.get(self.texts[self.at], 0)
            self.at += 1

    def _other(self, start: int) -> Statement:
        what = self.texts[self.at - 1]
        if what == "alias":
            raise Failure("reach_not_allowed", start, self.end(), name="alias")
        self._recover()
        return syntax.OpaqueStatement(start, self.end(), f"the statement '{what}'")

    STATEMENTS: ClassVar[dict[str, Callable[["Parser", int], Statement]]] = {
        "let": _let,
        "set": _set,
        "declare": _declare,
        "alias": _other,
        "restrict": _other,
        "pattern": _other,
    }

    # Sources

    def source(self) -> Expression | None:
        """Read a source with a keyword of its own, or return None."""
        word = self.texts[self.at]
        if word == "macro" and self.peek() == "-" and self.peek(2) == "expand":
            raise Failure("reach_not_allowed", self.start(), self.ends[self.at + 2], name="macro-expand")
        if word not in _SOURCE_WORDS:
            return None
        start = self.start()
        following = self.peek()
        if word == "range":
            if self.kinds[self.at + 1] != lexer.NAME or self.peek(2) != "from":
                return None
            self.at += 1
            return self._range(start)
        if word in ("datatable", "externaldata", "external_data"):
            return self._table_literal(word, start)
        if word == "print":
            if following in (")", ",", "=", "==", "|", "."):
                return None
            self.at += 1
            return syntax.Print(start, self.end(), self.named_expressions())
        if following in (")", ",", "=", "==", "!=", "|", ".", "<", ">", "has", "contains"):
            return None
        if word in ("search", "find", "union", "evaluate"):
            self.at += 1
            return self.READERS[word](self, start)
        return None

    def _range(self, start: int) -> Expression:
        name = self.name()
        self._expect_word("from")
        low = self.expression()
        self._expect_word("to")
        high = self.expression()
        self._expect_word("step")
        step = self.expression()
        return syntax.Range(start, self.end(), name, low, high, step)

    def _table_literal(self, word: str, start: int) -> Expression | None:
        if self.peek() != "(" and self.peek() != "hint":
            return None
        self.at += 1
        self.options()
        columns = self.column_declarations()
        self.options()
        values: list[Expression] = []
        if self.here("["):
            self.at += 1
            self.enter()
            while not self.take("]"):
                values.append(self.expression())
                if not self.take(","):
                    self.expect("]")
                    break
            self.leave()
        if word == "datatable":
            return syntax.DataTable(start, self.end(), columns, tuple(values))
        if self.take("with"):
            self._skip_brackets()
        return syntax.ExternalData(start, self.end(), columns)

    def _skip_brackets(self) -> None:
        self.expect("(")
        depth = 1
        while depth and self.kinds[self.at] != lexer.END:
            if self.here("("):
                depth += 1
            elif self.here(")"):
                depth -= 1
            self.at += 1
        if depth:
            raise self.unexpected("')'")
