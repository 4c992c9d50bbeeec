"""The product's own settings, on throw-away folders and with a quick password hash."""

import os
import tempfile
from pathlib import Path

from engine_directory import engine_dsn

_folder = Path(tempfile.mkdtemp(prefix="huntline-test-"))
os.environ["HUNTLINE_HOME"] = str(_folder)
os.environ["HUNTLINE_TEST_DATABASE"] = str(_folder / "test.sqlite3")
os.environ["HUNTLINE_ENGINE_DSN"] = engine_dsn()
os.environ["HUNTLINE_PUBLIC_URL"] = "http://127.0.0.1:8080"

from huntline.web.settings import *  # noqa: E402, F403 - the folders must be named first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ACCOUNT_RATE_LIMITS = False

PASSWORD = "correct horse battery staple"  # of everybody in the cast
