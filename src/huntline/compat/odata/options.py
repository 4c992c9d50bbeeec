"""The system query options of a request: names in any case, `$` or `%24`, a plus for a blank; what is no option is ignored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from huntline.compat.errors import ODataError
from huntline.compat.odata.parser import parse_filter, parse_names, parse_orderby
from huntline.compat.odata.syntax import Expression, Name, Ordering

LARGEST_PAGE: Final = 10_000
_LARGEST_SKIP: Final = 2**31 - 1
# They change the answer, so leaving them out of account would be a wrong answer.
_UNSUPPORTED: Final = ("$apply", "$compute", "$search", "$skiptoken")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for. `top` is None without `$top`; `select` is empty where everything is wanted."""

    filter: Expression | None = None
    orderby: tuple[Ordering, ...] = ()
    top: int | None = None
    skip: int = 0
    select: tuple[Name, ...] = ()
    expand: tuple[Name, ...] = ()
    count: bool = False


def read_options(query: Mapping[str, str], largest_page: int = LARGEST_PAGE) -> Options:
    """Read the options from a request's decoded query parameters. Raises ODataError."""
    given = {name.lower(): value.strip() for name, value in query.items() if name.startswith("$")}
    for name in _UNSUPPORTED:
        if name in given:
            raise ODataError("The query option {name} is not supported here.", name=name)
    text = {name: value for name, value in given.items() if value}
    selected = parse_names(text["$select"]) if "$select" in text else ()
    return Options(
        filter=parse_filter(text["$filter"]) if "$filter" in text else None,
        orderby=parse_orderby(text["$orderby"]) if "$orderby" in text else (),
        top=_whole("$top", given["$top"], largest_page) if "$top" in given else None,
        skip=_whole("$skip", given.get("$skip", "0"), _LARGEST_SKIP),
        select=() if any(name.text == "*" for name in selected) else selected,
        expand=parse_names(text["$expand"]) if "$expand" in text else (),
        count=_truth("$count", given.get("$count", "false")),
    )


def _whole(name: str, text: str, largest: int) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ODataError(
            "Invalid value “{value}” for {name} query option found. It requires a non-negative integer.",
            name=name,
            value=text,
        )
    if len(text) > len(str(largest)) or int(text) > largest:
        raise ODataError(
            "The limit of {largest} for {name} query has been exceeded: the request has {value}.",
            name=name,
            largest=largest,
            value=text[:40],
        )
    return int(text)


def _truth(name: str, text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ODataError("The query option {name} is true or false.", name=name)
    return text.lower() == "true"
