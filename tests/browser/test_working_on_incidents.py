"""Alerts of another source are one incident, one of them is moved out and merged again; and a sample is sent."""

import json
import re
import time

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

RAISED = "A blocked script host"


@pytest.mark.requirement("R17", "R18", "R26")
def test_move_out_merge_and_sample(visit):
    lead = visit("hunt-lead@watchtower.example")
    old = raise_two(lead)
    new = move_out(lead)
    merge(lead, old, new)
    send_sample(lead)


def in_portal(page, method, path, body=None):
    """Call the API as the portal does, with the person's session."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "huntline_csrf")
    answer = page.request.fetch(
        f"/api/v1/tenants/aurora{path}",
        method=method,
        data=None if body is None else json.dumps(body),
        headers={"Content-Type": "application/json", "X-CSRFToken": token, "Referer": page.url},
    )
    assert answer.ok, answer.text()
    return answer.json()


def raise_two(lead):
    """Two alerts of one device, which are one incident; its page is open afterwards."""
    page = lead.page
    device = in_portal(page, "GET", "/devices")["items"][0]
    row = {
        "Timestamp": device["last_seen"],
        "DeviceId": device["device_id"],
        "DeviceName": device["name"],
    }
    for title in ("A macro from the internet", RAISED):
        body = {
            "title": title,
            "description": "The sensor stopped it.",
            "severity": "Low",
            "category": "Execution",
            "detection_source": "ThirdPartySensors",
            "provider_alert_id": f"browser-{time.time_ns()}",
            "events": [{"table": "DeviceEvents", "row": row}],
        }
        number = in_portal(page, "POST", "/alerts", body)["incident_id"]
    page.goto("/tenants/aurora/alerts?source=ThirdPartySensors")
    expect(page.get_by_role("link", name=RAISED).first).to_be_visible()
    expect(page.get_by_role("cell", name="Third-party sensors").first).to_be_visible()
    lead.look("alerts-of-other-sources")
    page.goto(f"/tenants/aurora/incidents/{number}")
    return number


def move_out(lead):
    page = lead.page
    page.get_by_label(f"Choose {RAISED}").first.check()
    page.get_by_role("button", name="Move alerts out").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(RAISED)).to_be_visible()
    lead.look("move-out")
    before = page.url
    dialog.get_by_role("button", name="Move out").click()
    page.wait_for_url(lambda url: url != before)
    expect(page.get_by_role("heading", level=1, name=RAISED)).to_be_visible()
    expect(page.get_by_text("The alerts are now in incident").first).to_be_visible()
    return int(re.search(r"/incidents/(\d+)", page.url)[1])


def merge(lead, old, new):
    page = lead.page
    page.goto("/tenants/aurora/incidents")
    for number in (old, new):
        page.get_by_label(re.compile(f"^Choose {number} ")).check()
    page.get_by_role("button", name="Merge incidents").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"incident {old}, the oldest")).to_be_visible()
    lead.look("merge")
    dialog.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("The incidents are merged into incident").first).to_be_visible()
    expect(page.get_by_role("link", name=RAISED).first).to_be_visible()
    kept = page.url
    # A link to what was merged leads on.
    page.goto(f"/tenants/aurora/incidents/{new}")
    page.wait_for_url(kept)
    lead.look("merged-incident")


def send_sample(lead):
    page = lead.page
    page.goto("/tenants/aurora/notifications")
    page.get_by_role("button", name="Send a sample").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("no real attack")).to_be_visible()
    lead.look("sample-question")
    dialog.get_by_role("button", name="Send the sample").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("[Sample] ")
    expect(page.get_by_text("Sample", exact=True).first).to_be_visible()
    lead.look("sample")
