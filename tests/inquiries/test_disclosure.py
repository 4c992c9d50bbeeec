"""What is told of a count, and what nobody can learn from it."""

import math
from collections import Counter

import pytest

from huntline.inquiries.disclosure import EPSILON, STEP, THRESHOLD, noise, told

MANY = 40_000


@pytest.fixture(scope="module")
def drawn():
    """How often each noise came, over many questions."""
    return Counter(noise(b"secret", str(number).encode()) for number in range(MANY))


def likelihood(value, count, drawn):
    """Return how likely `value` is told of a count, by the noise as it was drawn."""
    return sum(times for k, times in drawn.items() if told(count + k) == value) / MANY


class TestNoise:
    def test_is_of_the_distribution_that_the_promise_is_made_of(self, drawn):
        a = math.exp(-EPSILON)
        for k in range(-5, 6):
            expected = (1 - a) / (1 + a) * a ** abs(k)
            assert drawn[k] / MANY == pytest.approx(expected, rel=0.15)

    def test_the_same_question_has_the_same(self):
        assert noise(b"secret", b"q") == noise(b"secret", b"q")

    def test_another_installation_has_another(self):
        assert len({noise(str(number).encode(), b"q") for number in range(50)}) > 3


class TestTold:
    def test_never_an_exact_count(self):
        assert {told(count) for count in range(-10, 100)} <= {None, *range(STEP, 105, STEP)}
        assert told(THRESHOLD - 1) is None


class TestDifferences:
    """An attacker who controls all but one organization, and knows their values, asks with and without it."""

    @pytest.mark.requirement("R68")
    @pytest.mark.parametrize("known", [0, 1, 2, 3, 7, 12, 17])
    def test_no_answer_tells_the_last_organizations_value(self, drawn, known):
        for value in (None, *range(STEP, 40, STEP)):
            without, with_it = likelihood(value, known, drawn), likelihood(value, known + 1, drawn)
            if min(without, with_it) > 0.005:  # below, the draw itself is uncertain
                assert abs(math.log(with_it / without)) <= EPSILON + 0.2

    def test_without_noise_the_same_attack_would_succeed(self):
        # Two planted organizations, and the threshold says whether there is a third.
        assert told(2) != told(3)
