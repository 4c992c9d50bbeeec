"""Write the rules of `parse_user_agent` from uap-core's: `python tools/user_agents.py ua_parser_builtins-202610-py3-none-any.whl`.

The wheel comes from PyPI (`pip download --no-deps ua-parser-builtins`), licence Apache-2.0. Its rules stand in a Python module of
constructor calls; that module is read as a syntax tree, never run. See docs/decisions/0015-user-agents.md.
"""

import ast
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Final

TARGET: Final = Path(__file__).parent.parent / "src/huntline/kql/functions/user_agents.json"
MODULE: Final = "ua_parser_builtins/matchers.py"
# The order of the groups in that module, and what a part of each rule is where the rule does not say ($1 is the first group).
DEFAULTS: Final = {
    "browser": ("$1", "$2", "$3", "$4"),
    "os": ("$1", "$2", "$3", "$4", "$5"),
    "device": ("$1", "", "$1"),
}


def rules(module: str) -> dict[str, list[list[str]]]:
    r"""Return, for each kind, the rules in their order: the pattern, then what each part becomes, in RE2's `\\1`."""
    last = ast.parse(module).body[-1]
    if not isinstance(last, ast.AnnAssign) or not isinstance(last.value, ast.Tuple):
        sys.exit(f"{MODULE} does not end with its table of rules")
    found: dict[str, list[list[str]]] = {}
    for (kind, defaults), group in zip(DEFAULTS.items(), last.value.elts, strict=True):
        calls = [item for item in getattr(group, "elts", []) if isinstance(item, ast.Call) and not item.keywords]
        found[kind] = [_rule(kind, [ast.literal_eval(item) for item in call.args], defaults) for call in calls]
    return found


def _rule(kind: str, given: list[str | None], defaults: tuple[str, ...]) -> list[str]:
    pattern, *said = given
    if kind == "device":
        pattern = ("(?i)" if said[:1] == ["i"] else "") + str(pattern)
        said = said[1:]
    groups = re.compile(str(pattern)).groups
    parts = [(said[i] if i < len(said) else None) or default for i, default in enumerate(defaults)]
    return [str(pattern), *(_in_re2(part, groups) for part in parts)]


def _in_re2(part: str, groups: int) -> str:
    """Return a replacement in RE2's writing; a group that the pattern does not have is nothing."""
    return re.sub(
        r"\$(\d)", lambda found: f"\\{found[1]}" if int(found[1]) <= groups else "", part.replace("\\", "\\\\")
    )


def main() -> None:
    """Read the wheel that the command line names."""
    wheel = Path(sys.argv[1])
    with zipfile.ZipFile(wheel) as archive:
        found = rules(archive.read(MODULE).decode())
    said = {"source": "uap-core, by way of " + wheel.name.split("-py3")[0], "licence": "Apache-2.0", **found}
    lines = [f" {json.dumps(key)}: {_lines(value)}" for key, value in said.items()]
    TARGET.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _lines(value: object) -> str:
    if not isinstance(value, list):
        return json.dumps(value)
    return "[\n" + ",\n".join(f"  {json.dumps(rule, ensure_ascii=False)}" for rule in value) + "\n ]"


if __name__ == "__main__":
    main()
