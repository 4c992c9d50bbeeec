"""The process that compiles a folder of rules: `python -m huntline.samples.examining.compiling FOLDER FILE`.

Compiling a large collection takes seconds in which a process can do nothing else, so the server does not do it itself. The compiled
rules go to FILE, a summary as JSON to standard output.
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from huntline.samples.examining.rules import compile_rules, rule_files


def main(folder: Path, target: Path) -> None:
    """Compile the rules below a folder into a file, which is there whole or not at all. Raises OSError."""
    made = compile_rules(rule_files(folder))
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file:
            made.compiled.serialize_into(file)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    summary = {
        "sha256": made.sha256,
        "files": made.files,
        "rules": made.rules,
        "problems": list(map(asdict, made.problems)),
    }
    json.dump(summary, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
