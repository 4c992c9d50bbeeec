"""A mail server that misbehaves as each recipient's name asks, as a program of its own, so that it can be killed.

    python relay.py PORT SPOOL

The first part of an address says what happens to it, always at its first attempt only (but `refuse`, which is for ever):

    ok-1@…        taken                         refuse-1@…    550 at RCPT
    grey-1@…      451 at RCPT                   refusetext-1@… 554 after the text
    greytext-1@…  451 after the text            slow-1@…      every answer late
    taken-1@…     taken, closed without a 250   dropped-1@…   not taken, closed without an answer
    silent-1@…    no answer to the text until the client has gone

SPOOL gets a line for each thing that happened, `what<TAB>recipient<TAB>Message-ID`, written through before the client hears of it: what a
killed server had acknowledged is in it, and after a start it knows whom it has seen.
"""

import contextlib
import os
import re
import socketserver
import sys
import threading
import time
from pathlib import Path

LATE = 0.02
SILENCE = 3.0


class Relay(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port, spool):
        self.spool = os.open(spool, os.O_CREAT | os.O_APPEND | os.O_RDWR)
        self.lock = threading.Lock()
        with Path(spool).open() as lines:
            self.seen = {(what, to) for what, to, _ in (line.rstrip("\n").split("\t") for line in lines)}
        super().__init__(("127.0.0.1", port), Conversation)

    def note(self, what, recipient, message_id=""):
        """Write down what happened; return whether it is the first time for this recipient."""
        with self.lock:
            first = (what, recipient) not in self.seen
            self.seen.add((what, recipient))
            os.write(self.spool, f"{what}\t{recipient}\t{message_id}\n".encode())
        return first


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError):
            self.converse()

    def converse(self):
        self.say("220 relay.test ESMTP")
        recipient = ""
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = re.search(rb"<(.*?)>", line)[1].decode()
                self.say(self.answer_to(recipient))
            elif verb == b"DATA":
                self.say("354 go on")
                text = self.text()
                if text is None or not self.take(
                    recipient, re.search(rb"(?mi)^Message-ID: *(<.*?>)", text)[1].decode()
                ):
                    return
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def text(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            lines.append(line)
        return b"".join(lines)

    def answer_to(self, recipient):
        how = recipient.split("-")[0]
        if how == "slow":
            time.sleep(LATE)
        if how == "refuse":
            return "550 5.1.1 no such mailbox"
        if how == "grey" and self.server.note("grey", recipient):
            return "451 4.7.1 greylisted"
        return "250 ok"

    def take(self, recipient, message_id):
        """Answer to the text; False ends the conversation."""
        how, server = recipient.split("-")[0], self.server
        if how == "refusetext":
            self.say("554 5.7.1 not wanted")
        elif how == "greytext" and server.note("greytext", recipient):
            self.say("451 4.3.0 later")
        elif how == "dropped" and server.note("dropped", recipient):
            return False
        elif how == "silent" and server.note("silent", recipient):
            time.sleep(SILENCE)
            return False
        else:
            if how == "slow":
                time.sleep(LATE)
            first = server.note("taken", recipient, message_id)
            if how == "taken" and first:
                return False
            self.say("250 2.0.0 taken")
        return True

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")


if __name__ == "__main__":
    with Relay(int(sys.argv[1]), sys.argv[2]) as relay:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        relay.serve_forever()
