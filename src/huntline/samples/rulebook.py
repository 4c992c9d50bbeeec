"""The provider's rules as they are now: compiled once for each set of files, and kept in the home folder."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog
from django.conf import settings

from huntline.samples.errors import RuleFolderMissing, RulesUnusable
from huntline.samples.examining.rules import RuleProblem, hash_of, rule_files

log = structlog.get_logger(__name__)

_SECONDS: Final = 600


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Compiled rules in a file. sha256: over the files that they come from. problems: what did not compile and does not run."""

    compiled: Path
    sha256: str
    files: int
    rules: int
    problems: tuple[RuleProblem, ...]


def current_rules() -> Rulebook | None:
    """Return the rules of HUNTLINE_YARA_RULES, or None where no folder is named. What does not compile is logged when it is first met.

    Raises RuleFolderMissing, RulesUnusable.
    """
    if not settings.HUNTLINE_YARA_RULES:
        return None
    folder = Path(settings.HUNTLINE_YARA_RULES)
    if not folder.is_dir():
        raise RuleFolderMissing(str(folder))
    try:
        return _rulebook(folder, hash_of(rule_files(folder)))
    except OSError as error:
        raise RulesUnusable(str(error)) from error


def _rulebook(folder: Path, sha256: str) -> Rulebook:
    kept = settings.HUNTLINE_HOME / "yara"
    kept.mkdir(exist_ok=True, mode=0o700)
    compiled = kept / f"{sha256}-{_engine()}.yarc"
    summary = compiled.with_suffix(".json")
    if not (compiled.exists() and summary.exists()):
        summary.unlink(missing_ok=True)
        said = _compile(folder, compiled)
        made = json.loads(said)
        if made["sha256"] != sha256:  # somebody has just changed a file
            compiled.unlink(missing_ok=True)
            raise RulesUnusable("The rules changed while they were compiled.")
        for problem in made["problems"]:
            log.error("yara_rule_left_out", **problem)
        summary.write_text(said)
        for old in kept.iterdir():
            if not old.name.startswith(compiled.stem):
                old.unlink(missing_ok=True)
    made = json.loads(summary.read_text())
    return Rulebook(
        compiled, sha256, made["files"], made["rules"], tuple(RuleProblem(**problem) for problem in made["problems"])
    )


def _compile(folder: Path, target: Path) -> str:
    command = [sys.executable, "-I", "-m", "huntline.samples.examining.compiling", str(folder.absolute()), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command, capture_output=True, text=True, timeout=_SECONDS, check=True, env={"LANG": "C.UTF-8"}
        )
    except subprocess.TimeoutExpired:
        raise RulesUnusable(f"They were not compiled within {_SECONDS} seconds.") from None
    except subprocess.CalledProcessError as error:
        raise RulesUnusable(error.stderr[-500:]) from None
    return done.stdout


@cache
def _engine() -> str:
    return version("yara-x")
