"""The foreign routes do what their description says, whatever is asked: requests made of it, and of its opposite."""

import functools
from datetime import UTC, datetime

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies

from huntline.compat.description.document import document
from huntline.compat.urls import DOORS

ADDRESS = "http://testserver"
MACHINE = {"entity_type": "Machine", "role": "Impacted", "device_id": "d1", "device_name": "ws01.aurora.example"}
PROCESS = {"entity_type": "Process", "role": "Related", "file_name": "mshta.exe", "sha1": "a" * 40, "process_id": 7}


class TestDocument:
    def test_it_is_served_to_everybody(self, db):
        said = Client().get("/api/openapi.json").json()
        assert said == document(DOORS, ADDRESS)
        assert (
            said["paths"]["/api/alerts/{alert_id}"]["patch"]["summary"]
            == "Change an alert and answer it as it is then."
        )

    def test_every_operation_says_what_it_answers(self):
        for path, door in DOORS.items():
            for method, operation in door.operations.items():
                assert operation.said or operation.body == "AlertsChange", path
                assert bool(operation.body) == (method in {"PATCH", "POST"}), path
                assert operation.answer.__doc__

    def test_every_shape_that_is_named_is_there(self):
        said = document(DOORS, ADDRESS)
        named = set(_references(said))
        assert named
        assert {name.removeprefix("#/components/schemas/") for name in named} <= said["components"]["schemas"].keys()


def _references(value):
    for name, inner in (
        value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    ):
        if name == "$ref":
            yield inner
        else:
            yield from _references(inner)


@pytest.fixture
def bearer(credentials, ask_token, publish, cast):
    """A token of a customer that has alerts and a device."""
    from huntline.telemetry.models import Device

    alert = publish(entities=[MACHINE, PROCESS])
    moment = datetime(2026, 11, 16, tzinfo=UTC)
    times = {"first_seen": moment, "last_seen": moment}
    Device(tenant_id=cast.aurora.pk, device_id="d1", name="ws01", **times).save(force_insert=True)
    token = ask_token("aurora", credentials("aurora").form()).json()["access_token"]
    # The server ends connections between requests; here they are the test's own, inside its transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield alert, {"Authorization": f"Bearer {token}"}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@functools.cache
def described():
    # Imported when it is needed: loading it takes longer than most tests.
    import schemathesis

    schema = schemathesis.openapi.from_dict(document(DOORS, ADDRESS))
    schema.app = get_wsgi_application()
    return schema


def requests_of(path: str, method: str, operation):
    """Return requests as the description allows them, and, where there is something to get wrong, as it does not."""
    from schemathesis import GenerationMode

    one = described()[path][method]
    good = one.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if not (operation.body or operation.options):
        return good
    return strategies.one_of(good, one.as_strategy(generation_mode=GenerationMode.NEGATIVE))


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, door in DOORS.items() for method in door.operations]
)
def test_no_answer_is_a_fault_or_lies_outside_of_the_description(path, method, bearer):
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    from huntline.compat import limits

    alert, headers = bearer
    # What a caller cannot guess: every other request is about an object that is there.
    there = {"alert_id": alert.pk, "incident_id": str(alert.incident_id), "machine_id": "d1"}
    agree = (
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_schema_conformance,
    )

    # Derandomized: a change must not be held up by what another one left; other examples are a matter of `max_examples`.
    @settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=requests_of(path, method, DOORS[path].operations[method]), known=strategies.booleans())
    def agrees(case, known):
        for limit in limits.ALL:
            limit.reset()
        if known:
            case.path_parameters = {name: there[name] for name in case.path_parameters or {}}
        case.validate_response(case.call(headers=headers), checks=agree)

    agrees()
