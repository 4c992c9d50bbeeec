"""The main job by mouse and keyboard: a hunter finds, drafts; the lead publishes; the customer reads."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEXTS = Path(__file__).parents[2] / "portal" / "src" / "shared" / "i18n"
TITLE = "A script host loads code from the internet"
QUERY = """DeviceProcessEvents
| where FileName =~ "mshta.exe" and ProcessCommandLine has "https"
| project-reorder Timestamp, DeviceName, AccountName, ProcessCommandLine, InitiatingProcessFileName"""


@pytest.mark.requirement("R17", "R18", "R23", "R25", "R27", "R28", "R76")
def test_find_draft_review_publish_read(visit):
    hunter = visit("hunter@watchtower.example")
    find_and_draft(hunter)
    review_and_publish(visit("hunt-lead@watchtower.example"))
    read_as_customer(visit("analyst@aurora.example"))


def find_and_draft(hunter):
    page = hunter.page
    hunter.look("all-tenants")
    page.get_by_role("link", name="Aurora Grid").click()
    page.get_by_role("link", name="Advanced hunting").click()
    editor = page.locator(".monaco-editor").first
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(QUERY)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")
    page.get_by_role("checkbox", name="Select row 1").check()
    hunter.look("advanced-hunting")
    page.get_by_role("button", name="Draft a notification").click()
    page.get_by_label("Note").fill("Nobody's tool does this here.")
    page.get_by_role("button", name="Capture the evidence").click()
    page.get_by_label("Title").fill(TITLE)
    choose(page, "Severity", "High")
    choose(page, "Category", "Execution")
    page.get_by_label("Summary").fill("A workstation started mshta.exe with an address on the internet.")
    page.get_by_label("What happened").fill(
        "The script host loaded a page, and started PowerShell with an encoded command."
    )
    page.get_by_label("Recommended steps").fill("Isolate the workstation.\nReset the person's password.")
    page.get_by_label("ATT&CK techniques").fill("T1218.005, T1059.001")
    hunter.look("draft")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_text("In review").first).to_be_visible()


def choose(page, field, option):
    page.get_by_role("combobox", name=field).select_option(label=option)


def review_and_publish(lead):
    page = lead.page
    page.get_by_role("link", name="Publication review").click()
    lead.look("publication-review")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    dialog = page.get_by_role("dialog")
    if dialog.count():
        dialog.get_by_role("button", name=re.compile("Publish")).click()
    expect(page.get_by_text("The notification is published").first).to_be_visible()


def read_as_customer(analyst):
    """Aurora's people read Korean."""
    shell, alerts, evidence = (words("ko", name) for name in ("shell", "alerts", "evidence"))
    page = analyst.page
    analyst.look("home")
    page.get_by_role("link", name=shell["item"]["alerts"], exact=True).click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    expect(page.get_by_text("Threat experts").first).to_be_visible()
    analyst.look("alerts")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text("Isolate the workstation.").first).to_be_visible()
    expect(page.get_by_role("heading", name=alerts["section"]["evidence"])).to_be_visible()
    page.get_by_role("button", name=evidence["rerun"]).first.click()
    expect(page.get_by_text(evidence["same"]["text"])).to_be_visible()
    analyst.look("alert")
    # It joined the open incident of the same devices, which another alert has named.
    incident = page.locator("main a[href*='/incidents/']").first.get_attribute("href").partition("?")[0]
    page.get_by_role("link", name=shell["item"]["incidents"], exact=True).click()
    link = page.locator(f"main a[href^='{incident}']").first
    link.wait_for()
    analyst.look("incidents")
    link.click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    analyst.look("incident")
    page.get_by_role("link", name=shell["item"]["notifications"], exact=True).click()
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    analyst.look("notifications")


def words(language, namespace):
    return json.loads((TEXTS / language / f"{namespace}.json").read_text())
