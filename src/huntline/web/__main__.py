"""Serve: `python -m huntline.web`, which is what `huntline serve` becomes."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huntline.web.settings")

from huntline.web.server import main

main()
