"""What the letters say, as text and as HTML."""

from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from huntline.delivery import letters
from huntline.delivery.catalogue import LANGUAGES
from huntline.delivery.layout import as_html, as_text

MOMENT = datetime(2026, 11, 15, 22, 14, 3, tzinfo=UTC)
ALERT = letters.AlertFacts(
    alert_id="ta0123",
    source="ThreatExperts",
    incident_id=7,
    title="Script host started by a <document>",
    severity="High",
    category="Execution",
    created=MOMENT,
    first_activity=MOMENT,
    last_activity=MOMENT,
    timezone="Asia/Seoul",
    devices=["ws01.aurora.example"],
    summary="A document started mshta.exe on ws01.\nIt loaded a script.",
    steps=["Isolate ws01.", "Reset the password."],
)
RULE = letters.RuleFacts(
    name="Night watch",
    organization="Aurora Grid",
    alert_url="https://hunt.example/tenants/aurora/alerts/ta0123",
    portal_url="https://hunt.example",
    with_devices=True,
)


class Outline(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.links, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def outline(html):
    parsed = Outline()
    parsed.feed(html)
    assert parsed.open == []
    return parsed


def notification(language="en", alert=ALERT, rule=RULE):
    return letters.notification_letter(language, "Watchtower", alert, rule)


class TestNotificationLetter:
    @pytest.mark.requirement("R24")
    @pytest.mark.requirement("R25")
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_the_alert_by_its_title_and_links_to_it(self, language):
        letter = notification(language)
        assert ALERT.title in letter.subject
        for text in (as_text(letter), as_html(letter)):
            assert RULE.alert_url in text
            assert "ta0123" in text
        assert ALERT.title in as_text(letter)

    @pytest.mark.requirement("R23")
    def test_bears_the_tag(self):
        assert "Tag: Threat experts" in as_text(notification())
        assert "태그: 위협 전문가" in as_text(notification("ko"))
        assert "タグ: 脅威エキスパート" in as_text(notification("ja"))

    def test_gives_times_of_the_customers_place(self):
        assert "First activity: 2026-11-16 07:14:03 (Asia/Seoul, UTC+09:00)" in as_text(notification())

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_without_device_information_nothing_names_a_device(self, language):
        letter = notification(language, rule=replace(RULE, with_devices=False))
        for text in (as_text(letter), as_html(letter), letter.subject):
            assert "ws01" not in text
        assert "ws01.aurora.example" in as_text(notification(language))

    def test_without_organization_and_tenant_link_nothing_names_the_tenant(self):
        letter = notification(rule=replace(RULE, organization="", alert_url=""), alert=replace(ALERT, devices=[]))
        for text in (as_text(letter), as_html(letter)):
            assert "aurora" not in text.lower()
            assert "https://hunt.example" in text

    @pytest.mark.requirement("R70")
    def test_containment_comes_first_among_the_steps(self):
        text = as_text(notification())
        assert "Recommended steps, containment first" in text
        assert text.index("1. Isolate ws01.") < text.index("2. Reset the password.")

    @pytest.mark.requirement("R72")
    def test_says_that_it_is_no_incident_response(self):
        assert "It is not incident response" in " ".join(as_text(notification()).split())

    def test_a_name_of_many_lines_stays_on_one(self):
        letter = notification(rule=replace(RULE, name="x\r\nBcc: y"), alert=replace(ALERT, title="a\nb\r\nc"))
        assert "\n" not in letter.subject
        assert "a b c" in letter.subject


class TestOtherLetters:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_each_is_complete_in_every_language(self, language):
        made = [
            letters.rule_test_letter(language, "Watchtower", "Night watch", "mina@aurora.example"),
            letters.welcome_letter(
                language, "Watchtower", name="Mina", organization="Aurora", portal_url="https://x.example"
            ),
            letters.declined_letter(
                language,
                "W",
                name="Mina",
                organization="Aurora",
                reason="Too few devices.",
                portal_url="https://x.example",
            ),
            letters.question_letter(
                language,
                "W",
                name="Mina",
                organization="Aurora",
                question="Which sites?",
                portal_url="https://x.example",
            ),
            letters.invitation_letter(
                language,
                "W",
                name="Mina",
                organization="Aurora",
                role="admin",
                password_url="https://x.example/key",
                portal_url="https://x.example",
                days=3,
            ),
            letters.password_reset_letter(language, "W", "mina@aurora.example", "https://x.example/key", 3),
            letters.unknown_account_letter(language, "W", "nobody@aurora.example"),
        ]
        for letter in made:
            assert letter.subject.strip()
            for text in (as_text(letter), as_html(letter), letter.subject):
                assert "{" not in text.replace("{font", "")

    def test_the_reason_of_a_decline_is_in_it(self):
        letter = letters.declined_letter(
            "en", "W", name="Mina", organization="Aurora", reason="Too few devices.", portal_url="https://x.example"
        )
        assert "Too few devices." in as_text(letter)


class TestAsHtml:
    def test_needs_nothing_from_elsewhere(self):
        parsed = outline(as_html(notification()))
        assert not {"img", "script", "link", "iframe", "form"} & set(parsed.tags)
        assert parsed.links == [RULE.alert_url]

    def test_shows_markup_in_values_as_text(self):
        html = as_html(
            notification(alert=replace(ALERT, title="<img src=x onerror=alert(1)>", summary="<script>x</script>"))
        )
        assert "img" not in outline(html).tags
        assert "script" not in outline(html).tags
        assert "&lt;script&gt;" in html

    def test_says_its_language(self):
        assert '<html lang="ja">' in as_html(notification("ja"))


class TestAsText:
    def test_has_lines_that_every_reader_shows(self):
        assert all(len(line) <= 200 for line in as_text(notification()).splitlines())
