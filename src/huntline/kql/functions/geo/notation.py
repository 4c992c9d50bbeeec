"""SQL expressions with named values: what a nested formula needs twice is computed once.

Every function takes and gives SQL text of the compiler's own. The names of lambdas are made here, so that no part of a formula can
capture a name of another.
"""

from collections.abc import Callable
from itertools import count

_NAMES = count(1)

One = Callable[[str], str]
Two = Callable[[str, str], str]


def fresh() -> str:
    """Return a name that no other lambda of the geometry uses."""
    return f"_g{next(_NAMES)}"


def let(value: str, body: One) -> str:
    """Return the body over a value that is computed once.

    >>> let("1 + 1", lambda x: f"{x} * {x}").replace(" ", "")[:8]
    'arrayMap'
    """
    name = fresh()
    return f"arrayMap({name} -> {body(name)}, [{value}])[1]"


def pipe(value: str, *steps: One) -> str:
    """Return what the steps make of a value, one after another.

    A step sees only what the one before it gives. So formulas do not stand inside one another, which the engine would pay for: the time to
    prepare a formula grows with the number of lambdas round it.
    """
    for step in steps:
        value = let(value, step)
    return value


def let_all(values: tuple[str, ...], body: Callable[..., str]) -> str:
    """Return the body over several values that are computed once."""
    names = [fresh() for _ in values]
    given = ", ".join(f"[{value}]" for value in values)
    return f"arrayMap(({', '.join(names)}) -> {body(*names)}, {given})[1]"


def each(items: str, body: One) -> str:
    """Return the array of the body over each element."""
    name = fresh()
    return f"arrayMap({name} -> {body(name)}, {items})"


def each_two(left: str, right: str, body: Two) -> str:
    """Return the array of the body over elements that stand at the same place of two arrays."""
    first, second = fresh(), fresh()
    return f"arrayMap(({first}, {second}) -> {body(first, second)}, {left}, {right})"


def only(items: str, condition: One) -> str:
    """Return the elements that meet a condition."""
    name = fresh()
    return f"arrayFilter({name} -> {condition(name)}, {items})"


def some(items: str, condition: One) -> str:
    """Return whether an element meets a condition."""
    name = fresh()
    return f"arrayExists({name} -> {condition(name)}, {items})"


def every(items: str, condition: One) -> str:
    """Return whether all elements meet a condition."""
    name = fresh()
    return f"arrayAll({name} -> {condition(name)}, {items})"


def fold(items: str, start: str, step: Two) -> str:
    """Return what is left after a step for each element: `step(so far, element)` gives the type of `start`."""
    so_far, item = fresh(), fresh()
    return f"arrayFold(({so_far}, {item}) -> {step(so_far, item)}, {items}, {start})"
