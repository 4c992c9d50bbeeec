"""SQL tree to text and parameters. The only place where SQL text is put together."""

from huntline.kql.diagnostics import Failure
from huntline.kql.sql import Alias, Bound, Fill, Identifier, IndexedColumn, OrderKey, Select, Sequenced, Sql, Text


def quote_identifier(name: str) -> str:
    """Return a name of the catalog as a quoted ClickHouse identifier."""
    return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`"


class Printer:
    """Collects the text and the parameters of one statement."""

    def __init__(self, length: int) -> None:
        self.out: list[str] = []
        self.parameters: dict[str, object] = {}
        self._known: dict[tuple[str, object], str] = {}
        self._length = length
        self._left = length

    def write(self, node: Sql) -> None:
        """Add a node.

        Raises:
            Failure: the statement grows beyond its limit.
        """
        kind = type(node)
        if kind is Fill:
            parts = node.parts  # type: ignore[union-attr]
            out = self.out
            out.append(parts[0])
            for part, argument in zip(parts[1:], node.arguments, strict=True):  # type: ignore[union-attr]
                self.write(argument)
                out.append(part)
            self._left -= len(parts)
            if self._left < 0:
                raise Failure("too_complex", 0, 1, limit=self._length)
        elif isinstance(node, Text):
            self.out.append(node.text)
        elif isinstance(node, Alias):
            self.out.append(f"_c{node.number}")
        elif isinstance(node, Bound):
            self.out.append(self._bind(node))
        elif isinstance(node, Sequenced):
            self._write_sequence(node)
        elif isinstance(node, Identifier | IndexedColumn):
            self.out.append(quote_identifier(node.name))
        elif isinstance(node, Select):
            self._write_select(node)

    def _bind(self, node: Bound) -> str:
        key = (node.type, node.value)
        name = self._known.get(key)
        if name is None:
            name = f"p{len(self._known)}"
            self._known[key] = name
            self.parameters[name] = list(node.value) if isinstance(node.value, tuple) else node.value
        return f"{{{name}:{node.type}}}"

    def _write_sequence(self, node: Sequenced) -> None:
        out = self.out
        out.append(node.before)
        first = True
        for item in node.items:
            if not first:
                out.append(node.separator)
            first = False
            self.write(item)
        out.append(node.after)
        self._left -= len(node.items)
        if self._left < 0:
            raise Failure("too_complex", 0, 1, limit=self._length)

    def _list(self, keyword: str, items: tuple[Sql, ...], separator: str) -> None:
        if items:
            self._write_sequence(Sequenced(keyword, items, separator, ""))

    def _write_select(self, node: Select) -> None:
        out = self.out
        out.append("(")
        if node.definitions:
            self._aliased("WITH ", node.definitions)
            out.append(" ")
        self._aliased("SELECT ", node.columns)
        if node.source is not None:
            out.append(" FROM ")
            self.write(node.source)
        self._list(" WHERE ", node.where, " AND ")
        if node.group is not None:
            self._list(" GROUP BY ", node.group, ", ")
        self._list(" HAVING ", node.having, " AND ")
        keyword = " ORDER BY "
        for key in node.order:
            out.append(keyword)
            self._order_key(key)
            keyword = ", "
        if node.limit is not None:
            out.append(" LIMIT ")
            self.write(node.limit)
            self._list(" BY ", node.limit_by, ", ")
        out.append(")")

    def _order_key(self, key: OrderKey) -> None:
        self.write(key.key)
        self.out.append(" DESC" if key.descending else " ASC")
        self.out.append(" NULLS FIRST" if key.nulls_first else " NULLS LAST")

    def _aliased(self, keyword: str, items: tuple[tuple[Sql, int | None], ...] | tuple[tuple[Sql, int], ...]) -> None:
        out = self.out
        out.append(keyword)
        first = True
        for node, number in items:
            if not first:
                out.append(", ")
            first = False
            self.write(node)
            if number is not None:
                out.append(f" AS _c{number}")


def print_statement(statement: Sql, *, length: int) -> tuple[str, dict[str, object]]:
    """Return the text of a statement and its parameters; `length` bounds the number of its parts."""
    printer = Printer(length)
    printer.write(statement)
    text = "".join(printer.out)
    return text[1:-1] if isinstance(statement, Select) else text, printer.parameters
