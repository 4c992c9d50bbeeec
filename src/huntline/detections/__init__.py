"""Custom detections: hunts of the customer, or of the provider, that run by themselves and raise alerts of what they find.

Doors: `detections.services` (rules), `detections.queries`, `detections.jobs` (what the worker runs).
"""
