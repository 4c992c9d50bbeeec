"""The name of a file as its sender told it: for people to read, and for nothing else."""

import unicodedata
from typing import Final

LONGEST: Final = 255
UNNAMED: Final = "unnamed"
# What was taken out stays visible as a mark: a name that hides something is itself a finding.
MARK: Final = "\N{REPLACEMENT CHARACTER}"
_KEPT_END: Final = 60


def shown_name(told: str) -> str:
    r"""Return a name of 1 to 255 characters that is safe to show: no folders, no control or direction characters.

    >>> shown_name("..\\..\\etc/passwd"), shown_name("invoice\u202egpj.exe"), shown_name("..")
    ('passwd', 'invoice�gpj.exe', 'unnamed')
    """
    last = unicodedata.normalize("NFC", told).replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = "".join(_shown(character) for character in last)
    clean = " ".join(clean.split())
    if not clean.strip(". "):
        return UNNAMED
    if len(clean) > LONGEST:
        clean = f"{clean[: LONGEST - _KEPT_END - 1].rstrip()}…{clean[-_KEPT_END:]}"
    return clean


def extension_of(name: str) -> str:
    """Return what stands after the last dot in small letters, without the dot; "" where there is none.

    >>> extension_of("a.tar.GZ"), extension_of("README"), extension_of(".profile")
    ('gz', '', '')
    """
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem and end.isalnum() else ""


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp"}:
        return " "
    # Control, format (which turns directions and hides), surrogate, private and unassigned.
    return MARK if category.startswith("C") else character
