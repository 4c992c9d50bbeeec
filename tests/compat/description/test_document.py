"""The foreign routes do what their description says, whatever is asked: requests made of it, and of its opposite."""

from datetime import UTC, datetime

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.test import Client
from hypothesis import HealthCheck, settings

from huntline.compat.description.document import document
from huntline.compat.urls import DOORS

ADDRESS = "http://testserver"
described = schemathesis.openapi.from_dict(document(DOORS, ADDRESS))
described.app = get_wsgi_application()

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
    return alert, {"Authorization": f"Bearer {token}"}


@pytest.mark.django_db(transaction=True)
@described.parametrize()
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_requests_of_every_kind(case, bearer):
    from huntline.compat import limits

    for limit in limits.ALL:
        limit.reset()
    alert, headers = bearer
    # What a caller cannot guess: every other request is about an object that is there.
    there = {"alert_id": alert.pk, "incident_id": str(alert.incident_id), "machine_id": "d1"}
    if len(str(case.query)) % 2 == 0:
        case.path_parameters = {name: there[name] for name in case.path_parameters or {}}
    answer = case.call(headers=headers)
    checks = (
        schemathesis.checks.not_a_server_error,
        schemathesis.specs.openapi.checks.status_code_conformance,
        schemathesis.specs.openapi.checks.content_type_conformance,
        schemathesis.specs.openapi.checks.response_schema_conformance,
    )
    case.validate_response(answer, checks=checks)
