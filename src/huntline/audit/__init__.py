"""Append-only, hash-chained record: who did what to which. Enter through `audit.services` and `audit.queries`."""
