"""Saved hunts: a tenant's own, and the provider's library."""

import pytest

from hunting.questions import BOTH
from huntline.hunting.errors import LibraryNotOpen, SavedHuntNameTaken, SavedHuntNotFound
from huntline.hunting.queries import find_saved_hunt, saved_hunts_within
from huntline.hunting.services import delete_saved_hunt, save_hunt, update_saved_hunt
from huntline.kernel import PageRequest

pytestmark = pytest.mark.django_db


def save(scope, name="lolbins", **more):
    return save_hunt(scope, name=name, description="", query=BOTH, **more)


def names(scope):
    return [row.name for row in saved_hunts_within(scope, PageRequest()).items]


class TestSave:
    def test_is_seen_by_the_tenant_and_by_no_other(self, analyst, scope_of):
        saved = save(analyst)
        assert names(scope_of("aurora_admin", "aurora")) == ["lolbins"]
        assert names(scope_of("bluefin_admin", "bluefin")) == []
        with pytest.raises(SavedHuntNotFound):
            find_saved_hunt(scope_of("bluefin_admin", "bluefin"), saved.pk)

    def test_a_hunters_stays_with_the_provider(self, hunter, analyst, scope_of):
        saved = save(hunter)
        assert names(analyst) == []
        with pytest.raises(SavedHuntNotFound):
            find_saved_hunt(analyst, saved.pk)
        assert names(scope_of("hunt_lead", "bluefin")) == ["lolbins"]
        assert names(scope_of("hunter", "watchtower")) == ["lolbins"]

    def test_a_hunter_sees_both(self, hunter, analyst):
        save(hunter, "from the library")
        save(analyst, "from the tenant")
        assert names(hunter) == ["from the library", "from the tenant"]

    def test_a_hunter_may_leave_one_with_the_customer(self, hunter, analyst):
        save(hunter, library="tenant")
        assert names(analyst) == ["lolbins"]

    def test_a_customer_has_no_place_in_the_library(self, analyst):
        with pytest.raises(LibraryNotOpen):
            save(analyst, library="provider")

    def test_names_are_unique_in_each(self, analyst, hunter, scope_of):
        save(analyst)
        with pytest.raises(SavedHuntNameTaken):
            save(scope_of("aurora_admin", "aurora"))
        save(hunter)
        save(scope_of("bluefin_admin", "bluefin"))


class TestUpdate:
    def test_changes_it_and_says_who(self, analyst, scope_of, clock):
        saved = save(analyst)
        admin = scope_of("aurora_admin", "aurora")
        changed = update_saved_hunt(admin, saved.pk, name="other", description="why", query="print 1")
        assert (changed.name, changed.description, changed.query) == ("other", "why", "print 1")
        assert (changed.created_by, changed.changed_by) == ("analyst@aurora.example", "admin@aurora.example")

    def test_another_tenants_cannot_be_found(self, analyst, scope_of):
        saved = save(analyst)
        with pytest.raises(SavedHuntNotFound):
            update_saved_hunt(scope_of("bluefin_admin", "bluefin"), saved.pk, name="x", description="", query="x")

    def test_not_to_a_name_that_is_taken(self, analyst):
        save(analyst, "first")
        second = save(analyst, "second")
        with pytest.raises(SavedHuntNameTaken):
            update_saved_hunt(analyst, second.pk, name="first", description="", query=BOTH)


class TestDelete:
    def test_is_gone(self, analyst):
        delete_saved_hunt(analyst, save(analyst).pk)
        assert names(analyst) == []

    def test_the_library_is_not_the_customers(self, analyst, hunter):
        saved = save(hunter)
        with pytest.raises(SavedHuntNotFound):
            delete_saved_hunt(analyst, saved.pk)
        assert names(hunter) == ["lolbins"]
