"""A hunt lead hands an incident over; a responder without an account opens it; the lead sees the receipt and takes it back."""

import re

import pytest
from playwright.sync_api import expect

from huntline.handoff.verifying import verify

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.mark.requirement("R72", "R73", "R75")
def test_from_the_dialog_to_the_receipt(visit, tmp_path):
    lead = visit("hunt-lead@watchtower.example")
    link = hand_over(lead)
    take(visit, link, tmp_path / "package.zip")
    see_the_receipt_and_withdraw(lead)
    guest = visit(None)
    guest.page.goto(link)
    expect(guest.page.get_by_role("heading", name="There is nothing here")).to_be_visible()


def hand_over(lead):
    """Open the incident of the demo's notification and hand it over; returns the link."""
    page = lead.page
    page.goto("/tenants/aurora/notifications")
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("button", name="Hand over to incident responders")).to_be_visible()
    page.goto("/tenants/aurora/incidents")
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_role("button", name="Hand over to incident responders").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("This is threat hunting, not incident response.")).to_be_visible()
    dialog.get_by_label("Who gets it").fill("Bo Response")
    dialog.get_by_label("E-mail address").fill("bo@responders.example")
    lead.look("hand-over")
    dialog.get_by_role("button", name="Make the package").click()
    link = page.get_by_role("group", name="Link to the package").inner_text()
    lead.look("hand-over-link")
    page.get_by_role("button", name="Done").click()
    given = page.get_by_role("region", name="Handed over to incident responders")
    expect(given.get_by_text("Ready", exact=True)).to_be_visible()
    expect(given.get_by_text("Not yet")).to_be_visible()
    return link.strip()


def take(visit, link, to):
    """Look at the page behind the link and press its button."""
    guest = visit(None)
    guest.page.goto(link)
    expect(guest.page.get_by_text("This is threat hunting, not incident response")).to_be_visible()
    guest.look("hand-off-page")
    fingerprint = re.search(r"\b[0-9a-f]{64}\b(?![\s\S]*\b[0-9a-f]{64}\b)", guest.page.inner_text("main"))[0]
    with guest.page.expect_download() as download:
        guest.page.get_by_role("button", name="Download and confirm receipt").click()
    download.value.save_as(to)
    found = verify(to, fingerprint=fingerprint)
    assert found.holds, found.faults


def see_the_receipt_and_withdraw(lead):
    page = lead.page
    page.reload()
    given = page.get_by_role("region", name="Handed over to incident responders")
    expect(given.get_by_text("127.0.0.1")).to_be_visible()
    lead.look("handed-over")
    given.get_by_role("button", name="Withdraw the package for Bo Response").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(given.get_by_text("Withdrawn", exact=True)).to_be_visible()
