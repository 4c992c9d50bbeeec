"""The provider's YARA rules: a folder of *.yar and *.yara, each file a namespace of its own.

A rule that does not compile is left out and said with its place; the others run. Free of Django, for the processes that compile and scan.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yara_x

# Rules of common collections ask for these; a scan says what it knows of them.
GLOBALS: Final = ("filename", "filepath", "extension", "filetype", "owner")
_ENDINGS: Final = frozenset({".yar", ".yara"})


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file of rules. name: its path below the folder, with `/`."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """Why a rule, or a whole file, does not run. line and column begin with 1; 0 where there is no place."""

    file: str
    line: int
    column: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules that can run. sha256: over the names and contents of all files; rules: how many compiled."""

    compiled: yara_x.Rules
    sha256: str
    files: int
    rules: int
    problems: tuple[RuleProblem, ...]


def rule_files(folder: Path) -> list[RuleFile]:
    """Return the files of rules below a folder by name. Raises OSError."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in _ENDINGS and path.is_file())
    return [RuleFile(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]


def hash_of(files: list[RuleFile]) -> str:
    """Return the SHA-256 of a set of rules: the same files under the same names have the same."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.name}\0{hashlib.sha256(file.content).hexdigest()}\n".encode())
    return digest.hexdigest()


def compile_rules(files: list[RuleFile]) -> RuleSet:
    """Compile what compiles, and say what does not."""
    compiler = yara_x.Compiler(relaxed_re_syntax=True)
    # What a rule includes would not stand in the hash; every file of the folder is there anyway.
    compiler.enable_includes(False)  # noqa: FBT003 - its signature
    for name in GLOBALS:
        compiler.define_global(name, "")
    problems: list[RuleProblem] = []
    for file in files:
        problems += _add(compiler, file)
    compiled = compiler.build()
    return RuleSet(compiled, hash_of(files), len(files), sum(1 for _ in compiled), tuple(problems))


def _add(compiler: Any, file: RuleFile) -> list[RuleProblem]:
    compiler.new_namespace(file.name)
    known = len(compiler.errors())
    try:
        source = file.content.decode()
        compiler.add_source(source, origin=file.name)
    except UnicodeDecodeError as error:
        line = file.content.count(b"\n", 0, error.start) + 1
        return [RuleProblem(file.name, line, 1, "encoding", "The file is not written in UTF-8.")]
    except yara_x.CompileError:
        return [_problem(file.name, said) for said in compiler.errors()[known:]]
    return []


def _problem(file: str, said: dict[str, Any]) -> RuleProblem:
    hint = next((label["text"] for label in said.get("labels", ()) if label.get("text")), "")
    message = f"{said.get('title', '')}: {hint}" if hint else str(said.get("title", ""))
    return RuleProblem(file, said.get("line") or 0, said.get("column") or 0, str(said.get("code", "")), message)
