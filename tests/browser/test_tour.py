"""Every page opens for whom it is meant, in every language and theme, without an error and without a barrier."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEXTS = Path(__file__).parents[2] / "portal" / "src" / "shared" / "i18n"
TENANT_PAGES = (
    "",
    "/incidents",
    "/alerts",
    "/hunting",
    "/hunting/saved",
    "/hunting/history",
    "/notifications",
    "/inquiries",
    "/reports",
    "/devices",
    "/settings/advanced-features",
    "/settings/email-notifications",
    "/settings/email-notifications/trace",
    "/settings/coverage",
    "/settings/people",
    "/settings/api-applications",
    "/settings/ingest-keys",
    "/settings/audit",
)
PROVIDER_PAGES = {
    "hunter": ("/provider", "/provider/drafts", "/provider/inquiries"),
    "hunt-lead": ("/provider/review",),
    "account-manager": ("/provider/applications", "/provider/subscriptions", "/tenants/aurora/settings/eligibility"),
    "platform-operator": ("/provider/outbox",),
}


def words(language, namespace):
    return json.loads((TEXTS / language / f"{namespace}.json").read_text())


@pytest.mark.requirement("R76", "R77")
@pytest.mark.parametrize(("email", "scheme"), [("admin@aurora.example", "light"), ("admin@cobalt.example", "dark")])
def test_pages_of_a_customer(visit, email, scheme):
    """Aurora reads Korean by day, Cobalt Japanese by night."""
    admin = visit(email, color_scheme=scheme)
    tenant = email.partition("@")[2].partition(".")[0]
    for path in TENANT_PAGES:
        admin.page.goto(f"/tenants/{tenant}{path}")
        expect(admin.page.get_by_role("heading", level=1)).to_be_visible()
        expect(admin.page.locator("main")).not_to_contain_text(re.compile(r"\b(undefined|NaN|\[object)\b"))
        admin.look(f"{tenant}{path.replace('/', '-')}")


@pytest.mark.parametrize("part", PROVIDER_PAGES)
def test_pages_of_the_provider(visit, part):
    visitor = visit(f"{part}@watchtower.example")
    for path in PROVIDER_PAGES[part]:
        visitor.page.goto(path)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        visitor.look(f"{part}{path.replace('/', '-')}")


def record_talk(manager):
    manager.page.goto("/tenants/cobalt/settings/eligibility")
    manager.page.get_by_role("button", name="Record a talk").click()
    talk = manager.page.get_by_role("dialog")
    talk.get_by_label("Who took part").fill("Aoi Mori (Cobalt), Wren Castellan")
    manager.look("talk")
    talk.get_by_role("button", name="Save").click()
    expect(manager.page.get_by_role("cell", name="Aoi Mori (Cobalt), Wren Castellan")).to_be_visible()


def ask_and_answer(manager, waiting, admin, texts):
    waiting.get_by_role("button", name="Ask for details").click()
    manager.page.get_by_role("dialog").get_by_label("Question").fill("Which sites are in scope?")
    manager.page.get_by_role("dialog").get_by_role("button", name="Ask for details").click()
    expect(waiting.get_by_text("Waits for the customer")).to_be_visible()

    admin.page.goto("/tenants/cobalt/settings/advanced-features")
    expect(admin.page.get_by_text("Which sites are in scope?")).to_be_visible()
    admin.page.get_by_label(texts["question"]["answer"]).fill("神戸と大阪の 2 拠点です。")
    admin.look("question")
    admin.page.get_by_role("button", name=texts["question"]["send"]).click()
    expect(admin.page.get_by_text(texts["confirmation"]["title"]).first).to_be_visible()


@pytest.mark.requirement("R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R10", "R12", "R13", "R14", "R15")
def test_a_customer_applies_is_approved_and_switches(visit):
    texts = words("ja", "enrolment")
    admin = visit("admin@cobalt.example")
    admin.page.get_by_role("link", name="Settings", exact=True).click()
    admin.page.get_by_role("link", name="Advanced features", exact=True).click()
    place = re.compile("Settings.*Endpoints.*General.*Advanced features", re.DOTALL)
    expect(admin.page.locator("main")).to_contain_text(place)
    expect(admin.page.get_by_role("switch")).to_have_count(0)
    admin.page.get_by_role("button", name=texts["apply"]["open"], exact=True).click()
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_label(texts["apply"]["name"]).fill("森 葵")
    dialog.get_by_label(texts["apply"]["email"]).fill("aoi@cobalt.example")
    admin.look("apply")
    for box in dialog.get_by_role("checkbox").all():
        box.check()
    dialog.get_by_role("button", name=texts["apply"]["submit"]).click()
    expect(admin.page.get_by_text(texts["confirmation"]["title"]).first).to_be_visible()
    admin.look("applied")

    manager = visit("account-manager@watchtower.example")
    record_talk(manager)
    manager.page.goto("/provider/applications")
    waiting = manager.page.get_by_role("region", name="Cobalt Foods")
    expect(waiting.get_by_role("link", name="Eligible")).to_be_visible()
    ask_and_answer(manager, waiting, admin, texts)
    manager.page.goto("/provider/applications")
    expect(waiting.get_by_text("神戸と大阪の 2 拠点です。")).to_be_visible()
    manager.look("answered")
    waiting.get_by_role("button", name="Approve").click()
    manager.page.get_by_role("dialog").get_by_role("button", name="Approve").click()
    expect(waiting).to_have_count(0)

    admin.page.goto("/tenants/cobalt/settings/advanced-features")
    switch = admin.page.get_by_role("switch")
    expect(switch).to_be_checked()
    switch.uncheck()
    admin.page.get_by_role("button", name=texts["service"]["save"]).click()
    admin.page.reload()
    expect(admin.page.get_by_role("switch")).not_to_be_checked()
    admin.look("switched-off")


def test_somebody_without_the_right_sees_why(visit):
    reader = visit("reader@aurora.example")
    reader.page.goto("/tenants/aurora/settings/advanced-features")
    expect(reader.page.get_by_role("switch")).to_be_disabled()
    reader.page.goto("/tenants/bluefin/alerts")
    expect(reader.page.get_by_role("heading", level=1)).to_be_visible()
    expect(reader.page.get_by_text("Bluefin Logistics")).to_have_count(0)
