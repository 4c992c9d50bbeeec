"""What a content looks like, by Magika's model (it is in the package, and nothing is fetched), and whether the name says otherwise.

Free of Django, for the process that examines. The import takes half a second and 80 MB, which is why nothing else imports it.
"""

import json
from collections.abc import Mapping
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

from magika import Magika

from huntline.samples.examining.findings import LONGEST_WORD, FileKind
from huntline.samples.names import extension_of

_UNKNOWN: Final = frozenset({"unknown", "undefined", "empty"})
# Windows runs all of these alike.
_PROGRAMS: Final = frozenset(
    {"acm", "ax", "com", "cpl", "dll", "drv", "efi", "exe", "mui", "ocx", "pyd", "scr", "sys", "xll"}
)
# Documents and packages that are archives inside; one of an unusual make is told as the archive that it is.
_ARCHIVES_INSIDE: Final = frozenset(
    "apk docm docx epub jar odp ods odt pptm pptx vsix war whl xlsb xlsm xlsx xpi".split()  # noqa: SIM905 - seventeen lines
)


class KindReader:
    """Tells what contents look like. `version` is Magika's and its model's."""

    def __init__(self) -> None:
        self._model = Magika()
        self.version = f"{self._model.get_module_version()} {self._model.get_model_name()}"[:LONGEST_WORD]
        known = json.loads(files("magika").joinpath("config", "content_types_kb.min.json").read_text())
        self._claims: dict[str, list[Mapping[str, Any]]] = {}
        for kind in known.values():
            for extension in kind["extensions"]:
                self._claims.setdefault(extension, []).append(kind)

    def kind_of(self, content: bytes, name: str) -> FileKind:
        """Return what the content looks like."""
        said = self._model.identify_stream(BytesIO(content))
        seen = said.output
        lies = self._lies(seen, extension_of(name))
        label, mime, group, text = (
            word[:LONGEST_WORD] for word in (str(seen.label), seen.mime_type, seen.group, seen.description)
        )
        return FileKind(label, mime, group, text, min(max(float(said.score), 0.0), 1.0), lies)

    def _lies(self, seen: Any, extension: str) -> bool | None:
        """Return whether the extension promises something else; None where it or the content says too little."""
        label = str(seen.label)
        if not extension or label in _UNKNOWN:
            return None
        fits = extension in seen.extensions
        fits = (
            fits or (label == "pebin" and extension in _PROGRAMS) or (label == "zip" and extension in _ARCHIVES_INSIDE)
        )
        if fits:
            return False
        claimed = self._claims.get(extension, [])
        if not claimed:
            return True if seen.group == "executable" else None
        # Texts are taken for one another, and so are kinds of one family; neither makes a file act as what it does not say.
        alike = (seen.is_text and any(kind["is_text"] for kind in claimed)) or seen.group in {
            kind["group"] for kind in claimed
        }
        return not alike
