"""A mail row as the text on the wire."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from huntline.delivery.addresses import folded
from huntline.delivery.message import envelope_sender, message_of
from huntline.delivery.models import Mail

LINES = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)


def mail(**fields):
    values = {
        "id": UUID("01a201e8-30a8-7443-af24-04bdb26ea3b7"),
        "sender": "Huntline <huntline@provider.example>",
        "recipient": "mina@aurora.example",
        "language": "en",
        "subject": "A subject",
        "text": "Text\n",
        "html": "<p>Text</p>",
        "message_id": "<01a201e8@provider.example>",
        "created": datetime(2026, 11, 16, 9, tzinfo=UTC),
    }
    return Mail(**(values | fields))


class TestMessageOf:
    def test_is_the_same_at_every_attempt(self):
        assert message_of(mail()) == message_of(mail())

    def test_has_the_headers_of_a_mail_by_a_machine(self):
        message = message_from_bytes(message_of(mail()), policy=policy.default)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message["X-Auto-Response-Suppress"] == "All"
        assert message["Message-ID"] == "<01a201e8@provider.example>"
        assert message["Date"].datetime == datetime(2026, 11, 16, 9, tzinfo=UTC)
        assert envelope_sender(mail()) == "huntline@provider.example"

    def test_without_html_it_is_plain_text(self):
        message = message_from_bytes(message_of(mail(html="")), policy=policy.default)
        assert message.get_content_type() == "text/plain"

    @given(LINES, st.text(st.characters(exclude_categories=["Cs"]), max_size=500))
    def test_whatever_it_says_there_are_only_our_headers_and_lines_that_servers_take(self, subject, text):
        wire = message_of(mail(subject=folded(subject), text=text, html=f"<p>{text}</p>"))
        message = message_from_bytes(wire, policy=policy.default)
        assert set(message.keys()) == {
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "MIME-Version",
            "Content-Type",
            "Content-Language",
        }
        assert all(len(line) <= 998 for line in wire.split(b"\r\n"))
        assert wire.isascii()
        assert wire.count(b"\n") == wire.count(b"\r\n")
