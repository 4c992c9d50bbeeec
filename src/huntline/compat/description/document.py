"""The OpenAPI document of the foreign routes."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

import huntline
from huntline.compat.addresses import address_of
from huntline.compat.description.shapes import schemas
from huntline.compat.errors import GRAPH, Table
from huntline.compat.guards import Operation
from huntline.compat.wire import json_answer

Schema = dict[str, Any]
Doors = Mapping[str, Any]

ODATA: Final = ("$filter", "$orderby", "$top", "$skip", "$select", "$expand", "$count")
_PARAMETERS: Final[Mapping[str, Schema]] = {
    "$filter": {"type": "string"},
    "$orderby": {"type": "string"},
    "$top": {"type": "integer", "minimum": 0},
    "$skip": {"type": "integer", "minimum": 0},
    "$select": {"type": "string"},
    "$expand": {"type": "string"},
    "$count": {"type": "boolean"},
    "sinceTimeUtc": {"type": "string", "format": "date-time"},
    "untilTimeUtc": {"type": "string", "format": "date-time"},
    "ago": {"type": "string", "format": "duration"},
    "limit": {"type": "integer", "minimum": 1},
    "machinegroups": {"type": "string"},
}
_PARTS: Final[Mapping[str, Schema]] = {
    "alert_id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    "incident_id": {"type": "string", "pattern": "^[0-9]{1,19}$"},
    "machine_id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,200}$"},
}
_REFUSALS: Final = ("400", "401", "403", "404", "405", "429", "503")


def document(doors: Doors, address: str) -> Schema:
    """Return the description of the doors, which are views by the template of their address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Huntline for clients of the Defender APIs",
            "version": huntline.__version__,
            "description": "Contracts of others. Addresses are read in any case, with or without a slash at the end.",
        },
        "servers": [{"url": address}],
        "paths": {path: dict(_operations(path, door)) for path, door in doors.items()},
        "components": {
            "schemas": schemas(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "security": [{"token": []}],
    }


def described(doors: Doors) -> Callable[[HttpRequest], HttpResponse]:
    """Return the view that answers the document."""

    @require_safe
    def describe(request: HttpRequest) -> HttpResponse:
        return json_answer(document(doors, address_of(request)))

    return describe


def _operations(path: str, door: Any) -> Iterator[tuple[str, Schema]]:
    parts = [
        {"name": name, "in": "path", "required": True, "schema": _PARTS[name]}
        for name in re.findall(r"\{(\w+)\}", path)
    ]
    if parts:
        yield "parameters", parts  # type: ignore[misc] # the one entry that is no operation
    for method, operation in door.operations.items():
        yield method.lower(), _operation(path, method, operation, door.errors)


def _operation(path: str, method: str, operation: Operation, errors: Table) -> Schema:
    words = (operation.answer.__doc__ or "").split("\n")[0].split(" Raises ")[0]
    query = [{"name": name, "in": "query", "schema": _PARAMETERS[name]} for name in operation.options]
    refusal = _ref("GraphRefusal" if errors is GRAPH else "Refusal")
    said: Schema = {
        "summary": words,
        "operationId": f"{method.lower()} {path}",
        "parameters": query,
        "responses": {
            "200": {"description": "Done.", **_answer(operation)},
            **{status: {"description": "Refused.", "content": _json(refusal)} for status in _REFUSALS},
        },
    }
    if operation.permission is not None:
        said["description"] = f"Needs a role that allows `{operation.permission}`."
    if operation.body:
        said["requestBody"] = {"required": True, "content": _json(_ref(operation.body))}
    return said


def _answer(operation: Operation) -> Schema:
    if operation.said == "":
        return {}
    if operation.said == "Number":
        return {"content": {"text/plain": {"schema": _ref("Number")}}}
    return {"content": _json(_ref(operation.said))}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
