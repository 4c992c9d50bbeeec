"""The texts of the reports by language: one file each, with the same keys and places (a test holds that)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = ("en", "ko", "ja")


@cache
def texts(language: str) -> Mapping[str, Mapping[str, str]]:
    """Return all texts of a language, section by section. Raises KeyError for a language that there is not."""
    if language not in LANGUAGES:
        raise KeyError(language)
    source = (files("huntline.reports") / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def say(language: str, key: str, **values: object) -> str:
    """Return the text `section.name` with its places filled. Raises KeyError for a text or a place that is missing.

    >>> say("en", "label.rows")
    'Rows'
    """
    section, _, name = key.partition(".")
    return texts(language)[section][name].format(**values)


def count(language: str, key: str, number: int, **values: object) -> str:
    """Return a text of which there is one for 1 and one for other numbers.

    >>> count("en", "count.hunts", 1), count("en", "count.hunts", 1400)
    ('1 hunt', '1,400 hunts')
    """
    return say(language, f"{key}_{'one' if number == 1 else 'other'}", n=f"{number:,}", **values)
