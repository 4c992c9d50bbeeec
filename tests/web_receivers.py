"""A real HTTP server for tests of webhooks, that answers, fails, waits or breaks off as it is told."""

import json
import threading
import time
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from huntline.delivery.webhooks import services
from huntline.delivery.webhooks.services import WebhookForm


class Receiver:
    """A real HTTP server. `script`: what the next calls meet (200 once it is empty): a status, or a function of the handler."""

    def __init__(self):
        self.script, self.seen = deque(), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers.items()), body))
                step = outer.script.popleft() if outer.script else 200
                if callable(step):
                    step(self)
                else:
                    self.answer(step)

            def answer(self, status, text=b"ok", **headers):
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/alerts?team=soc"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    @property
    def ids(self):
        return [headers["webhook-id"] for _, headers, _ in self.seen]

    def body(self, index):
        return json.loads(self.seen[index][2])


def break_off(handler):
    """Taken, and closed without an answer."""
    handler.close_connection = True
    handler.connection.shutdown(2)


def late(handler):
    time.sleep(1.5)
    handler.answer(200)


def huge(handler):
    """An answer that never ends."""
    handler.send_response(200)
    handler.send_header("Content-Length", str(1 << 40))
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        handler.close_connection = True


def make(scope, url, **fields):
    values = {
        "name": "SOC",
        "url": url,
        "severities": ["High"],
        "events": ["alert.raised", "alert.updated", "alert.withdrawn"],
    }
    return services.create_webhook(scope, WebhookForm(**(values | fields)))
