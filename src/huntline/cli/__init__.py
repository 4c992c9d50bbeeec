"""The command line. `main` is the entry point of `huntline`."""

from huntline.cli.app import main

__all__ = ["main"]
