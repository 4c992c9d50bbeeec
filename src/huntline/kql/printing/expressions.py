"""Expressions as they are written: brackets only where the parser would read something else without them."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from huntline.kql import syntax
from huntline.kql.printing.texts import Unprintable, literal, name, text
from huntline.kql.types import TYPE_NAMES, KqlType

_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _UNARY = 1, 2, 3, 4, 5, 6
_PATTERN = re.compile(r"[\w*]+", re.ASCII)
_SPELLED = frozenset({"dynamic", "typeof", *TYPE_NAMES})
"""Names that the lexer or the parser take for a literal in front of a bracket."""
_TIGHT = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "%": _MULTIPLY}
_PRIMARY = (syntax.Literal, syntax.Name, syntax.Call, syntax.Member, syntax.Index, syntax.Star, syntax.TypeOf)

tabular: list[Callable[[syntax.Node], str | None]] = []
"""What prints pipes and sources: entered by `operators`, because relations hold expressions and expressions relations."""


def expression(node: syntax.Expression) -> str:
    """Return an expression, a pipe or a source."""
    printer = _PRINTERS.get(type(node))
    if printer is not None:
        return printer(node)
    shown = tabular[0](node)
    if shown is None:
        raise Unprintable(type(node).__name__)
    return shown


def _level(node: syntax.Expression) -> int:
    if isinstance(node, syntax.Logical):
        return _OR if node.operator == "or" else _AND
    if isinstance(node, syntax.Binary):
        return _TIGHT.get(node.operator, _COMPARE)
    if isinstance(node, syntax.Membership | syntax.Between):
        return _COMPARE
    if isinstance(node, syntax.Unary | syntax.Literal | syntax.Name | syntax.Call | syntax.Member | syntax.Index):
        return _UNARY
    return _UNARY if isinstance(node, syntax.Star | syntax.TypeOf) else 0


def at(node: syntax.Expression, least: int) -> str:
    """Return an expression in a place where operators bind at least as tight as `least`."""
    shown = expression(node)
    return shown if _level(node) >= least else f"({shown})"


def operand(node: syntax.Expression) -> str:
    """Return an expression where one without operators is expected."""
    return expression(node) if isinstance(node, _PRIMARY) else f"({expression(node)})"


def joined(nodes: Iterable[syntax.Node]) -> str:
    """Return expressions with commas between them."""
    return ", ".join(expression(node) for node in nodes)


def pattern(node: syntax.Expression) -> str:
    """Return a name or a pattern where both may stand."""
    if isinstance(node, syntax.Star):
        return node.pattern if _PATTERN.fullmatch(node.pattern) else f"[{text(node.pattern)}]"
    return operand(node)


def columns(nodes: Iterable[syntax.ColumnDeclaration]) -> str:
    """Return `(name: type, ...)`."""
    return "(" + ", ".join(f"{name(node.name)}: {node.type}" for node in nodes) + ")"


def _call(node: syntax.Call) -> str:
    arguments = list(node.arguments)
    if node.name.startswith(".") and arguments:
        return f"{operand(arguments[0])}.{node.name[1:]}({joined(arguments[1:])})"
    shown = f"[{text(node.name)}]" if node.name in _SPELLED else name(node.name)
    if shown[0] == "[" and re.fullmatch(r"\w+", node.name, re.ASCII) and node.name not in _SPELLED:
        shown = node.name
    return f"{shown}({joined(arguments)})"


def _target(node: syntax.Expression) -> str:
    # A number in front of a dot would be read as one number with what follows.
    return f"({expression(node)})" if isinstance(node, syntax.Star | syntax.Literal) else operand(node)


def _index(node: syntax.Index) -> str:
    inner = expression(node.index)
    if isinstance(node.index, syntax.Literal) and node.index.type is KqlType.STRING:
        inner = f"({inner})"
    return f"{_target(node.target)}[{inner}]"


def _binary(node: syntax.Binary) -> str:
    level = _level(node)
    # A comparison is no operand of another without brackets.
    return f"{at(node.left, _ADD if level == _COMPARE else level)} {node.operator} {at(node.right, level + 1)}"


def _logical(node: syntax.Logical) -> str:
    level = _level(node)
    return f" {node.operator} ".join(at(part, level + 1) for part in node.operands)


def _membership(node: syntax.Membership) -> str:
    items = joined(node.items) if node.literals is None else ", ".join(map(text, node.literals))
    return f"{at(node.left, _ADD)} {node.operator} ({items})"


def _between(node: syntax.Between) -> str:
    word = "!between" if node.negated else "between"
    return f"{at(node.value, _ADD)} {word} ({at(node.low, _ADD)} .. {at(node.high, _ADD)})"


def _named(node: syntax.NamedExpression) -> str:
    if not node.names:
        return expression(node.expression)
    names = ", ".join(map(name, node.names))
    return f"({names}) = {at(node.expression, 1)}" if node.tupled else f"{names} = {at(node.expression, 1)}"


_PRINTERS: dict[type, Callable[[Any], str]] = {
    syntax.Literal: literal,
    syntax.Name: lambda node: name(node.name),
    syntax.Star: lambda node: node.pattern,
    syntax.TypeOf: lambda node: f"typeof({node.type})",
    syntax.Call: _call,
    syntax.NamedArgument: lambda node: f"{node.name} = {expression(node.value)}",
    syntax.Member: lambda node: f"{_target(node.target)}.{name(node.name)}",
    syntax.Index: _index,
    syntax.Unary: lambda node: f"{node.operator}{at(node.operand, _UNARY)}",
    syntax.Binary: _binary,
    syntax.Logical: _logical,
    syntax.Membership: _membership,
    syntax.Between: _between,
    syntax.NamedExpression: _named,
    syntax.ColumnDeclaration: lambda node: f"{name(node.name)}: {node.type}",
}
