"""Domain events: recorded in the transaction of the change that they tell of, handed to their subscribers afterwards, at least once.

A service calls `outbox.services.record(event)`. The worker calls `outbox.services.dispatch(subscribers)`; `web.subscribers` is the one
place that names them. (Django loads a package before its models, so doors to models and services are modules, not this file.)
"""

from huntline.outbox.events import Event, Subscribers, event

__all__ = ["Event", "Subscribers", "event"]
