"""A page of a collection: the rows of a query set that match a request's options, and the address of the next page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from huntline.compat.addresses import address_of
from huntline.compat.errors import ODataError
from huntline.compat.odata import Options, Properties, condition, ordering
from huntline.compat.odata.syntax import Name

M = TypeVar("M", bound=Model)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Collection(Generic[M]):
    """A kind of rows that can be listed.

    largest_page: rows of one page. newest_first makes every order whole, so that pages neither repeat nor leave out.
    top_is_page_size: whether `$top` bounds a page, as in Graph, and more pages follow; else it bounds the answer.
    """

    context: str
    properties: Properties
    newest_first: tuple[str, ...]
    largest_page: int
    top_is_page_size: bool = False

    def matching(self, rows: QuerySet[M, R], options: Options) -> QuerySet[M, R]:
        """Return the rows that match, in the order that is asked for. Raises ODataError."""
        found = rows if options.filter is None else rows.filter(condition(options.filter, self.properties))
        return found.order_by(*ordering(options.orderby, self.properties), *self.newest_first)

    def page(
        self,
        request: HttpRequest,
        rows: QuerySet[M, R],
        options: Options,
        bodies: Callable[[Sequence[R]], list[dict[str, Any]]],
    ) -> dict[str, Any]:
        """Return the body of a page. Raises ODataError."""
        matching = self.matching(rows, options)
        size = self.largest_page if options.top is None else options.top
        found = list(matching[options.skip : options.skip + size + 1])
        body: dict[str, Any] = {"@odata.context": f"{address_of(request)}{self.context}"}
        if options.count:
            body["@odata.count"] = matching.count()
        body["value"] = bodies(found[:size])
        goes_on = options.top is None or (self.top_is_page_size and size > 0)
        if goes_on and len(found) > size:
            body["@odata.nextLink"] = _next_page(request, options.skip + size)
        return body

    def names(self, wanted: Sequence[Name], known: Mapping[str, str]) -> tuple[str, ...]:
        """Return the wanted properties (`known` by their lower case), in the contract's order. Raises ODataError for others."""
        for name in wanted:
            if name.text.lower() not in known:
                raise ODataError(
                    "Could not find a property named “{name}” on type “{type}”.",
                    position=name.position,
                    name=name.text,
                    type=self.properties.type_name,
                )
        chosen = {known[name.text.lower()] for name in wanted}
        return tuple(name for name in known.values() if name in chosen)


def by_lower_case(names: Sequence[str]) -> dict[str, str]:
    """Return the names by their lower case: clients write them in any."""
    return {name.lower(): name for name in names}


def _next_page(request: HttpRequest, skip: int) -> str:
    """Return the same address with another `$skip`; clients follow it verbatim."""
    query = request.GET.copy()
    for name in [name for name in query if name.lower() == "$skip"]:
        del query[name]
    query["$skip"] = str(skip)
    return f"{address_of(request)}{request.path}?{query.urlencode(safe='$')}"
