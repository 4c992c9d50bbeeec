"""facet, fork and reduce."""

from huntline.kql import summaries
from huntline.kql.parser.graphs import GraphParser
from huntline.kql.syntax import Expression, Operator


class SummaryParser(GraphParser):
    """Reads the operators that show the same rows in several ways, or as patterns."""

    def read_facet(self, start: int) -> Operator:
        """Read `facet by columns with (operators)`."""
        self._expect_word("by")
        columns = self._patterns()
        operators: tuple[Operator, ...] = ()
        if self.take("with"):
            self.expect("(")
            operators = self.subquery()
        return summaries.Facet(start, self.end(), columns, operators)

    def read_fork(self, start: int) -> Operator:
        """Read `fork name=(operators) (operators)`."""
        branches: list[summaries.Branch] = []
        while not branches or not self._at_end():
            begin = self.start()
            name = None
            if not self.here("("):
                name = self.name("'('")
                self.expect("=")
            self.expect("(")
            branches.append(summaries.Branch(begin, self.end(), name, self.subquery()))
        return summaries.Fork(start, self.end(), tuple(branches))

    def read_reduce(self, start: int) -> Operator:
        """Read `reduce by expression with threshold=0.1, characters="-"`."""
        options = self.options()
        self._expect_word("by")
        expression = self.expression()
        given: dict[str, Expression] = {}
        if self.take("with"):
            while not given or self.take(","):
                name = self.word_of(("threshold", "characters"), "'threshold' or 'characters'")
                self.expect("=")
                given[name] = self.expression()
        threshold, characters = given.get("threshold"), given.get("characters")
        return summaries.Reduce(start, self.end(), options, expression, threshold, characters)
