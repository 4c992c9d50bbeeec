import pytest

from publishing import enrol
from web_receivers import Receiver, make


@pytest.fixture
def receiver(settings):
    settings.HUNTLINE_WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    running = Receiver()
    yield running
    running.close()


@pytest.fixture
def admin(cast):
    return enrol(cast)


@pytest.fixture
def hook(receiver, admin, clock):
    return make(admin, receiver.url)
