"""Expressions: precedence, calls, paths, lists; and pipes, which may stand wherever an expression may."""

from abc import abstractmethod

from huntline.kql import lexer
from huntline.kql.diagnostics import Failure
from huntline.kql.parser.constants import ConstantParser, timespan_ticks, typed_literal
from huntline.kql.syntax import (
    Between,
    Binary,
    Call,
    ColumnDeclaration,
    Expression,
    Index,
    Literal,
    Logical,
    Member,
    Membership,
    Name,
    NamedArgument,
    NamedExpression,
    Operator,
    Pipe,
    Star,
    TypeOf,
    Unary,
)
from huntline.kql.types import TYPE_NAMES, KqlType

_OR, _AND, _COMPARE, _ADD, _MULTIPLY = 1, 2, 3, 4, 5
ARITHMETIC = _ADD
"""How tight an expression without comparisons binds."""
_STRING_OPERATORS = (
    "has", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs", "contains", "contains_cs", "startswith", "startswith_cs",
    "endswith", "endswith_cs",
)  # fmt: skip
_LISTS = frozenset({"in", "in~", "!in", "!in~", "has_any", "has_all", "!has_any", "!has_all"})
_PRECEDENCE: dict[str, int] = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(
        ("==", "!=", "<>", "=~", "!~", "<", ">", "<=", ">=", "matches", "between", "!between", "like"), _COMPARE
    ),
    **dict.fromkeys(_STRING_OPERATORS, _COMPARE),
    **{f"!{operator}": _COMPARE for operator in _STRING_OPERATORS},
    **dict.fromkeys(("notcontains", "notcontains_cs", "nothas", "nothas_cs", "containscs", "notcontainscs"), _COMPARE),
    **dict.fromkeys(_LISTS, _COMPARE),
    **dict.fromkeys(("+", "-"), _ADD),
    **dict.fromkeys(("*", "/", "%"), _MULTIPLY),
}
_OLD_SPELLINGS = {
    "<>": "!=",
    "notcontains": "!contains",
    "notcontains_cs": "!contains_cs",
    "nothas": "!has",
    "nothas_cs": "!has_cs",
    "containscs": "contains_cs",
    "notcontainscs": "!contains_cs",
}
_LONG_LIST = 16
"""From how many string constants a list is kept as plain strings."""


class ExpressionParser(ConstantParser):
    """Reads expressions."""

    in_search = False

    @abstractmethod
    def source(self) -> Expression | None:
        """Read a source that starts with a keyword of its own (`datatable`, `union`, ...), or return None."""

    @abstractmethod
    def operators(self) -> tuple[Operator, ...]:
        """Read `| operator | operator ...` as far as it goes."""

    def pipe(self) -> Expression:
        """Read an expression that may be a pipe."""
        start = self.start()
        source = self.source() if self.kinds[self.at] == lexer.NAME else None
        if source is None:
            source = self.expression()
        if self.here("|"):
            operators = self.operators()
            return Pipe(start, self.end(), source, operators)
        return source

    def expression(self, least: int = _OR) -> Expression:
        """Read an expression whose operators bind at least as tight as `least`."""
        left = self._unary()
        chain = 0
        compared = False
        while True:
            operator = self.texts[self.at]
            precedence = _PRECEDENCE.get(operator)
            if precedence is None or self.kinds[self.at] == lexer.STRING:
                if not (self.in_search and operator == ":" and least <= _COMPARE):
                    break
                precedence = _COMPARE
            if precedence < least or (precedence == _COMPARE and compared):
                break
            self.at += 1
            if precedence <= _AND:
                left, compared = self._logical(operator, left, precedence), False
                continue
            # A comparison is no operand of another: `a < b < c` has no meaning.
            compared = precedence == _COMPARE
            chain += 1
            if chain > self.limits.nesting * 2:
                raise Failure("nested_too_deep", left.start, self.end(), limit=self.limits.nesting * 2)
            left = self._binary(operator, left, precedence)
        return left

    def _logical(self, operator: str, left: Expression, precedence: int) -> Expression:
        operands = [left, self.expression(precedence + 1)]
        while self.take(operator):
            operands.append(self.expression(precedence + 1))
        return Logical(left.start, self.end(), operator, tuple(operands))

    def _binary(self, operator: str, left: Expression, precedence: int) -> Expression:
        if operator in _LISTS:
            return self._membership(operator, left)
        if operator in ("between", "!between"):
            self.expect("(")
            low = self.expression(_ADD)
            self.expect("..")
            high = self.expression(_ADD)
            self.expect(")")
            return Between(left.start, self.end(), operator == "!between", left, low, high)
        if operator == "matches":
            self.expect("regex")
            operator = "matches regex"
        operator = _OLD_SPELLINGS.get(operator, operator)
        right = self.expression(precedence + 1)
        return Binary(left.start, self.end(), operator, left, right)

    def _membership(self, operator: str, left: Expression) -> Expression:
        self.expect("(")
        literals = self._literal_list()
        if literals is not None:
            return Membership(left.start, self.end(), operator, left, (), literals)
        self.enter()
        items = self._arguments()
        self.leave()
        return Membership(left.start, self.end(), operator, left, items)

    def _literal_list(self) -> tuple[str, ...] | None:
        """Read a long list of string constants up to its bracket; None (and nothing read) where it is anything else."""
        kinds, texts, at = self.kinds, self.texts, self.at
        while kinds[at] == lexer.STRING and texts[at + 1] == ",":
            at += 2
        last = at
        if kinds[at] == lexer.STRING:
            last = at + 1
        if texts[last] != ")" or (last - self.at) < _LONG_LIST * 2:
            return None
        starts = self.starts
        value = lexer.string_value
        literals = tuple(value(texts[i], starts[i]) for i in range(self.at, last, 2))
        self.at = last + 1
        return literals

    def _unary(self) -> Expression:
        text = self.texts[self.at]
        if text in ("-", "+") and self.kinds[self.at] == lexer.PUNCTUATION:
            start = self.start()
            self.at += 1
            self.enter()
            operand = self._unary()
            self.leave()
            if (
                isinstance(operand, Literal)
                and isinstance(operand.value, int | float)
                and not isinstance(operand.value, bool)
            ):
                value = -operand.value if text == "-" else operand.value
                return Literal(start, operand.end, operand.type, value)
            return Unary(start, operand.end, text, operand)
        return self._postfix(self._primary())

    def _postfix(self, target: Expression) -> Expression:
        steps = 0
        while True:
            text = self.texts[self.at]
            if self.kinds[self.at] != lexer.PUNCTUATION or text not in (".", "["):
                return target
            steps += 1
            if steps > self.limits.nesting:
                raise Failure("nested_too_deep", target.start, self.end(), limit=self.limits.nesting)
            self.at += 1
            if text == ".":
                target = self._member(target)
                continue
            if self.kinds[self.at] == lexer.STRING and self.texts[self.at + 1] == "]":
                name = self.string()
                self.expect("]")
                target = Member(target.start, self.end(), target, name)
                continue
            self.enter()
            index = self.expression()
            self.leave()
            self.expect("]")
            target = Index(target.start, self.end(), target, index)

    def _member(self, target: Expression) -> Expression:
        if self.kinds[self.at] == lexer.NAME and self.peek() == "(":
            start = self.start()
            call = self._call(self.word(), start)
            return (
                Member(target.start, self.end(), target, "")
                if not isinstance(call, Call)
                else self._method(target, call)
            )
        if self.here("[") and not self.at_bracketed_name():
            return target  # `a.[0]`: the bracket is read as an index
        if self.kinds[self.at] in (lexer.LONG, lexer.TIMESPAN):
            self.at += 1
            return Member(target.start, self.end(), target, self.texts[self.at - 1])
        name = self.name("a property name")
        return Member(target.start, self.end(), target, name)

    def _method(self, target: Expression, call: Call) -> Expression:
        """`database("x").table("y")`: the call keeps its target as its first argument under a name of its own."""
        return Call(target.start, call.end, f".{call.name}", (target, *call.arguments))

    def _primary(self) -> Expression:
        kind, text, start = self.kinds[self.at], self.texts[self.at], self.start()
        if kind == lexer.STRING:
            value = self.string()
            return Literal(start, self.end(), KqlType.STRING, value)
        if kind == lexer.NAME:
            return self._name(text, start)
        self.at += 1
        end = self.end()
        if kind == lexer.LONG:
            return Literal(start, end, KqlType.LONG, integer(text))
        if kind == lexer.REAL:
            return Literal(start, end, KqlType.REAL, float(text))
        if kind == lexer.TIMESPAN:
            return Literal(start, end, KqlType.TIMESPAN, timespan_ticks(text))
        if kind == lexer.TYPED:
            name, _, body = text.partition("(")
            return typed_literal(name.strip(), body[:-1], start, end)
        if text == "(":
            return self._parenthesis()
        if text == "*":
            return Star(start, end)
        self.at -= 1
        if self.at_bracketed_name():
            name = self.name()
            if self.here("("):
                return self._call(name, start)
            return Name(start, self.end(), name)
        raise self.unexpected("an expression")

    def _parenthesis(self) -> Expression:
        self.enter()
        inner = self.pipe()
        self.leave()
        self.expect(")")
        return inner

    def _name(self, text: str, start: int) -> Expression:
        following = self.texts[self.at + 1]
        if following == "(" and self.kinds[self.at + 1] == lexer.PUNCTUATION:
            self.at += 1
            if text == "dynamic":
                return self._dynamic(start)
            if text == "typeof":
                return self._type_of(start)
            return self._call(text, start)
        self.at += 1
        if text in ("true", "false", "True", "False", "TRUE", "FALSE"):
            return Literal(start, self.end(), KqlType.BOOL, text in ("true", "True", "TRUE"))
        end = self.ends[self.at - 1]
        if following == "*" and self.starts[self.at] == end and self._star_ends_name():
            self.at += 1
            return Star(start, self.end(), text + "*")
        return Name(start, end, text)

    def _star_ends_name(self) -> bool:
        """Say whether the `*` to come belongs to a pattern (`Device*`) and is not a multiplication."""
        return self.kinds[self.at + 1] == lexer.END or self.texts[self.at + 1] in (
            ",",
            ")",
            "|",
            ";",
            "asc",
            "desc",
            "where",
            "on",
        )

    def _dynamic(self, start: int) -> Expression:
        self.at += 1
        value = self.json_value() if not self.here(")") else None
        self.expect(")")
        return Literal(start, self.end(), KqlType.DYNAMIC, value)

    def _type_of(self, start: int) -> Expression:
        self.at += 1
        kind = self.type_name()
        self.expect(")")
        return TypeOf(start, self.end(), kind)

    def type_name(self) -> KqlType:
        """Read the name of a type."""
        start = self.start()
        text = self.word("a type")
        kind = TYPE_NAMES.get(text)
        if kind is None:
            raise Failure("unknown_type", start, self.end(), name=text)
        return kind

    def _call(self, name: str, start: int) -> Expression:
        self.at += 1
        self.enter()
        arguments = self._arguments()
        self.leave()
        end = self.end()
        if name in TYPE_NAMES and len(arguments) == 1:
            only = arguments[0]
            if isinstance(only, Literal) and only.type is KqlType.STRING:
                return only if name == "string" else typed_literal(name, str(only.value), start, end)
        if name in ("datetime", "date") and len(arguments) == 3:
            # `datetime(2025, 6, 14)`: the commas part the date like hyphens.
            parts = [str(part.value) for part in arguments if isinstance(part, Literal) and part.type is KqlType.LONG]
            return typed_literal(name, "-".join(parts) if len(parts) == 3 else "...", start, end)
        return Call(start, end, name, arguments)

    def _arguments(self) -> tuple[Expression, ...]:
        """Read arguments up to and with the closing bracket."""
        arguments: list[Expression] = []
        if self.take(")"):
            return ()
        while True:
            arguments.append(self.argument())
            if not self.take(","):
                self.expect(")")
                return tuple(arguments)

    def argument(self) -> Expression:
        """Read an argument: a pipe, or `name = value`."""
        if self.kinds[self.at] == lexer.NAME and self.texts[self.at + 1] == "=":
            start = self.start()
            name = self.word()
            self.at += 1
            value = self.pipe()
            return NamedArgument(start, self.end(), name, value)
        return self.pipe()

    def named_expression(self) -> NamedExpression:
        """Read `expression`, `name = expression` or `(a, b) = expression`."""
        start = self.start()
        if self.kinds[self.at] == lexer.NAME and self.texts[self.at + 1] == "=":
            name = self.word()
            self.at += 1
            return NamedExpression(start, (value := self.expression()).end, (name,), value)
        if self.at_bracketed_name() and self.texts[self.at + 3] == "=":
            name = self.name()
            self.at += 1
            return NamedExpression(start, (value := self.expression()).end, (name,), value)
        if self.here("(") and (names := self._tuple_names()):
            return NamedExpression(start, (value := self.expression()).end, names, value, tupled=True)
        value = self.expression()
        return NamedExpression(start, value.end, (), value)

    def _tuple_names(self) -> tuple[str, ...]:
        """Read `(a, b) =`; nothing where something else stands there."""
        mark = self.at
        self.at += 1
        names: list[str] = []
        while self.is_name() or self.at_bracketed_name():
            names.append(self.name())
            if not self.take(","):
                break
        if self.take(")") and self.take("="):
            return tuple(names)
        self.at = mark
        return ()

    def named_expressions(self) -> tuple[NamedExpression, ...]:
        """Read named expressions with commas between them."""
        items = [self.named_expression()]
        while self.take(","):
            items.append(self.named_expression())
        return tuple(items)

    def column_declarations(self) -> tuple[ColumnDeclaration, ...]:
        """Read `(name: type, ...)`."""
        self.expect("(")
        columns: list[ColumnDeclaration] = []
        while not self.take(")"):
            start = self.start()
            name = self.name("a column name")
            self.expect(":")
            kind = self.type_name()
            columns.append(ColumnDeclaration(start, self.end(), name, kind))
            if not self.take(","):
                self.expect(")")
                break
        return tuple(columns)


def integer(text: str) -> int | None:
    """Return the value of an integer; where Python refuses the number of its digits, null: what is beyond 64 bits is."""
    if len(text) > 1000:
        return None
    return int(text, 16) if text[:2] in ("0x", "0X") else int(text)
