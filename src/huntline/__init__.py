"""Huntline: open, self-hosted managed threat hunting."""

__version__ = "0.1.0"
