"""scan: its parameters, its columns, its steps."""

from huntline.kql import patterns
from huntline.kql.parser.table_operators import TableOperatorParser
from huntline.kql.syntax import ColumnDeclaration, Expression, Operator, SortKey

_OUTPUTS = ("all", "last", "none")


class PatternParser(TableOperatorParser):
    """Reads the operators that look for patterns in rows."""

    def read_scan(self, start: int) -> Operator:
        """Read `scan with_match_id=id declare (columns) with (steps)`."""
        options = self.options()
        order: tuple[SortKey, ...] = ()
        if self.take("order"):
            self._expect_word("by")
            order = self.sort_keys()
        partition: tuple[Expression, ...] = ()
        if self.take("partition"):
            self._expect_word("by")
            partition = self._patterns()
        declared = self._declared() if self.take("declare") else ()
        self._expect_word("with")
        self.expect("(")
        self.enter()
        steps = [self._step()]
        while not self.take(")"):
            steps.append(self._step())
        self.leave()
        return patterns.Scan(start, self.end(), options, order, partition, declared, tuple(steps))

    def _declared(self) -> tuple[patterns.Declared, ...]:
        """Read `(name: type = default, ...)`."""
        self.expect("(")
        found: list[patterns.Declared] = []
        while not self.take(")"):
            start = self.start()
            name = self.name("a column name")
            self.expect(":")
            column = ColumnDeclaration(start, self.end(), name, self.type_name())
            default = self.expression() if self.take("=") else None
            found.append(patterns.Declared(start, self.end(), column, default))
            if not self.take(","):
                self.expect(")")
                break
        return tuple(found)

    def _step(self) -> patterns.Step:
        start = self.start()
        self._expect_word("step")
        name = self.name("the name of a step")
        output = "all"
        if self.take("output"):
            self.expect("=")
            output = self.word_of(_OUTPUTS, "'all', 'last' or 'none'")
        self.expect(":")
        condition = self.expression()
        assignments: list[patterns.Assignment] = []
        if self.take("=>"):
            assignments.append(self._assignment())
            while self.take(","):
                assignments.append(self._assignment())
        if not self.here(")"):
            self.expect(";")
        return patterns.Step(start, self.end(), name, output, condition, tuple(assignments))

    def _assignment(self) -> patterns.Assignment:
        start = self.start()
        column = self.name("a declared column")
        self.expect("=")
        value = self.expression()
        return patterns.Assignment(start, self.end(), column, value)
