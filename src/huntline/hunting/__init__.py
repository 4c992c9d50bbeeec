"""Run, save and repeat hunts: KQL in a scope, with limits and a time window; history; evidence that can be run again.

Doors: `hunting.services` (use cases, free of requests: the command line and the foreign APIs call them too), `hunting.queries` (scoped
reads), `hunting.results` (what a run answers), `hunting.errors`.
"""
