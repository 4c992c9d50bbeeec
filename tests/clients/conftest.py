"""Real clients of the Defender APIs, unmodified, at a real server that holds the demo and speaks HTTPS.

Each client lives in an environment of its own (`make test-clients` installs them). Its proxy leads Microsoft's names to the server and
refuses every other name, so that no client ever calls anybody else.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
import trustme

from interception import Interception
from serving import Serving, free_port

ROOT = Path(__file__).parents[2]
ENVIRONMENTS = ROOT / ".stamps" / "clients"
PROGRAMS = Path(__file__).parent / "programs"
# The names that these clients have in their code.
HOSTS = frozenset(
    {
        "api.security.microsoft.com",
        "api.securitycenter.microsoft.com",
        "graph.microsoft.com",
        "login.microsoftonline.com",
        "wdatp-alertexporter-eu.windows.com",
    }
)
ROLES = [
    "AdvancedHunting.Read.All",
    "AdvancedQuery.Read.All",
    "Alert.ReadWrite.All",
    "Incident.ReadWrite.All",
    "Machine.Read.All",
    "SecurityAlert.ReadWrite.All",
    "SecurityIncident.ReadWrite.All",
    "ThreatHunting.Read.All",
]


class Installation(Serving):
    """The server, at plain HTTP and at HTTPS, and an API application of one of its customers."""

    def __init__(self, home: Path) -> None:
        self.tls_port = free_port()
        self.authority = home / "authority.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.authority)
        leaf = authority.issue_cert("localhost", "127.0.0.1", *sorted(HOSTS))
        leaf.private_key_and_cert_chain_pem.write_to_path(home / "tls.pem")
        super().__init__(
            home,
            HUNTLINE_TLS_CERTIFICATE=str(home / "tls.pem"),
            HUNTLINE_TLS_LISTEN=f"127.0.0.1:{self.tls_port}",
        )
        self.tls_url = f"https://localhost:{self.tls_port}"
        self.password = ""
        self.credentials: dict[str, str] = {}


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    serving = Installation(tmp_path_factory.mktemp("installation"))
    demo = json.loads(serving.command("demo", "--json", "--scale", "0.1").stdout)
    serving.password = demo["sign_ins"][0]["password"]
    serving.start()
    yield serving
    serving.stop()


@pytest.fixture(scope="session")
def portal(installation):
    """A session of Aurora's administrator, as the portal has one; it makes the API application, as people do."""
    client = installation.sign_in("admin@aurora.example", installation.password)
    tenant = client.get("/api/v1/session").json()["memberships"][0]["tenant"]
    made = client.post("/api/v1/tenants/aurora/api-clients", json={"name": "Clients", "roles": ROLES}).json()
    installation.credentials = {"tenant": tenant["id"], "id": made["client_id"], "secret": made["client_secret"]}
    return client


@pytest.fixture
def published(portal):
    """The demo's published notification as the portal's API tells it: what every client must see alike."""
    listed = portal.get("/api/v1/tenants/aurora/alerts").json()["items"]
    (alert,) = [one for one in listed if one["detection_source"] == "ThreatExperts"]
    return portal.get(f"/api/v1/tenants/aurora/alerts/{alert['id']}").json()


@pytest.fixture
def interception(installation):
    with Interception(HOSTS, ("127.0.0.1", installation.tls_port)) as proxy:
        yield proxy
        assert proxy.refused == []


@pytest.fixture
def in_environment(installation, portal, interception, tmp_path):
    """Run a program of a client's environment and return what it printed; names are intercepted, and only our authority is trusted."""

    def run(environment: str, *words: str, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        folder = ENVIRONMENTS / environment / "bin"
        assert folder.is_dir(), "The clients are not installed; `make test-clients` does it."
        known = installation.credentials
        surroundings = {
            "PATH": f"{folder}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "HTTPS_PROXY": interception.url,
            "NO_PROXY": "localhost,127.0.0.1",
            "SSL_CERT_FILE": str(installation.authority),
            "REQUESTS_CA_BUNDLE": str(installation.authority),
            "NODE_EXTRA_CA_CERTS": str(installation.authority),
            "AZURE_TENANT_ID": known["tenant"],
            "AZURE_CLIENT_ID": known["id"],
            "AZURE_CLIENT_SECRET": known["secret"],
            "HUNTLINE_URL": installation.url,
            "HUNTLINE_TLS_URL": installation.tls_url,
            **variables,
        }
        done = subprocess.run(
            [*words], env=surroundings, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False
        )
        assert not check or done.returncode == 0, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    return run


@pytest.fixture
def answer_of(in_environment):
    """Run one of the programs here in a client's environment and return the JSON that it prints last."""

    def run(environment: str, program: str, *words: str, **variables: str):
        done = in_environment(environment, "python", str(PROGRAMS / program), *words, **variables)
        return json.loads(done.stdout.splitlines()[-1])

    return run
