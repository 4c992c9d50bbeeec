"""Silence explained, in Chromium: the page of a month, its files, and a hunt that runs by itself."""

import csv
import json
import re
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from huntline.kernel import now
from huntline.typesetting import FontMissing
from huntline.typesetting.pages import families, fonts_for

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEXTS = Path(__file__).parents[2] / "portal" / "src" / "shared" / "i18n"


@pytest.mark.requirement("L25", "R76")
def test_a_customer_reads_a_month_and_takes_it_along(visit, tmp_path):
    """Aurora's people read Korean."""
    texts = json.loads((TEXTS / "ko" / "reports.json").read_text())
    reader = visit("reader@aurora.example")
    page = reader.page
    page.goto("/tenants/aurora")
    page.get_by_role("link", name=texts["title"], exact=True).click()
    expect(page.get_by_role("combobox", name=texts["period"]["label"])).to_be_visible(timeout=30_000)
    # The demo's telemetry is of the last week, which lies in two months when a month is young.
    today = now().date()
    page.goto(f"/tenants/aurora/reports?since={today - timedelta(days=7)}&until={today}")
    headline = page.get_by_role("heading", level=2).first
    expect(headline).to_contain_text("살펴보았습니다", timeout=30_000)
    expect(page.get_by_text("DeviceProcessEvents").first).to_be_visible()
    expect(page.get_by_text("hunter@")).to_have_count(0)
    reader.look("report")

    with page.expect_download() as saved:
        page.get_by_role("button", name=texts["csv"]).click()
    path = tmp_path / "report.csv"
    saved.value.save_as(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row for row in rows if len(row) > 1 and row[1] == headline.inner_text()]
    try:
        fonts_for("한국어", "ko", families())
    except FontMissing:
        return
    with page.expect_download() as printed:
        page.get_by_role("button", name=texts["pdf"]).click()
    printed.value.save_as(tmp_path / "report.pdf")
    text = "".join(one.extract_text() for one in pypdf.PdfReader(tmp_path / "report.pdf").pages)
    assert "살펴보았습니다" in text.replace(" ", "").replace("\n", "")

    page.get_by_role("combobox", name=texts["period"]["label"]).click()
    page.get_by_role("option").first.click()
    expect(page).to_have_url(re.compile(f"month={today:%Y-%m}"))
    page.reload()
    expect(page.get_by_label(texts["period"]["since"])).to_have_count(0)


def test_a_hunt_is_scheduled_by_the_provider(visit):
    hunter = visit("hunter@watchtower.example")
    page = hunter.page
    page.goto("/tenants/aurora/hunting/saved")
    region = page.get_by_role("region", name="Scheduled hunts")
    expect(region.get_by_text("every 24 hours").first).to_be_visible(timeout=30_000)
    before = region.get_by_role("row").count()
    region.get_by_role("button", name="Schedule a hunt").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Chosen customers").check()
    dialog.get_by_label("Aurora Grid").check()
    page.wait_for_timeout(400)  # the dialog fades in, and axe reads colours
    hunter.look("schedule")
    dialog.get_by_role("button", name="Save").click()
    expect(region.get_by_role("row")).to_have_count(before + 1, timeout=30_000)
    hunter.look("schedules")
