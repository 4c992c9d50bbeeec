"""Chromium over a real server that holds the demo."""

import json
import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from serving import Serving

# Without the background flags Chromium looks up hosts of its maker at every start.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = Path(os.environ.get("HUNTLINE_PICTURES", Path(__file__).parents[2] / "pictures"))
# Fluent's focus sentinels are hidden from people and focusable by design.
AXE = {"exclude": [["[data-tabster-dummy]"], [".monaco-editor"]]}


@pytest.fixture(scope="session")
def installation(tmp_path_factory):
    """A server with the demo, and its sign-ins by role."""
    # Webhooks of a test reach a receiver of the test.
    serving = Serving(tmp_path_factory.mktemp("installation"), HUNTLINE_WEBHOOK_NETWORKS="127.0.0.0/8")
    demo = json.loads(serving.command("demo", "--json").stdout)
    serving.start()
    serving.password = demo["sign_ins"][0]["password"]
    yield serving
    serving.stop()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(ARGUMENTS))
        yield browser
        browser.close()


class Visitor:
    """Somebody at the portal. Errors on the page's console, and pages that axe finds fault with, fail the test."""

    def __init__(self, chromium, installation, email, **options):
        self.context = chromium.new_context(
            viewport={"width": 1440, "height": 900},
            base_url=installation.url,
            timezone_id="Europe/Amsterdam",
            **options,
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._note)
        self.page.goto("/")
        if email is not None:
            self.page.get_by_label("E-mail address").fill(email)
            self.page.get_by_label("Password").fill(installation.password)
            self.page.get_by_role("button", name="Sign in", exact=True).click()
            self.page.get_by_role("navigation").first.wait_for()

    def _note(self, message):
        # An anonymous visitor's first question is answered 401, which Chromium writes to its console.
        if message.type == "error" and "401" not in message.text:
            self.errors.append(message.text)

    def look(self, name, *, menu=False):
        """Save a picture, and let axe look for barriers. An open menu floats outside all landmarks, as menus do."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=PICTURES / f"{name}.png")
        found = Axe().run(self.page, context=AXE, options={"rules": {"region": {"enabled": not menu}}})
        violations = [
            (item["id"], [node["html"][:200] for node in item["nodes"][:3]]) for item in found.response["violations"]
        ]
        assert not violations, f"{name}: {violations}"
        assert not self.errors, f"{name}: {self.errors}"


@pytest.fixture
def visit(chromium, installation):
    """Sign somebody in by e-mail; None stays at the door."""
    visitors = []

    def visitor(email, **options):
        visitors.append(Visitor(chromium, installation, email, **options))
        return visitors[-1]

    yield visitor
    for one in visitors:
        one.context.close()
