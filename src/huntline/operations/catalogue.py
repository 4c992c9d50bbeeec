"""The operations by name."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from huntline.operations.demos import demo
from huntline.operations.hunts import hunt
from huntline.operations.imports import import_files

Progress = dict[str, Any]
Operation = Callable[[dict[str, Any]], Iterator[Progress]]

OPERATIONS: Final[dict[str, Operation]] = {
    "demo": demo,
    "hunt": hunt,
    "import": import_files,
}
