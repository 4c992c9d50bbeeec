"""Lines of JSON: one driver for all formats that are one object a line."""

from collections.abc import Callable, Iterator
from typing import IO, Final

import orjson

from huntline.telemetry.rows import Refusal
from huntline.telemetry.sources.event import Item

LONGEST_LINE: Final = 16 * 1024**2
BOM: Final = b"\xef\xbb\xbf"

Document = dict[str, object]
Convert = Callable[[Document, int, bytes], Item]


def lines(stream: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    """Yield (line number from 1, line) of the lines that hold something. A line beyond the longest comes cut, with its newline missing."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        yielded = line
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(LONGEST_LINE + 1)
        if number == 1:
            yielded = yielded.removeprefix(BOM)
        if yielded.strip():
            yield number, yielded


def read_documents(stream: IO[bytes]) -> Iterator[tuple[int, bytes, Document] | Refusal]:
    """Yield (line number, its bytes, its object), and a Refusal for each line that is no JSON object."""
    for number, line in lines(stream):
        if len(line) > LONGEST_LINE:
            yield Refusal(number, "line_too_long", f"The line has more than {LONGEST_LINE:,} bytes.")
            continue
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            yield Refusal(number, "not_json", f"The line is no JSON: {error}.")
            continue
        if isinstance(document, dict):
            yield number, line, document
        else:
            kind = "array" if isinstance(document, list) else type(document).__name__
            yield Refusal(number, "not_an_object", f"The line is a JSON {kind}: write one object a line.")


def read_with(convert: Convert) -> Callable[[IO[bytes]], Iterator[Item]]:
    """Build a reader out of what turns one object into one item."""

    def read(stream: IO[bytes]) -> Iterator[Item]:
        for found in read_documents(stream):
            if isinstance(found, Refusal):
                yield found
            else:
                number, line, document = found
                try:
                    yield convert(document, number, line)
                except (KeyError, TypeError, ValueError, AttributeError) as error:
                    yield Refusal(number, "record_malformed", f"The record is not what its format promises: {error!r}.")

    return read


def has_no_time(line: int) -> Refusal:
    """Refuse a record that does not say when it happened."""
    return Refusal(line, "no_time", "The record does not say when it happened.")


def has_no_host(line: int) -> Refusal:
    """Refuse a record that does not say on which device it happened."""
    return Refusal(line, "no_host", "The record does not say on which device it happened.")
