"""Set Django up, when a command needs it: `--help` does not."""

from functools import cache

import structlog


@cache
def ready() -> None:
    """Load Django and bring the state database up to date."""
    import logging

    import django

    # Log lines belong to the server; a command says what it has to say itself.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    django.setup()
    logging.getLogger().setLevel(logging.ERROR)
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
