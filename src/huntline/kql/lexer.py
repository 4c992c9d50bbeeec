"""Query text to tokens.

Tokens are kept in parallel lists: the lexer and the parser see some ten thousand of them for a list of 5,000 hashes, and an
object for each would cost more than the rest of the compilation.
"""

import re
from dataclasses import dataclass

from huntline.kql.diagnostics import Failure
from huntline.kql.source import Source

# Kinds of tokens
NAME = "name"
STRING = "string"
LONG = "long"
REAL = "real"
TIMESPAN = "timespan"
TYPED = "typed"
PUNCTUATION = "punctuation"
END = "end"

_UNITS = (
    "microseconds|microsecond|milliseconds|millisecond|minutes|minute|millis|milli|micros|micro|seconds|second|hours|hour|days|day|"
    "nanoseconds|nanosecond|nanos|nano|ticks|tick|mins|min|secs|sec|hrs|hr|ms|d|h|m|s"
)
_HYPHENATED = (
    "project-away|project-keep|project-rename|project-reorder|project-smart|mv-expand|mv-apply|make-series|parse-where|parse-kv|"
    "top-nested|top-hitters|make-graph|graph-match|graph-to-table|graph-shortest-paths|graph-mark-components|graph-where-nodes|"
    "graph-where-edges|sample-distinct|reduce-by|assert-schema|execute-and-cache|project-by-names"
)
# Raw literals: what stands in the brackets is not KQL.
_RAW = r"(?:datetime|date|timespan|time|guid|decimal|double|real|long|int|boolean|bool)"

_TOKEN = re.compile(
    rf"""
    (?P<space>(?:[\s\u200b\ufeff]+|//[^\n]*|(?:\A|(?<=\n))\#[^\n]*)+)
  | (?P<typed>(?<![\w.]){_RAW}\s*\((?!\s*\()\s*[^()'",\[\]\n;|]*\))
  | (?P<string>[hH]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|@"(?:[^"]|"")*"|@'(?:[^']|'')*'|```.*?```|~~~.*?~~~))
  | (?P<hyphenated>(?:{_HYPHENATED})(?![\w]))
  | (?P<timespan>\d+(?:\.\d+)?(?:{_UNITS})(?!\w))
  | (?P<real>\d+\.\d+(?:[eE][+-]?\d+)?(?![\w])|\d+[eE][+-]?\d+(?!\w)|\d+\.(?![\w.]))
  | (?P<long>0[xX][0-9a-fA-F]+(?!\w)|\d+(?!\w))
  | (?P<name>[$\w]+)
  | (?P<punctuation>
        !(?:in|has_any|has_all|has_cs|hasprefix_cs|hasprefix|hassuffix_cs|hassuffix|has|contains_cs|contains
          |startswith_cs|startswith|endswith_cs|endswith|between)(?![\w])~?
      | (?:in~(?!\w))
      | ==|=~|!~|!=|<>|<=|>=|=>|\.\.|[-+*/%=<>()\[\]{{}}.,;:|?@!&^~\#])
    """,
    re.VERBOSE | re.DOTALL,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {
    "n": "\n", "t": "\t", "r": "\r", "\\": "\\", '"': '"', "'": "'", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "`": "`", "/": "/",
}  # fmt: skip


@dataclass(slots=True)
class Tokens:
    """The tokens of a text. The last one is of kind `END` and stands at the end of the text."""

    kinds: list[str]
    texts: list[str]
    starts: list[int]
    ends: list[int]


def tokenize(source: Source) -> Tokens:
    """Split the text into tokens.

    Raises:
        Failure: a string is not closed, or a character has no meaning in the language.
    """
    text = source.text
    if not text.isascii() and (half := _SURROGATE.search(text)) is not None:
        raise Failure("bad_character", half.start(), half.end(), text=half.group())
    kinds: list[str] = []
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position, length = 0, len(text)
    match = _TOKEN.match
    while position < length:
        found = match(text, position)
        if found is None:
            raise _stray(text, position)
        kind = found.lastgroup
        end = found.end()
        if kind != "space":
            piece = found.group()
            if piece == "in" and text.startswith("~", end):
                kind, piece, end = PUNCTUATION, "in~", end + 1
            elif kind == "hyphenated":
                kind = NAME
            kinds.append(kind or PUNCTUATION)
            texts.append(piece)
            starts.append(position)
            ends.append(end)
        position = end
    kinds.append(END)
    texts.append("")
    starts.append(length)
    ends.append(length)
    return Tokens(kinds, texts, starts, ends)


def _stray(text: str, position: int) -> Failure:
    char = text[position]
    if char in "\"'`" or (char in "hH@" and text[position + 1 : position + 2] in ('"', "'", "@")):
        line_end = text.find("\n", position)
        return Failure("unterminated_string", position, len(text) if line_end < 0 else line_end)
    return Failure("bad_character", position, position + 1, text=char)


def string_value(piece: str, start: int) -> str:
    """Return the value of a string token.

    Raises:
        Failure: an escape sequence that the language does not have; `start` is the offset of the token.
    """
    if piece[0] in "hH":
        piece, start = piece[1:], start + 1
    first = piece[0]
    if first == "@":
        quote = piece[1]
        body = piece[2:-1]
        return body.replace(quote * 2, quote) if quote in body else body
    if first in "`~":
        return piece[3:-3]
    body = piece[1:-1]
    if "\\" not in body:
        return body

    def replace(found: re.Match[str]) -> str:
        code = found.group(1)
        if code[0] in "xuU" and len(code) > 1:
            number = int(code[1:], 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise Failure("bad_escape", start + 1 + found.start(), start + 1 + found.end(), text=found.group())
            return chr(number)
        if code[0] in "01234567":
            return chr(int(code, 8))
        simple = _SIMPLE_ESCAPES.get(code)
        if simple is None:
            raise Failure("bad_escape", start + 1 + found.start(), start + 1 + found.end(), text=found.group())
        return simple

    return _ESCAPE.sub(replace, body)
