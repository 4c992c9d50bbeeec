"""How a count over other organizations is told, so that nobody learns one organization's value from it.

The count gets noise from a two-sided geometric distribution (the discrete Laplace mechanism): no answer is more than e**EPSILON times
likelier with an organization than without it, whatever else the asker knows or controls. What is left is told only above a
threshold, and in steps. The noise follows from the installation's secret and the question, so asking the same again brings no second
answer that could be averaged with the first.
"""

import hashlib
import hmac
import math
from typing import Final

EPSILON: Final = 0.5
# Fewer organizations than this in the comparison, and nothing is told at all.
SMALLEST_COHORT: Final = 5
# Fewer sightings than this are told as “few or none”.
THRESHOLD: Final = 3
STEP: Final = 5
_BITS: Final = 64


def noise(secret: bytes, question: bytes) -> int:
    """Return the noise of a question: an integer around 0, the same for the same question.

    P(noise = k) is (1-a)/(1+a) * a**|k| with a = e**-EPSILON, as the difference of two geometric numbers.
    """
    digest = hmac.new(secret, question, hashlib.sha256).digest()
    return _geometric(digest[:8]) - _geometric(digest[8:16])


def told(noisy: int) -> int | None:
    """Return what is told of a noisy count: a multiple of five, five at least, or None for few or none.

    >>> [told(count) for count in (-2, 2, 3, 7, 8, 12, 13)]
    [None, None, 5, 5, 10, 10, 15]
    """
    return None if noisy < THRESHOLD else max(STEP, STEP * ((noisy + STEP // 2) // STEP))


def _geometric(raw: bytes) -> int:
    """Return k with probability (1-a) * a**k, by the inverse of the distribution."""
    uniform = (int.from_bytes(raw, "big") + 1) / 2**_BITS  # in (0, 1]
    return math.floor(math.log(uniform) / -EPSILON)
