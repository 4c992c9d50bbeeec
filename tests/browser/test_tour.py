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
    "hunter": ("/provider", "/provider/drafts"),
    "hunt-lead": ("/provider/review",),
    "account-manager": ("/provider/applications", "/tenants/aurora/settings/eligibility"),
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


@pytest.mark.requirement("R3", "R4", "R5", "R6", "R7", "R8", "R10", "R12", "R13", "R14", "R15")
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
    manager.page.goto("/provider/applications")
    waiting = manager.page.get_by_role("region", name="Cobalt Foods")
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
