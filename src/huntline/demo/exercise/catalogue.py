"""The catalogue of techniques: text files whose lines become rows of hunting tables.

A technique begins with `# T1003.001 What is done`, and `# STATE What is known` is what is simply there. Lines below it happen one after
another on one device; a state is left once for each device of its kind:

    on server                   where: laptop (as it is left out), windows, server, dc, web, sql, files, jump, linux, mac
    as system                   whose processes they are: user (as it is left out), admin, system
    process PARENT > COMMAND    `|| Column=Value` at its end changes a column; `[name.exe]` after the image names the original of a
                                renamed file
    file PROCESS ACTION PATH
    network PROCESS ACTION ADDRESS:PORT [URL]
    registry PROCESS ACTION KEY | name | data       the name - is that of the key itself
    image PROCESS PATH
    event PROCESS ACTION
    logon PROCESS ACTION KIND ACCOUNT
    row TABLE
    wait SECONDS

Every line but `process`, `on`, `as` and `wait` may go on with ` | Column=Value` fields. `x=12` repeats the row twelve times, and
`every=5` says how many seconds apart. PROCESS is a file name: the last process of that name in the technique, or a new one. Values may
hold the `{placeholders}` of `play.Play.words`. A line that begins with `;` is a remark.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

PLATFORMS = frozenset({"laptop", "windows", "server", "dc", "web", "sql", "files", "jump", "linux", "mac"})
ACTORS = frozenset({"user", "admin", "system"})
VERBS = frozenset({"process", "file", "network", "registry", "image", "event", "logon", "row", "wait"})
_FIELD = re.compile(r" \| (?=[A-Za-z][A-Za-z0-9]*=)")
STATE = "STATE"
_TITLE = re.compile(r"# (T\d{4}(?:\.\d{3})?|STATE) (.+)")


@dataclass(frozen=True, slots=True)
class Line:
    """verb; head: what stands before the fields; fields: (column, value) as written."""

    verb: str
    head: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Technique:
    """id: of MITRE ATT&CK, or `STATE`; platform and actor: see `PLATFORMS` and `ACTORS`."""

    id: str
    title: str
    tactic: str
    platform: str
    actor: str
    lines: tuple[Line, ...]


class CatalogueInvalid(ValueError):
    """A line of the catalogue is not of its form."""


def parse_catalogue(tactic: str, text: str) -> list[Technique]:
    r"""Return the techniques of a file. Raises CatalogueInvalid.

    >>> [technique] = parse_catalogue("discovery", "# T1033 Who am I\nprocess cmd.exe > whoami /all\n")
    >>> technique.id, technique.platform, technique.lines[0].head
    ('T1033', 'laptop', 'cmd.exe > whoami /all')
    """
    found: list[Technique] = []
    title: re.Match[str] | None = None
    settings: dict[str, str] = {}
    lines: list[Line] = []

    def close() -> None:
        if title is not None:
            platform, actor = settings.get("on", "laptop"), settings.get("as", "user")
            found.append(Technique(title[1], title[2], tactic, platform, actor, tuple(lines)))

    for number, line in enumerate(text.splitlines(), 1):
        verb, _, rest = line.strip().partition(" ")
        if not verb or verb.startswith(";"):
            continue
        if verb == "#":
            close()
            title, settings, lines = _TITLE.fullmatch(line.strip()), {}, []
            known = title is not None
        elif verb in {"on", "as"}:
            settings[verb] = rest
            known = rest in (PLATFORMS if verb == "on" else ACTORS)
        else:
            lines.append(_parse_line(verb, rest))
            known = verb in VERBS
        if not known:
            raise CatalogueInvalid(f"{tactic}, line {number}: {line}")
    close()
    return found


def _parse_line(verb: str, rest: str) -> Line:
    if verb == "process":
        head, _, changes = rest.partition(" || ")
        return Line(verb, head.strip(), tuple(_parse_field(part) for part in _FIELD.split(changes) if part))
    if verb == "registry":
        # The data may hold what looks like a separator.
        rest = rest.replace(" | ", " | RegistryValueName=", 1)
        start = rest.index(" | RegistryValueName=") + len(" | RegistryValueName=")
        rest = rest[:start] + rest[start:].replace(" | ", " | RegistryValueData=", 1)
    head, *fields = _FIELD.split(rest)
    return Line(verb, head.strip(), tuple(_parse_field(part) for part in fields))


def _parse_field(part: str) -> tuple[str, str]:
    name, _, value = part.strip().partition("=")
    return name, value


@cache
def catalogue() -> tuple[Technique, ...]:
    """Return all techniques, file by file. Raises CatalogueInvalid."""
    folder = files("huntline.demo.exercise") / "techniques"
    texts = sorted((entry.name, entry) for entry in folder.iterdir() if entry.name.endswith(".txt"))
    return tuple(
        technique
        for name, entry in texts
        for technique in parse_catalogue(name.removesuffix(".txt"), entry.read_text(encoding="utf-8"))
    )
