"""Tokens to syntax: a recursive-descent parser, one file for each layer of the language.

`cursor` (moves) -> `constants` (typed literals, JSON) -> `expressions` -> `table_operators` -> `operators` -> `statements`.
"""

from huntline.kql.diagnostics import Failure
from huntline.kql.lexer import tokenize
from huntline.kql.parser.statements import Parser
from huntline.kql.source import Limits, Source
from huntline.kql.syntax import Program

__all__ = ["parse"]


def parse(source: Source, limits: Limits) -> tuple[Program | None, list[Failure]]:
    """Return the syntax of a text and what is wrong with it; without any syntax where not even its tokens can be told."""
    if len(source.text) > limits.text_length:
        failure = Failure("text_too_long", 0, 1, length=len(source.text), limit=limits.text_length)
        return None, [failure]
    failures: list[Failure] = []
    try:
        tokens = tokenize(source)
    except Failure as failure:
        return None, [failure]
    program = Parser(tokens, limits).program(failures)
    return program, failures
