"""One query in several tenants."""

import threading

import pytest
from django.db import connection

from hunting.questions import BOTH, SLOW, named
from huntline.audit.models import Entry
from huntline.hunting.errors import HuntCancelled, QueryInvalid, RunIdUsed
from huntline.hunting.models import HuntRun
from huntline.hunting.queries import runs_within
from huntline.hunting.services import cancel, capture_evidence, run, run_across
from huntline.identity.errors import TenantNotFound
from huntline.identity.queries import provider_scope_of
from huntline.kernel import new_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def everywhere(cast, clock):
    return provider_scope_of(cast.hunter)


class TestRunAcross:
    def test_names_the_tenant_of_each_row(self, everywhere, cast, insert):
        insert(cast.aurora, "tool.exe", 2)
        insert(cast.bluefin, "tool.exe", 1, first=7)
        result = run_across(everywhere, named("tool.exe"))
        assert [column.name for column in result.columns] == ["TenantId", "TenantName", "FileName", "ProcessId"]
        assert sorted(result.rows) == [
            ["aurora", "Aurora Grid", "tool.exe", 0],
            ["aurora", "Aurora Grid", "tool.exe", 1],
            ["bluefin", "Bluefin Logistics", "tool.exe", 7],
        ]
        assert [(part.tenant, part.first_row, part.row_count, part.error) for part in result.per_tenant] == [
            ("aurora", 0, 2, None),
            ("bluefin", 2, 1, None),
        ]

    def test_only_the_tenants_that_were_named(self, everywhere, cast, insert):
        insert(cast.aurora, "tool.exe")
        insert(cast.bluefin, "tool.exe")
        result = run_across(everywhere, named("tool.exe"), tenants=["bluefin", "bluefin"])
        assert [row[0] for row in result.rows] == ["bluefin"]

    @pytest.mark.parametrize("slugs", [["aurora", "nowhere"], ["watchtower"], []])
    def test_refuses_tenants_that_are_not_customers_of_the_provider(self, everywhere, slugs):
        with pytest.raises(TenantNotFound):
            run_across(everywhere, BOTH, tenants=slugs)

    def test_each_tenant_has_an_equal_share(self, everywhere, cast, insert):
        insert(cast.aurora, "many.exe", 30)
        insert(cast.bluefin, "many.exe", 3)
        result = run_across(everywhere, named("many.exe"), max_rows=20)
        assert [(part.row_count, part.truncated) for part in result.per_tenant] == [(10, True), (3, False)]
        assert (result.truncated, result.limit_per_tenant) == (True, 10)

    def test_every_tenant_has_its_own_run_and_note(self, everywhere, cast):
        result = run_across(everywhere, BOTH)
        for tenant, part in zip((cast.aurora, cast.bluefin), result.per_tenant, strict=True):
            own = HuntRun.objects.within(everywhere.narrowed_to(tenant.pk)).get()
            assert (own.pk, own.run_id) == (part.hunt_id, result.run_id)
            (entry,) = Entry.objects.filter(tenant_id=tenant.pk, action="tenant.crossed")
            assert str(own.pk) in entry.detail["what"]

    def test_evidence_comes_from_one_tenants_run(self, everywhere, cast, insert):
        insert(cast.aurora, "tool.exe")
        insert(cast.bluefin, "tool.exe", first=5)
        part = run_across(everywhere, named("tool.exe")).per_tenant[1]
        evidence = capture_evidence(everywhere, part.hunt_id, [0])
        assert evidence.tenant_id == cast.bluefin.pk
        assert evidence.rows == [["tool.exe", 5]]

    def test_a_query_that_does_not_compile_runs_nowhere(self, everywhere):
        with pytest.raises(QueryInvalid):
            run_across(everywhere, "Nothing | take 1")
        assert not runs_within(everywhere).exists()

    def test_a_run_id_that_one_tenant_knows_leaves_nothing_running(self, everywhere, cast):
        chosen = new_id()
        run(everywhere.narrowed_to(cast.bluefin.pk), BOTH, run_id=chosen)
        with pytest.raises(RunIdUsed):
            run_across(everywhere, BOTH, run_id=chosen)
        assert {row.state for row in runs_within(everywhere)} == {"done", "failed"}

    def test_a_limit_is_the_outcome_of_each_tenant(self, everywhere, settings):
        settings.HUNTLINE_HUNT_SECONDS = 1
        result = run_across(everywhere, SLOW)
        assert [part.error["code"] for part in result.per_tenant] == ["query_time_limit"] * 2
        assert {row.state for row in runs_within(everywhere)} == {"failed"}

    @pytest.mark.django_db(transaction=True)
    def test_is_cancelled_in_all_tenants_at_once(self, everywhere):
        chosen, caught = new_id(), []

        def work():
            try:
                run_across(everywhere, SLOW, run_id=chosen)
            except HuntCancelled as error:
                caught.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=work)
        thread.start()
        while runs_within(everywhere).count() < 2:
            thread.join(0.02)
        cancel(everywhere, chosen)
        thread.join(30)
        assert len(caught) == 1
        assert {row.state for row in runs_within(everywhere)} == {"cancelled"}
