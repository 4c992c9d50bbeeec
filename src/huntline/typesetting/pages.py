"""From a template and its data to a PDF, in fonts that the server has."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from typing import Final

import typst

from huntline.typesetting.errors import FontMissing

_LATIN: Final[tuple[str, ...]] = (
    "Noto Sans",
    "Segoe UI",
    "Helvetica Neue",
    "Liberation Sans",
    "DejaVu Sans",
    "Libertinus Serif",
)


@dataclass(frozen=True, slots=True)
class _Script:
    """Letters that need a font of their own, and the families that have them, the best first."""

    name: str
    letters: re.Pattern[str]
    families: tuple[str, ...]


_KOREAN: Final = _Script(
    "Korean",
    re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]"),
    ("Noto Sans CJK KR", "Noto Sans KR", "Source Han Sans K", "Source Han Sans KR", "Malgun Gothic", "Apple SD Gothic Neo",
     "NanumGothic", "Nanum Gothic", "UnDotum", "Baekmuk Gulim"),
)  # fmt: skip
_JAPANESE: Final = _Script(
    "Japanese",
    re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f]"),
    ("Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans", "Source Han Sans JP", "Yu Gothic", "Hiragino Sans", "Meiryo",
     "IPAexGothic", "IPAGothic", "TakaoGothic", "VL Gothic", "MS Gothic"),
)  # fmt: skip
_SCRIPTS: Final = {"ko": (_KOREAN, _JAPANESE), "ja": (_JAPANESE, _KOREAN)}


def set_pages(template: Traversable, data: object, language: str, *, at: int) -> bytes:
    """Return the pages of a template as a PDF; the same data give the same bytes.

    template: a `.typ` file that reads `sys.inputs.data` (the data as JSON) and `sys.inputs.fonts` (a list of families). at: seconds
    since 1970 that the file names as its time. Raises FontMissing.
    """
    text = json.dumps(data, ensure_ascii=False)
    fonts = fonts_for(text, language, families())
    with as_file(template) as file:
        return typst.compile(
            file,
            root=file.parent,
            font_paths=_fonts(),
            sys_inputs={"data": text, "fonts": json.dumps(fonts)},
            timestamp=at,
        )


def fonts_for(text: str, language: str, installed: frozenset[str]) -> list[str]:
    """Return the installed families to set a text in, the first that has a letter wins. Raises FontMissing.

    Han characters are Korean where the report is, and Japanese elsewhere: the shapes differ.
    """
    chosen = [name for name in _LATIN if name in installed][:1]
    missing = []
    for script in _SCRIPTS.get(language, (_JAPANESE, _KOREAN)):
        found = next((name for name in script.families if name in installed), None)
        if found:
            chosen.append(found)
        elif script.letters.search(text) and not (
            script is _JAPANESE and language == "ko" and _has_only_han(text, chosen)
        ):
            missing.append(script.name)
    if missing:
        raise FontMissing(missing)
    return chosen


def _has_only_han(text: str, chosen: list[str]) -> bool:
    """Korean fonts have Han characters too, but no kana."""
    return len(chosen) > 1 and not re.search("[\u3040-\u30ff]", text)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts()


@cache
def families() -> frozenset[str]:
    """Return the font families that the server has, Typst's own among them; looked up once in the life of the process."""
    return frozenset(_fonts().families())
