"""Where the files of packages are: a folder below the home of the installation, called by the ids of their rows."""

import os
import uuid
from pathlib import Path

from django.conf import settings


def folder() -> Path:
    """Return the folder; it is there afterwards, for this user alone."""
    found = Path(settings.HUNTLINE_HOME) / "handoffs"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def file_of(handoff_id: uuid.UUID) -> Path:
    """Return the path of a package that is ready."""
    return folder() / f"{handoff_id}.zip"


def unfinished_file_of(handoff_id: uuid.UUID, claim: uuid.UUID) -> Path:
    """Return the path under which a worker writes a package; two that have the same in hand do not write into one file."""
    return folder() / f"{handoff_id}.{claim}.part"


def put_in_place(unfinished: Path, handoff_id: uuid.UUID) -> None:
    """Give a package that is on the disk its name, durably."""
    unfinished.replace(file_of(handoff_id))
    directory = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
