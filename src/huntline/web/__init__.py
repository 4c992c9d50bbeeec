"""One WSGI application: settings, addresses, middleware, the worker, and the one place that joins events to their subscribers."""
