"""What operators are made of, and those that read other tables: join, lookup, union, search, find."""

from huntline.kql import lexer, syntax
from huntline.kql.diagnostics import Failure
from huntline.kql.parser.expressions import ExpressionParser
from huntline.kql.syntax import Expression, Operator, Option, Options, SortKey

_OPTION_NAMES = frozenset(
    {
        "kind", "withsource", "with_source", "isfuzzy", "bagexpansion", "with_itemindex", "flags", "decodeblocks", "expandoutput",
        "with_match_id", "with_step_name", "cycles", "with_node_id",
    }
)  # fmt: skip


class TableOperatorParser(ExpressionParser):
    """Reads the parts that operators share, and the operators over several tables."""

    def options(self, *, hints_only: bool = False) -> Options:
        """Read `name = value` pairs in front of an operator's own part; hints are read and dropped."""
        found: list[Option] = []
        while self.is_name():
            start, name = self.start(), self.texts[self.at]
            if name == "hint" and self.peek() == ".":
                self.at += 3
            elif not hints_only and (name in _OPTION_NAMES or name.startswith("hint")) and self.peek() == "=":
                self.at += 1
            else:
                break
            self.expect("=")
            value_kind = self.kinds[self.at]
            if value_kind == lexer.STRING:
                value = self.string()
            elif self.here("["):
                value = self.name()
            elif value_kind == lexer.END:
                raise self.unexpected("a value")
            else:
                self.at += 1
                value = self.texts[self.at - 1]
            if not name.startswith("hint"):
                found.append(Option(name, value, start, self.end()))
            self.take(",")
        return tuple(found)

    def _at_end(self) -> bool:
        return self.kinds[self.at] == lexer.END or self.texts[self.at] in ("|", ")", ";", "}")

    def _expect_word(self, word: str) -> None:
        if not self.take(word):
            raise self.unexpected(f"'{word}'")

    def pattern(self) -> Expression:
        """Read a name or a pattern with `*`."""
        start = self.start()
        if self.at_bracketed_name():
            name = self.name()
            return syntax.Star(start, self.end(), name) if "*" in name else syntax.Name(start, self.end(), name)
        text = ""
        while self.kinds[self.at] in (lexer.NAME, lexer.LONG) or self.here("*"):
            if text and self.starts[self.at] != self.end():
                break
            text += self.texts[self.at]
            self.at += 1
        if not text:
            raise self.unexpected("a column name")
        return syntax.Star(start, self.end(), text) if "*" in text else syntax.Name(start, self.end(), text)

    def _patterns(self) -> tuple[Expression, ...]:
        found = [self.pattern()]
        while self.take(","):
            found.append(self.pattern())
        return tuple(found)

    def sort_keys(self) -> tuple[SortKey, ...]:
        """Read `expression [asc|desc] [nulls first|last], ...`."""
        keys: list[SortKey] = []
        while True:
            start = self.start()
            expression = self.named_expression()
            descending = True
            if self.is_name() and self.texts[self.at] in ("asc", "desc"):
                descending = self.word() == "desc"
            nulls_first = None
            if self.take("nulls"):
                nulls_first = self.word_of(("first", "last"), "'first' or 'last'") == "first"
            keys.append(SortKey(start, self.end(), expression, descending, nulls_first))
            if not self.take(","):
                return tuple(keys)

    def read_join(self, start: int) -> Operator:
        """Read `join kind=... table on ...`."""
        options, right, conditions = self._join_parts()
        return syntax.Join(start, self.end(), options, right, conditions)

    def read_lookup(self, start: int) -> Operator:
        """Read `lookup kind=... table on ...`."""
        options, right, conditions = self._join_parts()
        return syntax.Lookup(start, self.end(), options, right, conditions)

    def _join_parts(self) -> tuple[Options, Expression, tuple[Expression, ...]]:
        options = self.options()
        self.enter()
        right = self._table_operand()
        self.leave()
        options += self.options()
        conditions: list[Expression] = []
        if self.take("on"):
            conditions.append(self.expression())
            while self.take(","):
                conditions.append(self.expression())
        elif self.here("where"):
            raise Failure("not_supported", self.start(), self.ends[self.at], what="a join with 'where'")
        return options, right, tuple(conditions)

    def _table_operand(self) -> Expression:
        """Read a table: a name, a pattern, a call or a pipe in brackets."""
        source = self.source() if self.is_name() else None
        return source if source is not None else self._unary()

    def read_union(self, start: int) -> Operator:
        """Read `union table, table ...`."""
        options = self.options()
        tables = [self._union_operand()]
        while self.take(","):
            tables.append(self._union_operand())
        return syntax.Union(start, self.end(), options, tuple(tables))

    def _union_operand(self) -> Expression:
        self.enter()
        named = self.is_name() and self.peek() in ("*", ",", ")", "|", ";", "")
        operand = self.pattern() if named or self.here("*") else self._unary()
        self.leave()
        return operand

    def read_search(self, start: int) -> Operator:
        """Read `search in (tables) predicate`."""
        options = self.options()
        tables: tuple[Expression, ...] = ()
        if self.take("in"):
            self.expect("(")
            tables = self._table_list()
        predicate = self._search_predicate()
        return syntax.Search(start, self.end(), options, tables, predicate)

    def _table_list(self) -> tuple[Expression, ...]:
        tables = [self._union_operand()]
        while self.take(","):
            tables.append(self._union_operand())
        self.expect(")")
        return tuple(tables)

    def _search_predicate(self) -> Expression:
        self.in_search = True
        try:
            return self.expression()
        finally:
            self.in_search = False

    def read_find(self, start: int) -> Operator:
        """Read `find in (tables) where predicate project ...`."""
        options = self.options()
        tables: tuple[Expression, ...] = ()
        if self.take("in"):
            self.expect("(")
            tables = self._table_list()
        self.take("where")
        predicate = self._search_predicate()
        columns: tuple[syntax.FindColumn, ...] | None = None
        if self.take("project"):
            columns = self._find_columns()
        elif self.take("project-smart"):
            columns = None
        return syntax.Find(start, self.end(), options, tables, predicate, columns)

    def _find_columns(self) -> tuple[syntax.FindColumn, ...]:
        columns: list[syntax.FindColumn] = []
        while True:
            begin = self.start()
            name = self.name()
            if name in ("pack", "pack_all") and self.take("("):
                self.take("*")
                self.expect(")")
                columns.append(syntax.FindColumn(begin, self.end(), None))
                break
            kind = self.type_name() if self.take(":") else None
            columns.append(syntax.FindColumn(begin, self.end(), name, kind))
            if not self.take(","):
                break
        return tuple(columns)
