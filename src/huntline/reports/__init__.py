"""Silence explained: which hunts looked at which of a customer's data, what they did not look at, and what was found, or that nothing was.

Reads what others keep and changes none of it; its own rows are the reports of months, written once. Doors: `reports.queries` (what a
period's report says), `reports.services` (the report of a month, kept), `reports.jobs`, `reports.events`.
"""
