"""Who gets in: anonymous 401, stranger 404, member without the right 403, allowed."""

import pytest

from huntline.identity.models import Membership, Person, UnscopedRead
from huntline.identity.permissions import CUSTOMER_ROLES, PROVIDER_ROLES, ROLES, Permission, Role
from huntline.identity.scope import Subject, SubjectKind, TenantScope

pytestmark = pytest.mark.django_db


class TestMember:
    def test_anonymous_must_sign_in(self, sign_in):
        answer = sign_in(None).get("/api/v1/tenants/aurora/members")
        assert answer.status_code == 401
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "not_signed_in"

    def test_stranger_cannot_tell_a_tenant_from_none(self, sign_in):
        client = sign_in("bluefin_admin")
        there, nowhere = client.get("/api/v1/tenants/aurora/members"), client.get("/api/v1/tenants/nowhere/members")
        assert there.status_code == nowhere.status_code == 404
        assert there.json()["detail"].replace("aurora", "X") == nowhere.json()["detail"].replace("nowhere", "X")

    @pytest.mark.requirement("R77")
    def test_member_without_the_right_is_told_which_one(self, sign_in):
        answer = sign_in("aurora_analyst").get("/api/v1/tenants/aurora/audit")
        assert answer.status_code == 403
        assert "audit:read" in answer.json()["detail"]

    def test_member_with_the_right(self, sign_in):
        answer = sign_in("aurora_admin").get("/api/v1/tenants/aurora/members")
        assert answer.status_code == 200
        assert {row["email"] for row in answer.json()["items"]} == {
            "admin@aurora.example",
            "analyst@aurora.example",
            "reader@aurora.example",
        }

    def test_somebody_who_left_is_a_stranger(self, sign_in, cast):
        client = sign_in("aurora_admin")
        Membership.objects.filter(person=cast.aurora_admin).delete()
        assert client.get("/api/v1/tenants/aurora/members").status_code == 404

    def test_disabled_person_is_anonymous(self, sign_in, cast):
        client = sign_in("aurora_admin")
        Person.objects.filter(pk=cast.aurora_admin.pk).update(is_active=False)
        assert client.get("/api/v1/tenants/aurora/members").status_code == 401

    @pytest.mark.requirement("R79")
    def test_an_expert_in_a_customers_tenant_is_recorded(self, sign_in):
        assert sign_in("hunter").get("/api/v1/tenants/aurora/members").status_code == 200
        entries = sign_in("aurora_admin").get("/api/v1/tenants/aurora/audit").json()["items"]
        assert entries[0]["action"] == "tenant.crossed"
        assert entries[0]["actor"] == "hunter@watchtower.example"


class TestProvider:
    @pytest.mark.requirement("R79")
    def test_a_look_over_all_customers_stands_in_every_customers_record(self, sign_in):
        assert sign_in("hunter").get("/api/v1/provider/tenants").status_code == 200
        for customer in ("aurora", "bluefin"):
            entry = sign_in(f"{customer}_admin").get(f"/api/v1/tenants/{customer}/audit").json()["items"][0]
            assert (entry["action"], entry["actor"]) == ("tenants.overviewed", "hunter@watchtower.example")

    def test_a_customers_people_are_strangers_there(self, sign_in):
        assert sign_in("aurora_admin").get("/api/v1/provider/tenants").status_code == 404


class TestScope:
    def test_cannot_be_made_outside_identity(self, cast):
        subject = Subject(SubjectKind.PERSON, "x", "x")
        with pytest.raises(TypeError):
            TenantScope((cast.aurora.pk,), subject, frozenset())

    def test_narrows_and_never_widens(self, scope_of, cast):
        scope = scope_of("aurora_admin", "aurora")
        assert scope.narrowed_to(cast.aurora.pk).tenants == (cast.aurora.pk,)
        with pytest.raises(ValueError, match="narrowed"):
            scope.narrowed_to(cast.bluefin.pk)

    def test_two_strangers_have_no_scope_in_each_other(self, scope_of):
        assert scope_of("aurora_admin", "bluefin") is None
        assert scope_of("bluefin_reader", "aurora") is None

    def test_provider_crosses(self, scope_of):
        assert scope_of("hunter", "aurora").crosses
        assert not scope_of("aurora_admin", "aurora").crosses


class TestTenantData:
    def test_no_model_of_tenant_data_can_be_read_without_a_scope(self):
        from django.apps import apps

        from huntline.identity.models import TenantModel

        kinds = [model for model in apps.get_models() if issubclass(model, TenantModel)]
        for model in kinds:
            with pytest.raises(UnscopedRead):
                model.objects.all()
            with pytest.raises(UnscopedRead):
                model.objects.filter(pk=None)
            with pytest.raises(UnscopedRead):
                model.objects.unscoped("")


class TestRoles:
    def test_every_role_is_in_the_table_and_belongs_to_one_kind_of_tenant(self):
        assert set(ROLES) == set(Role) == CUSTOMER_ROLES | PROVIDER_ROLES
        assert not CUSTOMER_ROLES & PROVIDER_ROLES

    def test_every_permission_is_given_to_somebody(self):
        assert set(Permission) == frozenset().union(*ROLES.values())

    def test_the_enum_is_sorted(self):
        assert [item.value for item in Permission] == sorted(item.value for item in Permission)

    @pytest.mark.requirement("R14")
    def test_only_administrators_manage_security_settings(self):
        holders = {role for role, held in ROLES.items() if Permission.SECURITY_SETTINGS_MANAGE in held}
        assert holders == {Role.ADMIN}
