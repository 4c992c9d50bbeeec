"""After publication: a new version by two people, then the withdrawal, as hunter, lead and customer see them."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEXTS = Path(__file__).parents[2] / "portal" / "src" / "shared" / "i18n"
CHANGE = "A second workstation did the same."


@pytest.mark.requirement("R26", "R76")
def test_a_new_version_and_the_withdrawal(visit):
    hunter, lead = visit("hunter@watchtower.example"), visit("hunt-lead@watchtower.example")
    address = revise(hunter)
    publish(lead, address)
    withdraw(lead, address)
    read_as_customer(visit("reader@aurora.example"), address)


def revise(hunter):
    page = hunter.page
    page.goto("/tenants/aurora/notifications")
    page.get_by_role("table").get_by_role("link").first.click()
    address = re.sub(r"https?://[^/]+", "", page.url)
    page.get_by_role("button", name="Write a new version").click()
    page.get_by_label("What changes").fill(CHANGE)
    hunter.look("new-version")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("In review").first).to_be_visible()
    return address


def publish(lead, address):
    page = lead.page
    page.goto("/provider/review")
    page.get_by_role("main").get_by_role("link").first.click()
    expect(page.get_by_text(CHANGE)).to_be_visible()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("The notification is published").first).to_be_visible()
    page.goto(address)
    expect(page.get_by_role("region", name="Versions").get_by_text(CHANGE)).to_be_visible()
    lead.look("versions")


def withdraw(lead, address):
    page = lead.page
    page.goto(address)
    page.get_by_role("button", name="Withdraw", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("It was an exercise of the customer's own red team.")
    lead.look("withdraw")
    dialog.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_text("This notification is withdrawn.")).to_be_visible()


def read_as_customer(reader, address):
    """Aurora's people read Korean."""
    texts = json.loads((TEXTS / "ko" / "notifications.json").read_text())
    reader.page.goto(address)
    expect(reader.page.get_by_text(texts["withdrawn"]["title"])).to_be_visible()
    expect(reader.page.get_by_text("red team")).to_be_visible()
    expect(reader.page.get_by_role("button", name=texts["withdraw"]["open"], exact=True)).to_have_count(0)
    reader.look("withdrawn")
