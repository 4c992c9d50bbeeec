"""Webhooks: alerts posted as JSON to an organisation's own systems, signed as Standard Webhooks (standardwebhooks.com) says.

Doors: `webhooks.services` (set up, test, replay), `webhooks.jobs` (event handlers and the sender), `webhooks.queries`, `webhooks.api`.
"""
