"""Chance that repeats: keyed hashes of the seed, and dice that are thrown from such a hash.

Nothing here depends on the order in which things are made: a value follows from the seed and from what it belongs to.
"""

import hashlib
import math
import random
from bisect import bisect
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def keyed_digest(seed: int, *parts: object, size: int = 16) -> bytes:
    """Return `size` bytes (1 to 64) that follow from the seed and the parts."""
    text = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(text.encode(), key=seed.to_bytes(16, "big", signed=True), digest_size=size).digest()


def keyed_number(seed: int, *parts: object, below: int = 1 << 62) -> int:
    """Return a number from 0 up to, and without, `below`."""
    return int.from_bytes(keyed_digest(seed, *parts, size=8), "big") % below


def keyed_hex(seed: int, *parts: object, size: int = 20) -> str:
    """Return `size` bytes as lower-case hexadecimal text."""
    return keyed_digest(seed, *parts, size=size).hex()


def keyed_guid(seed: int, *parts: object) -> str:
    """Return text in the form of a GUID."""
    text = keyed_hex(seed, *parts, size=16)
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Dice:
    """Throws that repeat for the same seed and parts.

    Only `random.Random.random` is used: Python promises that it stays the same from version to version.
    """

    __slots__ = ("_throw",)

    def __init__(self, seed: int, *parts: object) -> None:
        self._throw = random.Random(keyed_number(seed, *parts)).random  # noqa: S311 (invented data, not a secret)

    def chance(self, probability: float) -> bool:
        """Return True with this probability (0 to 1)."""
        return self._throw() < probability

    def between(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._throw() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices, each as likely as the next."""
        return choices[int(self._throw() * len(choices))]

    def pick_ranked(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of the choices by running sums of their weights (see `zipf_sums`)."""
        return choices[bisect(weights, self._throw() * weights[-1], 0, len(weights) - 1)]

    def around(self, mean: float, spread: float) -> float:
        """Return a number of a bell curve (Box-Muller)."""
        radius = math.sqrt(-2.0 * math.log(1.0 - self._throw()))
        return mean + spread * radius * math.cos(2.0 * math.pi * self._throw())

    def count(self, mean: float) -> int:
        """Return a whole number, on average `mean`: its floor, or one more."""
        whole = int(mean)
        return whole + (self._throw() < mean - whole)


def zipf_sums(length: int, exponent: float = 1.1) -> tuple[float, ...]:
    """Return running sums of Zipf weights: few hosts take most of the traffic."""
    total = 0.0
    sums = []
    for rank in range(1, length + 1):
        total += rank**-exponent
        sums.append(total)
    return tuple(sums)
