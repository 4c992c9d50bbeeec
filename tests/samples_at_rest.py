"""What tests of the quarantine look at."""

import hashlib
from pathlib import Path


def objects(folder: Path) -> list[Path]:
    """Every file in the quarantine, whatever it is called."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
