"""What customers do with an incident as a whole."""

import json

import pytest

from huntline.audit.models import Entry
from huntline.incidents import AlertStatus, IncidentStatus, queries
from huntline.incidents.errors import CommentEmpty, IncidentNotFound, IncidentRedirected, TextInvalid
from huntline.incidents.grouping import merge_incidents
from huntline.incidents.incident_triage import IncidentChange, change_incident
from publishing import enrol, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def incident(admin, cast):
    return publish(cast).alert.incident


def comments_of(scope, incident_id):
    return [one.text for one in queries.find_incident(scope, incident_id).comments.all()]


class TestComments:
    def test_a_comment_is_kept_with_its_writer(self, admin, incident, clock):
        changed = change_incident(admin, incident.pk, IncidentChange(comment=" We isolated ws01. "))
        (comment,) = queries.find_incident(admin, incident.pk).comments.all()
        assert (comment.text, comment.created_by) == ("We isolated ws01.", "admin@aurora.example")
        assert comment.created == changed.updated == clock.now()

    @pytest.mark.requirement("R79")
    def test_is_recorded(self, admin, incident):
        change_incident(admin, incident.pk, IncidentChange(comment="Done.", tags=["case 7"]))
        entry = Entry.objects.get(action="incident.changed")
        assert entry.detail == {"custom_tags": [[], ["case 7"]], "comment": "Done."}

    @pytest.mark.parametrize(
        ("comment", "error"), [(" ", CommentEmpty), ("x" * 10_001, TextInvalid), ("a\x00b", TextInvalid)]
    )
    def test_refuses_texts_that_cannot_be_kept(self, admin, incident, comment, error):
        with pytest.raises(error):
            change_incident(admin, incident.pk, IncidentChange(status=IncidentStatus.RESOLVED, comment=comment))
        assert queries.find_incident(admin, incident.pk).status == IncidentStatus.ACTIVE

    def test_those_of_merged_incidents_come_along(self, admin, incident, cast, settings):
        settings.HUNTLINE_CORRELATION_DAYS = 0
        other = publish(cast).alert.incident
        change_incident(admin, other.pk, IncidentChange(comment="Second"))
        change_incident(admin, incident.pk, IncidentChange(comment="First"))
        merge_incidents(admin, [incident.pk, other.pk])
        assert sorted(comments_of(admin, incident.pk)) == ["First", "Second"]
        with pytest.raises(IncidentRedirected):
            change_incident(admin, other.pk, IncidentChange(comment="Late"))

    def test_an_incident_of_another_tenant_is_not_found(self, incident, scope_of):
        with pytest.raises(IncidentNotFound):
            change_incident(scope_of("bluefin_admin", "bluefin"), incident.pk, IncidentChange(comment="Hello"))


class TestRoute:
    @pytest.fixture
    def change(self, sign_in, incident):
        def send(part, tenant="aurora", **body):
            path = f"/api/v1/tenants/{tenant}/incidents/{incident.pk}"
            return sign_in(part).patch(path, json.dumps(body), content_type="application/json")

        return send

    def test_changes_and_answers_the_page(self, change, sign_in, incident):
        answer = change("aurora_analyst", status="Resolved", comment="Closed.", tags=["case 7"])
        assert answer.status_code == 200
        body = answer.json()
        assert (body["status"], body["alerts"][0]["status"]) == ("Resolved", AlertStatus.RESOLVED)
        assert [(one["text"], one["created_by"]) for one in body["comments"]] == [("Closed.", "analyst@aurora.example")]
        assert sign_in("aurora_reader").get(f"/api/v1/tenants/aurora/incidents/{incident.pk}").json() == body

    @pytest.mark.parametrize(
        ("part", "tenant", "status"),
        [
            (None, "aurora", 401),
            ("bluefin_admin", "aurora", 404),
            ("bluefin_admin", "bluefin", 404),
            ("aurora_reader", "aurora", 403),
        ],
    )
    def test_is_not_for_everybody(self, change, incident, admin, part, tenant, status):
        assert change(part, tenant, comment="x").status_code == status
        assert comments_of(admin, incident.pk) == []

    def test_nobody_sets_that_it_leads_elsewhere(self, change):
        assert change("aurora_admin", status="Redirected").status_code == 422
