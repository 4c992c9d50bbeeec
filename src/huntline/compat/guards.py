"""The door of every foreign route: method, token, permission, limit; and what becomes of errors behind it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from huntline.compat.errors import DEFENDER, GRAPH, MethodNotAllowed, RouteNotFound, Table, refusal
from huntline.compat.limits import Limit
from huntline.identity import Permission
from huntline.identity.guards import bearer

View = Callable[..., HttpResponse]
Answer = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Operation:
    """What a route does for one method: it is called with the request, the scope of the token, and the parts of the path."""

    answer: Answer
    permission: Permission | None  # None: any good token
    limit: Limit | None = None
    said: str = ""  # the shape of the answer; the shape of the body; query parameters: for the description
    body: str = ""
    options: tuple[str, ...] = ()


def door(errors: Table = DEFENDER, **operations: Operation) -> View:
    """Return the view of a route; `operations` by method (`GET=...`). Errors are answered by the table of the contract.

    A client without the permission is told so only after its token is known to be good, and its call is counted only then.
    """

    @csrf_exempt  # a bearer token is never sent by a browser on its own
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        try:
            answer = _perform(request, operations, path)
        except Exception as error:  # noqa: BLE001 - the contract wants JSON for every error, also for our own faults
            answer = refusal(request, error, errors)
        if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            answer["Allow"] = ", ".join(sorted(operations))
        return answer

    view.errors = errors  # type: ignore[attr-defined] # the description reads both
    view.operations = operations  # type: ignore[attr-defined] # the permission matrix of the docs and the tests read it
    return view


def _perform(request: HttpRequest, operations: Mapping[str, Operation], path: Mapping[str, str]) -> HttpResponse:
    method = "GET" if request.method == "HEAD" else str(request.method)
    operation = operations.get(method)
    if operation is None:
        raise MethodNotAllowed(method)
    scope = bearer(request, operation.permission)
    if operation.limit:
        operation.limit.spend(scope.subject.id)
    return operation.answer(request, scope, **path)


@csrf_exempt
def no_such_route(request: HttpRequest) -> HttpResponse:
    """Answer any other address below a foreign root."""
    return refusal(request, RouteNotFound(request.path))


@csrf_exempt
def no_such_graph_route(request: HttpRequest) -> HttpResponse:
    """Answer any other address below Graph's roots."""
    return refusal(request, RouteNotFound(request.path), GRAPH)


def by_host(hosts: Mapping[str, View], otherwise: View) -> View:
    """Return a view that asks one of several, by the beginning of the name under which the client reached us."""

    @csrf_exempt
    def view(request: HttpRequest, **path: str) -> HttpResponse:
        host = request.get_host().lower()
        chosen = next((view for beginning, view in hosts.items() if host.startswith(beginning)), otherwise)
        return chosen(request, **path)

    view.hosts = hosts  # type: ignore[attr-defined] # the tests read it
    return view
