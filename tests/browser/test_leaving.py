"""The hunting page may be left at any moment, also while the editor's worker is still at work."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_the_hunting_page_can_be_left_while_the_editor_works(visit):
    hunter = visit("hunter@watchtower.example")
    page = hunter.page
    for pause in (520, 600, 700, 850, 1_000):
        # A page that is loaded anew has a worker that is still starting.
        page.goto("/tenants/aurora/hunting")
        page.locator(".monaco-editor").first.click()
        page.keyboard.press("Control+A")
        page.keyboard.insert_text("DeviceProcessEvents | where FileName == 'left'")
        page.wait_for_timeout(pause)
        page.get_by_role("link", name="Devices").click()
        expect(page.get_by_role("heading", level=1, name="Devices")).to_be_visible()
        page.wait_for_timeout(2_500)
    assert hunter.errors == []
