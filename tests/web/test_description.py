"""The portal's API does what its description says, whatever is asked: requests made of it, and of its opposite."""

import functools
import json
from collections import Counter

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.middleware.csrf import _get_new_csrf_string
from hypothesis import HealthCheck, given, settings, strategies

from huntline.web.api import api
from huntline.web.description import REFUSALS
from stories.marked_tenant import fill

PREFIX = "/api/v1/"
EXAMPLES = 10
# Reading first, so that there is something to read; what leaves things out of the world comes last.
METHODS = ("get", "post", "put", "patch", "delete")


@functools.cache
def document():
    return json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), default=str))


def operations():
    return [
        (path, method)
        for wanted in METHODS
        for path, methods in document()["paths"].items()
        for method in methods
        if method == wanted
    ]


class TestDocument:
    def test_every_operation_names_the_refusals(self):
        for path, method in operations():
            answers = document()["paths"][path][method]["responses"]
            assert {str(int(status)) for status in REFUSALS} <= answers.keys(), path
            assert any(status.startswith("2") for status in answers), path

    def test_it_is_served_as_it_is_made(self, client, db):
        assert client.get("/api/v1/openapi.json").json()["paths"] == document()["paths"]


@functools.cache
def described():
    # Imported when it is needed: loading it takes longer than most tests.
    import schemathesis

    schema = schemathesis.openapi.from_dict(_without_tuples(document()))
    schema.app = get_wsgi_application()
    return schema


def _without_tuples(value):
    """Say of arrays of a fixed length what their members are all alike: schemathesis cannot read `prefixItems`."""
    if isinstance(value, dict):
        plain = {name: _without_tuples(inner) for name, inner in value.items() if name != "prefixItems"}
        return plain | {"items": {"anyOf": value["prefixItems"]}} if "prefixItems" in value else plain
    return [_without_tuples(inner) for inner in value] if isinstance(value, list) else value


def requests_of(path, method):
    """Return requests as the description allows them, and, where there is something to get wrong, as it does not."""
    from schemathesis import GenerationMode

    one, operation = described()[path][method.upper()], document()["paths"][path][method]
    good = one.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not operation.get("requestBody") and not operation["parameters"]:
        return good
    return strategies.one_of(good, one.as_strategy(generation_mode=GenerationMode.NEGATIVE))


@pytest.fixture
def connected():
    """Leave the test's connection open: the server ends connections between requests, and here they are the test's own."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(cast, sign_in):
    """What a caller cannot guess: the objects of a customer that has something of everything."""
    return {"tenant": "aurora", **fill(cast, sign_in).ids}


def as_a_browser(client):
    """Return what a browser sends with a session: the keywords of a call."""
    token = _get_new_csrf_string()
    cookies = {"huntline_csrf": token, **{name: morsel.value for name, morsel in client.cookies.items()}}
    return {"cookies": cookies, "headers": {"X-CSRFToken": token}}


def name_what_is_there(case, known):
    """Let a request be about objects that there are."""
    case.path_parameters = {name: str(known.get(name, value)) for name, value in (case.path_parameters or {}).items()}
    if isinstance(case.body, dict):
        for name in case.body:
            if name in known:
                case.body[name] = str(known[name])
            elif name.endswith("_ids") and name[:-1] in known:
                case.body[name] = [str(known[name[:-1]])]


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("part", ["aurora_admin", "hunt_lead"])
def test_no_answer_is_a_fault_or_lies_outside_of_the_description(part, known, sign_in, connected):
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    browser = as_a_browser(sign_in(part))
    agree = (
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    )
    wrong = []
    reached = Counter()
    for path, method in operations():

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=requests_of(path, method), there=strategies.sampled_from((True, True, True, False)))
        def agrees(case, there):
            if there:
                name_what_is_there(case, known)
            answer = case.call(**browser)
            reached[answer.status_code] += 1
            case.validate_response(answer, checks=agree)

        # Each operation finds the customer as it was: what one deletes is there for the next.
        with transaction.atomic():
            try:
                agrees()
            # All of them are told at the end; several faults of one route come as a group.
            except (Exception, BaseExceptionGroup) as found:  # noqa: BLE001
                wrong.append(f"{method.upper()} {path}: {found}")
            transaction.set_rollback(True)
    assert not wrong, "\n\n".join(wrong)
    # Else nothing was tried: everybody is let in, finds something, and is refused something.
    assert reached.keys() >= {200, 201, 400, 403, 404, 409, 422}
    assert 401 not in reached
