"""One tenant's hunts leave room for the others, and all hunts for everything else."""

from contextlib import ExitStack

import pytest

from huntline.hunting.errors import HuntsBusy
from huntline.hunting.services import run
from huntline.hunting.turns import turn


@pytest.fixture(autouse=True)
def few_threads(settings):
    settings.HUNTLINE_THREADS = 12


def take(stack: ExitStack, tenant: str, count: int) -> None:
    for _ in range(count):
        stack.enter_context(turn(tenant))


class TestTurn:
    def test_a_tenant_has_half_of_the_threads(self):
        with ExitStack() as held:
            take(held, "aurora", 6)
            with pytest.raises(HuntsBusy):
                take(held, "aurora", 1)

    def test_all_hunts_leave_threads_to_the_rest(self):
        with ExitStack() as held:
            take(held, "aurora", 6)
            take(held, "bluefin", 2)
            with pytest.raises(HuntsBusy):
                take(held, "cobalt", 1)

    def test_a_turn_ends_also_with_an_error(self):
        for _ in range(20):
            with pytest.raises(ValueError, match="x"), turn("aurora"):
                raise ValueError("x")

    @pytest.mark.django_db
    def test_a_hunt_is_refused_in_time(self, scope_of, cast):
        with ExitStack() as held:
            take(held, str(cast.aurora.pk), 6)
            with pytest.raises(HuntsBusy) as refused:
                run(scope_of("aurora_analyst", "aurora"), "print 1")
            assert refused.value.detail == {"retry_after": 5}
            assert run(scope_of("bluefin_analyst", "bluefin"), "print 1").row_count == 1
        assert run(scope_of("aurora_analyst", "aurora"), "print 1").row_count == 1
