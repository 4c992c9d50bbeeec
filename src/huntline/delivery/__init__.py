"""Who must be told: e-mail rules, mails as rows, every attempt with the mail server's answer.

Doors: `delivery.services` (rules), `delivery.post` (queue a mail), `delivery.jobs` (event handlers and the sender), `delivery.queries`.
"""
