import pytest

from handoff.dossiers import dossier, signer


@pytest.fixture
def signs():
    return signer()


@pytest.fixture
def package(tmp_path, signs):
    """Pack a dossier and return the file."""
    from handoff.dossiers import KEY_URL
    from huntline.handoff.packaging import write_package

    def packed(given=None, name="package.zip"):
        file = tmp_path / name
        write_package(given or dossier(), file, signs, KEY_URL)
        return file

    return packed


@pytest.fixture
def no_network(monkeypatch):
    """Fail whoever calls somebody else."""
    import socket

    def refuse(*_, **__):
        raise AssertionError("Somebody calls the network.")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
