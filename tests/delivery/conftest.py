import pytest

from mail_servers import Mailbox, smtp_server


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def server(mailbox, settings):
    """A mail server that the settings name; its answers are in `mailbox`."""
    with smtp_server(mailbox) as port:
        settings.HUNTLINE_EMAIL_URL = f"smtp://127.0.0.1:{port}"
        yield mailbox
