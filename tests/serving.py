"""A real server in a process of its own, for tests that kill it, click through it, or call it with the command line."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Serving:
    """One installation in a folder: commands run on it, the server starts, stops and is killed, and starts again."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("HUNTLINE_", "DJANGO_"))},
            "DJANGO_SETTINGS_MODULE": "huntline.web.settings",
            "HUNTLINE_HOME": str(home),
            "HUNTLINE_LISTEN": f"127.0.0.1:{self.port}",
            "HUNTLINE_PUBLIC_URL": self.url,
            **settings,
        }

    def command(self, *words: str, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run `huntline` with these words; fail with what it printed."""
        return self.python("from huntline.cli import main; main()", *words, check=check, stdin=stdin)

    def python(
        self, code: str, *words: str, check: bool = True, stdin: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a piece of Python in this installation; fail with what it printed."""
        entry = [sys.executable, "-c", code, *words]
        done = subprocess.run(
            entry, env=self.environment, capture_output=True, text=True, timeout=300, input=stdin, check=False
        )
        assert not check or done.returncode == 0, (
            f"huntline {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        )
        return done

    def start(self) -> "Serving":
        """Start the server and wait until it answers."""
        log = (self.home / "server.log").open("a")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "huntline.web"], env=self.environment, stdout=log, stderr=log, text=True
        )
        deadline = time.monotonic() + 240  # a server that is slow because the machine is busy is none that fails
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                httpx.get(f"{self.url}/healthz", timeout=2)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return self
        raise AssertionError(f"The server did not start:\n{(self.home / 'server.log').read_text()[-4000:]}")

    def kill(self) -> None:
        """End the server as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End the server as an operator would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def sign_in(self, email: str, password: str) -> httpx.Client:
        """Return a client with a session, as the portal has one."""
        client = httpx.Client(base_url=self.url, timeout=60)
        client.get("/_allauth/browser/v1/auth/session")
        token = client.cookies["huntline_csrf"]
        answer = client.post(
            "/_allauth/browser/v1/auth/login",
            json={"email": email, "password": password},
            headers={"X-CSRFToken": token},
        )
        assert answer.status_code == 200, answer.text
        client.headers["X-CSRFToken"] = client.cookies["huntline_csrf"]
        return client
