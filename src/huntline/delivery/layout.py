"""What a letter is made of, and how it looks as plain text and as HTML (no images, no script, inline styles only)."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

from django.utils.html import escape


@dataclass(frozen=True, slots=True)
class Heading:
    """A title inside the letter."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, one below the other."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do, in order."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go; the address is written out too, for readers who trust no button."""

    label: str
    url: str


Block = Heading | Paragraph | Facts | Steps | Link


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it has a recipient. `small_print` stands below the line."""

    language: str
    subject: str
    blocks: Sequence[Block]
    small_print: Sequence[str | Link]


_WIDTH = 76


def as_text(letter: Letter) -> str:
    """Return the letter as plain text, of lines that every reader shows."""
    parts = [_text(block) for block in letter.blocks]
    return "\n\n".join([*parts, "-- ", *map(_small_text, letter.small_print)]) + "\n"


def as_html(letter: Letter) -> str:
    """Return the letter as an HTML page that needs nothing from elsewhere."""
    body = "".join(_html(block) for block in letter.blocks)
    small = "".join(f'<p style="margin:0 0 8px">{_small_html(line)}</p>' for line in letter.small_print)
    return (
        f'<!DOCTYPE html><html lang="{letter.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{escape(letter.subject)}</title></head>"
        "<body style=\"margin:0;padding:24px;font:15px/1.5 'Segoe UI','Malgun Gothic','Yu Gothic UI',sans-serif\">"
        f'<div style="max-width:640px;margin:0 auto">{body}'
        f'<div style="margin-top:32px;padding-top:12px;border-top:1px solid #8886;font-size:12px">{small}</div>'
        "</div></body></html>"
    )


def _small_text(line: str | Link) -> str:
    return f"{line.label}:\n{line.url}" if isinstance(line, Link) else _wrapped(line)


def _small_html(line: str | Link) -> str:
    if isinstance(line, Link):
        return f'<a href="{escape(line.url)}">{escape(line.label)}</a>'
    return escape(line)


def _text(block: Block) -> str:
    match block:
        case Heading(text):
            return f"{text}\n{'=' * min(2 * len(text), _WIDTH)}" if not text.isascii() else f"{text}\n{'=' * len(text)}"
        case Paragraph(text):
            return "\n".join(_wrapped(line) for line in text.splitlines())
        case Facts(rows):
            return "\n".join(f"{name}: {value}" for name, value in rows)
        case Steps(items):
            return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
        case Link(label, url):
            return f"{label}:\n{url}"


def _html(block: Block) -> str:
    match block:
        case Heading(text):
            return f'<h1 style="margin:24px 0 8px;font-size:20px">{escape(text)}</h1>'
        case Paragraph(text):
            return f'<p style="margin:0 0 12px">{"<br>".join(escape(line) for line in text.splitlines())}</p>'
        case Facts(rows):
            cell = 'style="padding:4px 16px 4px 0;text-align:left;vertical-align:top'
            lines = "".join(
                f'<tr><th scope="row" {cell};font-weight:600">{escape(name)}</th><td {cell}">{escape(value)}</td></tr>'
                for name, value in rows
            )
            return f'<table style="margin:0 0 16px;border-collapse:collapse">{lines}</table>'
        case Steps(items):
            listed = "".join(f'<li style="margin:0 0 4px">{escape(item)}</li>' for item in items)
            return f'<ol style="margin:0 0 16px;padding-left:24px">{listed}</ol>'
        case Link(label, url):
            return (
                f'<p style="margin:16px 0"><a href="{escape(url)}" style="font-weight:600">{escape(label)}</a><br>'
                f'<span style="font-size:12px;word-break:break-all">{escape(url)}</span></p>'
            )


def _wrapped(line: str) -> str:
    # Korean and Japanese have no blanks to break at where it matters; readers fold them well by themselves.
    return "\n".join(wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False)) if line.isascii() else line
