"""`declare pattern`: names for tabular expressions by texts."""

from huntline.kql import patterns
from huntline.kql.parser.operators import OperatorParser
from huntline.kql.syntax import Expression, Statement


class DeclarationParser(OperatorParser):
    """Reads declarations of patterns."""

    def read_pattern(self, start: int) -> Statement:
        """Read `pattern name = (arguments)[path: type] { (values).[value] = { expression }; }`."""
        name = self.name("the name of a pattern")
        if not self.take("="):
            return patterns.DeclarePattern(start, self.end(), name, (), None, ())
        arguments = tuple(column.name for column in self.column_declarations())
        path = None
        if self.take("["):
            path = self.name("the name of the path")
            self.expect(":")
            self.type_name()
            self.expect("]")
        self.expect("{")
        self.enter()
        cases: list[patterns.PatternCase] = []
        while not self.take("}"):
            if not self.take(";"):
                cases.append(self._case())
        self.leave()
        return patterns.DeclarePattern(start, self.end(), name, arguments, path, tuple(cases))

    def _case(self) -> patterns.PatternCase:
        start = self.start()
        self.expect("(")
        values = [self.string()]
        while self.take(","):
            values.append(self.string())
        self.expect(")")
        path = None
        if self.take("."):
            path = self._path()
        self.expect("=")
        self.expect("{")
        self.enter()
        expression: Expression = self.pipe()
        self.take(";")
        self.leave()
        self.expect("}")
        return patterns.PatternCase(start, self.end(), tuple(values), path, expression)

    def _path(self) -> str:
        if self.at_bracketed_name():
            return self.name()
        return self.word("the value of the path")
