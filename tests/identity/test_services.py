"""Use cases of identity."""

import pytest

from huntline.identity.errors import ClientNameInvalid, OtherSide
from huntline.identity.models import Membership
from huntline.identity.permissions import Role
from huntline.identity.services import create_api_client, invite

pytestmark = pytest.mark.django_db


class TestInvite:
    @pytest.mark.requirement("R79")
    def test_nobody_is_of_the_provider_and_of_a_customer(self, cast):
        """A member of a customer looks into its data without leaving the entries that a crossing leaves."""
        for tenant, email, role in (
            (cast.aurora, "platform_operator@watchtower.example", Role.ADMIN),
            (cast.watchtower, "admin@aurora.example", Role.HUNTER),
        ):
            with pytest.raises(OtherSide):
                invite(tenant, email, role)
        assert Membership.objects.filter(person__email="platform_operator@watchtower.example").count() == 1

    def test_somebody_may_be_of_two_customers(self, cast):
        assert invite(cast.bluefin, "analyst@aurora.example", Role.READER).tenant == cast.bluefin

    def test_an_operator_cannot_make_themselves_a_customers_administrator(self, sign_in, cast):
        body = {"email": cast.platform_operator.email, "role": "admin"}
        answer = sign_in("platform_operator").post(
            "/api/v1/tenants/aurora/members", body, content_type="application/json"
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "other_side")


class TestCreateApiClient:
    @pytest.mark.requirement("R79")
    @pytest.mark.parametrize("name", ["hunter@watchtower.example", "a\nb", "a\0", "x\u202ey", "  ", "n" * 201])
    def test_an_application_cannot_pass_for_a_person(self, scope_of, name):
        """The audit record and comments call it by its name, and people by their address."""
        with pytest.raises(ClientNameInvalid):
            create_api_client(scope_of("aurora_admin", "aurora"), name, ["Alert.Read.All"])

    def test_a_name_is_kept_without_blanks_round_it(self, scope_of):
        client, _ = create_api_client(scope_of("aurora_admin", "aurora"), " Splunk (서울) ", ["Alert.Read.All"])
        assert client.name == "Splunk (서울)"
