"""An administrator sets up who is told of what: device groups, an e-mail rule, a webhook that is called."""

import json

import pytest

from web_receivers import Receiver

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SETTINGS = "/tenants/bluefin/settings"


@pytest.fixture
def receiver():
    running = Receiver()
    yield running
    running.close()


@pytest.mark.requirement("L19")
@pytest.mark.requirement("L20")
def test_groups_rule_and_webhook(visit, receiver):
    visitor = visit("admin@bluefin.example")
    page = visitor.page

    page.goto(f"{SETTINGS}/device-groups")
    page.get_by_role("button", name="Create a device group").click()
    page.get_by_role("textbox", name="Name", exact=False).first.fill("Servers")
    page.get_by_role("combobox", name="Comparison").select_option("contains")
    page.get_by_role("textbox", name="Values, separated by commas").fill("e, a")
    visitor.look("device-group-dialog")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("cell", name="Servers", exact=True).wait_for()
    visitor.look("device-groups")
    page.goto("/tenants/bluefin/devices")
    page.get_by_role("combobox", name="Device group").select_option("Servers")
    page.get_by_role("cell", name="Servers", exact=True).first.wait_for()
    visitor.look("devices-of-a-group")

    page.goto(f"{SETTINGS}/email-notifications")
    page.get_by_role("button", name="Create a rule").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").first.fill("Servers")
    dialog.get_by_role("textbox", name="Recipients").fill("soc@bluefin.example, night@bluefin.example")
    dialog.get_by_role("group", name="Severities of alerts of EDR").get_by_role("checkbox", name="High").check()
    # With the keyboard alone.
    dialog.get_by_role("radio", name="All devices").focus()
    page.keyboard.press("ArrowDown")
    dialog.get_by_role("checkbox", name="Servers").focus()
    page.keyboard.press("Space")
    dialog.get_by_role("checkbox", name="Only the first alert of an incident").check()
    dialog.get_by_text("Only for devices of these groups: Servers.").wait_for()
    dialog.get_by_text("2 recipients get a mail in English").scroll_into_view_if_needed()
    visitor.look("rule-dialog")
    dialog.get_by_role("button", name="Save").click()
    page.get_by_role("cell", name="night@bluefin.example, soc@bluefin.example").wait_for()
    visitor.look("rules")

    page.goto(f"{SETTINGS}/webhooks")
    page.get_by_role("button", name="Create a webhook").click()
    page.get_by_role("textbox", name="Name").first.fill("Ticket system")
    page.get_by_role("textbox", name="Address").fill(receiver.url)
    visitor.look("webhook-dialog")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("alertdialog").get_by_text("shown this once").wait_for()
    visitor.look("webhook-secret")
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Send a test call to Ticket system").click()
    page.get_by_role("link", name="Messages").click()
    page.get_by_text("Taken", exact=True).first.wait_for()
    visitor.look("webhook-messages")
    assert [json.loads(body)["type"] for _, _, body in receiver.seen] == ["test"]
