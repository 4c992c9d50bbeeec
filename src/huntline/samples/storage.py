"""Where sealed parts lie: a folder of this machine, or a bucket that speaks S3. One setting chooses.

Names are made here, of random hexadecimal digits; no text of a user is ever part of one. An object is written once and never changed.
"""

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import structlog
from django.conf import settings
from obstore.exceptions import BaseError
from obstore.store import S3Store

from huntline.samples.errors import AddressInvalid, QuarantineUnavailable
from huntline.samples.sealing import OVERHEAD, PART_SIZE

if TYPE_CHECKING:  # at run time the library has no such name
    from obstore.store import S3Config

log = structlog.get_logger(__name__)

_FORMS: Final = "file:///path or s3://bucket/prefix?endpoint=https://host:port&region=name"
_NAME: Final = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")
_LARGEST: Final = PART_SIZE + OVERHEAD
# A bucket that does not answer is given up after this, tries included.
_PATIENCE: Final = timedelta(seconds=60)


class Storage(Protocol):
    """What a kind of storage can do. Every method raises QuarantineUnavailable when it does not answer or is full."""

    def put(self, name: str, content: bytes) -> None:
        """Write an object; it is durable when this returns."""

    def get(self, name: str) -> bytes | None:
        """Return an object of at most 8 MiB and what sealing adds; None when there is none. More is cut off."""

    def delete(self, name: str) -> None:
        """Remove an object, or what was written of it. None there is no error."""

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""


def storage() -> Storage:
    """Return the storage that HUNTLINE_SAMPLES_URL names. Raises AddressInvalid, QuarantineUnavailable."""
    return _storage_of(settings.HUNTLINE_SAMPLES_URL)


def new_object_name() -> str:
    """Return the name of an object that does not exist yet."""
    digits = secrets.token_hex(16)
    return f"{digits[:2]}/{digits}"


@lru_cache(maxsize=8)
def _storage_of(url: str) -> Storage:
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path.startswith("/"):
        return Folder(Path(unquote(parts.path)))
    if parts.scheme == "s3" and parts.netloc:
        asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if asked.keys() <= {"endpoint", "region"}:
            return Bucket(
                parts.netloc, unquote(parts.path).strip("/"), asked.get("endpoint", ""), asked.get("region", "")
            )
    raise AddressInvalid("HUNTLINE_SAMPLES_URL", _FORMS)


class Folder:
    """A folder of this machine: one file for each object, in 256 folders."""

    def __init__(self, root: Path) -> None:
        self._root = root
        with _said("open", str(root)):
            root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, name: str, content: bytes) -> None:
        """Write a file and wait until it and its place in the folder are on the disk."""
        path = self._path(name)
        with _said("put", name):
            if not path.parent.exists():
                path.parent.mkdir(exist_ok=True, mode=0o700)
                _sync(self._root)
            with open(path, "xb", opener=lambda file, flags: os.open(file, flags, 0o600)) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _sync(path.parent)

    def get(self, name: str) -> bytes | None:
        """Read a file."""
        path = self._path(name)
        with _said("get", name):
            self._require_root()
            with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
                return file.read(_LARGEST + 1)
        return None

    def delete(self, name: str) -> None:
        """Remove a file, and wait until its place in the folder is gone from the disk."""
        path = self._path(name)
        with _said("delete", name):
            self._require_root()
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
                _sync(path.parent)

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        with _said("look for", name):
            self._require_root()
            return self._path(name).exists()

    def _require_root(self) -> None:
        # A disk that was taken away: nothing can be said of its files, least of all that they are deleted.
        if not self._root.is_dir():
            raise NotADirectoryError(str(self._root))

    def _path(self, name: str) -> Path:
        return self._root / _checked(name)


class Bucket:
    """A bucket that speaks S3. Credentials come from the usual AWS_* environment."""

    def __init__(self, bucket: str, prefix: str, endpoint: str, region: str) -> None:
        config: S3Config = {}
        if endpoint:
            config["endpoint"] = endpoint
        if region:
            config["region"] = region
        with _said("open", bucket):
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                config=config,
                client_options={"timeout": _PATIENCE, "allow_http": endpoint.startswith("http://")},
                retry_config={"max_retries": 4, "retry_timeout": _PATIENCE},
            )

    def put(self, name: str, content: bytes) -> None:
        """Write an object in one request: it is there whole, or not at all."""
        with _said("put", name):
            try:
                self._store.put(_checked(name), content, use_multipart=False)
            except FileNotFoundError as error:
                raise OSError(str(error)) from error

    def get(self, name: str) -> bytes | None:
        """Read an object."""
        with _said("get", name):
            try:
                return self._read(_checked(name))
            except FileNotFoundError as error:
                _require_bucket(error)
                return None

    def delete(self, name: str) -> None:
        """Remove an object. A bucket that keeps versions still has the old one, whose key is gone."""
        with _said("delete", name):
            try:
                self._store.delete(_checked(name))
            except FileNotFoundError as error:
                _require_bucket(error)

    def exists(self, name: str) -> bool:
        """Whether there is such an object."""
        with _said("look for", name), contextlib.suppress(FileNotFoundError):
            self._store.head(_checked(name))
            return True
        return False

    def _read(self, name: str) -> bytes:
        taken = bytearray()
        for chunk in self._store.get(name).stream():
            taken += chunk
            if len(taken) > _LARGEST:
                break
        return bytes(taken)


def _require_bucket(error: FileNotFoundError) -> None:
    """Raise OSError where it is the bucket that is not there: nothing can be said of its objects."""
    if "NoSuchBucket" in str(error):
        raise OSError(str(error)) from error


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"No object is called {name!r}.")
    return name


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _said(what: str, name: str) -> Iterator[None]:
    """Log what the storage answers when it cannot, and raise QuarantineUnavailable."""
    try:
        yield
    except (OSError, BaseError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        log.error("quarantine_unavailable", doing=what, object=name, error=str(error)[:500])  # noqa: TRY400 - its text says it
        raise QuarantineUnavailable from error
