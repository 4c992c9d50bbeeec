"""Use cases of identity."""

import uuid

import pytest
from django.test import Client

from huntline.identity.errors import ClientNameInvalid, LimitOfProvider, OtherSide
from huntline.identity.models import Membership
from huntline.identity.permissions import ORGANIZATION_WIDE, Permission, Role
from huntline.identity.queries import scope_of as scope_in
from huntline.identity.services import create_api_client, invite, limit_member

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


class TestLimitMember:
    GROUPS = ("00000000-0000-7000-8000-00000000000a",)

    def limit(self, client, membership, groups=GROUPS):
        path = f"/api/v1/tenants/aurora/members/{membership.pk}/device-groups"
        return client.put(path, {"device_groups": groups}, content_type="application/json")

    @pytest.fixture
    def second(self, cast):
        return invite(cast.aurora, "second@aurora.example", Role.ADMIN, password="a password of a test")

    @pytest.mark.parametrize(
        ("part", "status"), [(None, 401), ("bluefin_admin", 404), ("aurora_analyst", 403), ("aurora_admin", 200)]
    )
    def test_who_may(self, sign_in, second, part, status):
        assert self.limit(sign_in(part), second).status_code == status

    @pytest.mark.requirement("L19")
    def test_who_is_limited_manages_rules_and_nothing_of_the_whole_organisation(self, sign_in, second):
        assert self.limit(sign_in("aurora_admin"), second).json()["device_groups"] == list(self.GROUPS)
        scope = scope_in(second.person, second.tenant)
        assert scope.device_groups == frozenset(map(uuid.UUID, self.GROUPS))
        assert scope.may(Permission.EMAIL_RULE_MANAGE)
        assert not scope.permissions & ORGANIZATION_WIDE
        assert scope.narrowed_to(second.tenant_id).device_groups == scope.device_groups

    def test_who_is_limited_cannot_lift_the_own_limit(self, sign_in, cast, second):
        self.limit(sign_in("aurora_admin"), second)
        own = Client()
        own.force_login(second.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert self.limit(own, second, None).status_code == 403
        assert self.limit(sign_in("aurora_admin"), second, None).json()["device_groups"] is None

    def test_no_group_at_all_is_no_lifted_limit(self, sign_in, second):
        self.limit(sign_in("aurora_admin"), second, [])
        assert scope_in(second.person, second.tenant).device_groups == frozenset()

    def test_somebody_stays_who_manages_all(self, sign_in, cast, second):
        client = sign_in("aurora_admin")
        assert self.limit(client, second).status_code == 200
        first = Membership.objects.get(person=cast.aurora_admin, tenant=cast.aurora)
        assert (self.limit(client, first).json()["code"]) == "last_admin"
        answer = client.delete(f"/api/v1/tenants/aurora/members/{first.pk}")
        assert answer.json()["code"] == "last_admin"

    def test_the_providers_people_are_never_limited(self, cast):
        hunter = Membership.objects.get(person=cast.hunter)
        with pytest.raises(LimitOfProvider):
            limit_member(scope_in(cast.platform_operator, cast.watchtower), hunter.pk, [])
