"""What is known of the programs that techniques name: a table in `programs.txt`, and rules for the rest."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from huntline.demo.software import MICROSOFT, ProgramSpec

_SYSTEM32 = r"C:\Windows\System32"
_WINDOWS = "Microsoft® Windows® Operating System"


@dataclass(frozen=True, slots=True)
class KnownProgram:
    """A row of the table; parent: the file name of what usually starts it."""

    folder: str
    product: str
    company: str
    original: str
    parent: str


@cache
def known_programs() -> dict[str, KnownProgram]:
    """Return the table by file name in lower case."""
    text = (files("huntline.demo.exercise") / "programs.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith(";"):
            name, folder, product, company, original, parent = (part.strip() for part in line.split("|"))
            found[name.lower()] = KnownProgram(folder, product, company, original, parent)
    return found


def usual_parent(name: str) -> str:
    """Return the file name of what usually starts a program of Windows."""
    known = known_programs().get(name.lower())
    return known.parent if known and known.parent else "explorer.exe"


def describe_program(image: str, original: str, *, is_windows: bool) -> ProgramSpec:
    """Return the program of an image as a command line names it, with or without a path.

    original: the name that its makers gave the file, where it was renamed; "?" for a file that nobody knows.
    """
    if not is_windows:
        folder, _, name = image.rpartition("/")
        return ProgramSpec(name, folder or "/usr/bin", name, "", "", ("1.0",), signer="")
    folder, _, name = image.rpartition("\\")
    if "." not in name:
        name += ".exe"
    if original == "?":
        return ProgramSpec(name, folder, "", "", "", ("0.0.0.1",), signer="")
    known = known_programs().get((original or name).lower())
    if known is None:
        is_system = not folder or folder.lower().startswith("c:\\windows\\")
        if not is_system and not original:
            return ProgramSpec(name, folder, "", "", "", ("0.0.0.1",), signer="")
        return ProgramSpec(name, folder or _SYSTEM32, description=name.rpartition(".")[0], original=original)
    return ProgramSpec(
        name,
        folder or known.folder or _SYSTEM32,
        known.product or _WINDOWS,
        known.company or MICROSOFT,
        known.product or name.rpartition(".")[0],
        ("1.0.0",) if known.product else (),
        original=original or known.original,
        signer="Microsoft" if not known.company else "Other",
    )
