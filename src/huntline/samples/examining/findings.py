"""What the examining process says. It has read hostile bytes, so its words are checked like those of a stranger."""

from typing import Annotated, Final

import msgspec

MOST_MATCHES: Final = 200
MOST_META: Final = 30
MOST_TAGS: Final = 30
LONGEST_WORD: Final = 200
LONGEST_TEXT: Final = 1000

Word = Annotated[str, msgspec.Meta(max_length=LONGEST_WORD)]
Text = Annotated[str, msgspec.Meta(max_length=LONGEST_TEXT)]


class FileKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the content looks like. score: 0 to 1.

    name_lies: whether the name's extension says something else; None where it or the content says too little.
    """

    label: Word
    mime: Word
    group: Word
    description: Word
    score: Annotated[float, msgspec.Meta(ge=0, le=1)]
    name_lies: bool | None


class RuleMatch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A YARA rule that matched. namespace: its file. meta: names and values as the rule has them."""

    rule: Word
    namespace: Word
    tags: Annotated[list[Word], msgspec.Meta(max_length=MOST_TAGS)]
    meta: Annotated[list[tuple[Word, Text]], msgspec.Meta(max_length=MOST_META)]


class Findings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that an examination found.

    ruleset: SHA-256 of the rules, "" where none are set up. cut: more rules matched than are kept here. magika, yara: versions.
    """

    kind: FileKind
    matches: Annotated[list[RuleMatch], msgspec.Meta(max_length=MOST_MATCHES)]
    cut: bool
    ruleset: Annotated[str, msgspec.Meta(max_length=64)]
    magika: Word
    yara: Word
