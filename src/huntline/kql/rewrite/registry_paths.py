r"""Both spellings of a control set hit (rule 12).

`HKLM\SYSTEM\CurrentControlSet` is a link to `HKLM\SYSTEM\ControlSet001`; sensors write one, hunters the other. A condition over a
registry path whose text names one of them also asks for the other.
"""

import re
from dataclasses import replace

from huntline.kql.functions.operators import logical
from huntline.kql.plan import Apply, Column, Constant, Plan, Scalar
from huntline.kql.traversal import scans, transform

_SPELLINGS = ("CurrentControlSet", "ControlSet001")
_EITHER = re.compile("|".join(_SPELLINGS), re.IGNORECASE)
_CONDITIONS = frozenset(
    {
        "==", "=~", "has", "has_cs", "hasprefix", "hasprefix_cs", "hassuffix", "hassuffix_cs", "contains", "contains_cs", "startswith",
        "startswith_cs", "endswith", "endswith_cs", "matches regex",
    }
)  # fmt: skip
_LISTS = frozenset({"in", "in~", "has_any"})


def spellings(text: str) -> list[str]:
    r"""Return the text under both spellings, itself first.

    >>> spellings("SYSTEM\\controlset001\\x")
    ['SYSTEM\\controlset001\\x', 'SYSTEM\\CurrentControlSet\\x']
    """
    found = [text]
    if _EITHER.search(text):
        found += [other for name in _SPELLINGS if (other := _EITHER.sub(name, text)).lower() != text.lower()]
    return found


def join_registry_paths(plan: Plan) -> Plan:
    """Return the plan with its conditions over registry paths widened."""
    if not any(column.registry_path for scan in scans(plan) for column in scan.table.columns):
        return plan
    widened: Plan = transform(plan, _widen)
    return widened


def _widen(node: Scalar) -> Scalar:
    if not isinstance(node, Apply) or len(node.arguments) != 2 or not _is_path(node.arguments[0]):
        return node
    constant = node.arguments[1]
    if not isinstance(constant, Constant):
        return node
    if node.name in _CONDITIONS and isinstance(constant.value, str):
        return logical("or", [_with(node, constant, text) for text in spellings(constant.value)])
    if node.name == "!=" and isinstance(constant.value, str):
        return logical("and", [_with(node, constant, text) for text in spellings(constant.value)])
    if node.name in _LISTS and isinstance(constant.value, list):
        return _with(node, constant, [other for text in constant.value for other in spellings(str(text))])
    if node.name == "has_all" and isinstance(constant.value, list):
        parts = [[_with(node, constant, [other]) for other in spellings(str(text))] for text in constant.value]
        return logical("and", [logical("or", part) for part in parts]) if parts else node
    return node


def _with(node: Apply, constant: Constant, value: object) -> Apply:
    return replace(node, arguments=(node.arguments[0], replace(constant, value=value)))


def _is_path(value: Scalar) -> bool:
    if isinstance(value, Apply) and value.name in ("tolower", "toupper"):
        return _is_path(value.arguments[0])
    return isinstance(value, Column) and value.symbol is not None and value.symbol.registry_path
