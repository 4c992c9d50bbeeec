"""The texts of packages and of the page behind their link: one file for each language, with the same keys (a test holds that)."""

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
    source = (files("huntline.handoff") / "texts" / f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


def say(language: str, key: str, **values: object) -> str:
    """Return the text `section.name` with its places filled. Raises KeyError for a text or a place that is missing.

    >>> say("en", "kind.incident")
    'Incident'
    """
    section, _, name = key.partition(".")
    return texts(language)[section][name].format(**values)
