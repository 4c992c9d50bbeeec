"""Experts on demand by mouse and keyboard: from an alert through the flyout to the expert's answer, a sample, and the customer's reply."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEXTS = Path(__file__).parents[2] / "portal" / "src" / "shared" / "i18n"
QUESTION = "Is this an attack, or our own administrators?"
ANSWER = "It is an attack. Please send us the script that the host loaded."
REPLY = "We have isolated the laptop; the script is attached."
NOTE = "The night shift looks at the script."


def words(language, namespace):
    return json.loads((TEXTS / language / f"{namespace}.json").read_text())


def consult(page, shell, texts):
    page.get_by_role("button", name=shell["help"]["label"]).click()
    page.get_by_role("menuitem", name=texts["title"]).click()
    flyout = page.get_by_role("dialog", name=texts["title"])
    expect(flyout.get_by_label(texts["topic"])).to_be_visible()
    return flyout


def first_alert(page):
    """The page of an alert is in view afterwards; returns its title."""
    page.goto("/tenants/aurora/notifications")
    page.locator("main a[href*='/notifications/']").first.click()
    page.locator("main a[href*='/alerts/']").first.click()
    page.wait_for_url(re.compile("/alerts/"))
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_visible()
    return title.inner_text().split("\n")[0]


@pytest.mark.requirement(
    "R35", "R38", "R40", "R41", "R42", "R43", "R46", "R47", "R48", "R52", "R55", "R56", "R57", "R72"
)
def test_ask_answer_send_a_sample_and_reply(visit, tmp_path):
    """Aurora reads Korean; the experts answer in English."""
    admin = visit("admin@aurora.example")
    number = ask(admin)
    hunter = visit("hunter@watchtower.example")
    open_and_answer(hunter, number)
    reply_with_sample(admin, number, tmp_path)
    revoke(admin)
    shut_out(hunter, number)


def ask(admin):
    page = admin.page
    shell, consulting, inquiries = (words("ko", name) for name in ("shell", "consult", "inquiries"))
    title = first_alert(page)
    flyout = consult(page, shell, consulting)
    # The page stays in view behind the flyout, and gives the topic and the subject.
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(flyout.get_by_label(consulting["topic"])).to_have_value(page.url)
    expect(flyout.get_by_role("group", name=consulting["subjects"]["label"])).to_contain_text(title)
    expect(flyout.get_by_label(consulting["email"])).to_have_value("admin@aurora.example")
    expect(flyout.get_by_text(inquiries["notResponse"]["title"])).to_be_visible()
    expect(flyout.get_by_role("button", name=consulting["send"])).to_be_disabled()
    admin.look("consult")
    page.get_by_role("button", name=consulting["samples"]["open"]).click()
    admin.look("consult-samples", menu=True)
    page.get_by_role("menuitem", name=consulting["samples"]["title"]["believedBenign"]).click()
    text = flyout.locator("textarea")
    expect(text).to_have_value(re.compile(re.escape(title)))
    text.fill(QUESTION)
    # What is written survives a flyout that is closed by mistake.
    flyout.get_by_role("button", name=words("ko", "common")["action"]["close"]).click()
    expect(flyout).to_have_count(0)
    flyout = consult(page, shell, consulting)
    expect(flyout.locator("textarea")).to_have_value(QUESTION)
    flyout.get_by_role("button", name=consulting["send"]).click()
    link = flyout.get_by_role("link", name=re.compile(consulting["sent"]["open"].replace("{{number}}", r"TE-\w+")))
    expect(link).to_be_visible()
    admin.look("consult-sent")
    number = re.search(r"TE-\w+", link.inner_text())[0]
    link.click()
    expect(page.get_by_text(QUESTION)).to_be_visible()
    admin.look("case-asked")
    return number


def open_and_answer(hunter, number):
    page = hunter.page
    page.get_by_role("link", name="Inquiry desk").click()
    expect(page.get_by_role("link", name=number)).to_be_visible()
    hunter.look("desk")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_text("You do not have this case open")).to_be_visible()
    expect(page.get_by_text(QUESTION)).to_have_count(0)
    look_at_refusal(hunter, "case-closed")
    page.get_by_role("button", name="Open the case").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("First answer.")
    hunter.look("open-case")
    dialog.get_by_role("button", name="Open the case").click()
    expect(page.get_by_text(QUESTION)).to_be_visible()
    # The asker's language is said where the answer is written in another.
    expect(page.get_by_text("The customer asked in 한국어")).to_be_visible()
    page.get_by_role("tab", name="Private notes").click()
    page.get_by_label("New note").fill(NOTE)
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("listitem").filter(has_text=NOTE)).to_be_visible()
    expect(page.get_by_text("No customer does.")).to_be_visible()
    hunter.look("private-notes")
    page.get_by_role("tab", name="Conversation").click()
    page.get_by_role("radio", name="Samples are needed").check()
    page.get_by_label("Answer (the customer asked for").fill(ANSWER)
    page.get_by_label("References").fill("https://attack.mitre.org/techniques/T1218/005/")
    hunter.look("answer")
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Waits for samples").first).to_be_visible()
    expect(page.get_by_text("Looks at it now")).to_be_visible()
    hunter.look("answered-case")


def reply_with_sample(admin, number, folder):
    page = admin.page
    inquiries, samples = words("ko", "inquiries"), words("ko", "samples")
    page.goto(f"/tenants/aurora/inquiries/{number}")
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_text(NOTE)).to_have_count(0)
    expect(page.get_by_text(inquiries["reply"]["waitsForSamples"])).to_be_visible()
    reference = page.get_by_role("link", name=re.compile("attack.mitre.org"))
    expect(reference).to_have_attribute("rel", "noopener noreferrer")
    expect(page.get_by_text(inquiries["access"]["standing"]["present"])).to_be_visible()
    script = folder / "loader.hta"
    script.write_text("<script>no harm</script>")
    page.locator("input[type=file]").set_input_files(script)
    expect(page.get_by_text(samples["upload"]["state"]["done"]).first).to_be_visible()
    expect(page.get_by_role("list", name=samples["title"])).to_contain_text("loader.hta")
    page.get_by_label(inquiries["reply"]["text"]).fill(REPLY)
    admin.look("reply-with-sample")
    page.get_by_role("button", name=inquiries["reply"]["send"]).click()
    expect(page.get_by_text(REPLY).first).to_be_visible()
    page.get_by_role("button", name=samples["download"]["one"].replace("{{name}}", "loader.hta")).click()
    dialog = page.get_by_role("alertdialog")
    expect(dialog.get_by_text("infected")).to_be_visible()
    expect(dialog.get_by_role("button", name=samples["download"]["open"])).to_be_disabled()
    admin.look("download-warning")
    dialog.get_by_role("checkbox").check()
    with page.expect_download() as download:
        dialog.get_by_role("link", name=samples["download"]["open"]).click()
    assert download.value.suggested_filename.endswith(".zip")
    assert b"no harm" not in Path(download.value.path()).read_bytes()


def revoke(admin):
    page, access = admin.page, words("ko", "inquiries")["access"]
    page.get_by_role("button", name=access["revokeOne"].replace("{{name}}", "hunter@watchtower.example")).click()
    expect(page.get_by_text(access["standing"]["revoked"])).to_be_visible()
    admin.look("case-revoked")
    page.goto("/tenants/aurora/inquiries?state=open")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    admin.look("inquiries")


def shut_out(hunter, number):
    page = hunter.page
    page.goto(f"/tenants/aurora/inquiries/{number}")
    expect(page.get_by_text("The customer has ended your access to this case")).to_be_visible()
    expect(page.get_by_text(QUESTION)).to_have_count(0)
    look_at_refusal(hunter, "case-access-revoked")


def look_at_refusal(hunter, name):
    """Chromium writes to its console that the case was refused, which is what the page is about."""
    hunter.errors = [error for error in hunter.errors if "403" not in error]
    hunter.look(name)


@pytest.mark.requirement("R44")
def test_without_the_permission_the_item_says_why(visit):
    reader = visit("reader@aurora.example")
    texts = words(reader.page.evaluate("document.documentElement.lang"), "consult")
    shell = words(reader.page.evaluate("document.documentElement.lang"), "shell")
    reader.page.get_by_role("button", name=shell["help"]["label"]).click()
    item = reader.page.get_by_role("menuitem", name=texts["title"])
    expect(item).to_be_disabled()
    expect(item).to_contain_text("Manage security settings in Security Center")
    # The arrow keys reach it, so that nobody misses the reason.
    item.focus()
    expect(item).to_be_focused()
    reader.look("consult-not-allowed", menu=True)


@pytest.mark.requirement("R33", "R36")
def test_without_a_subscription_it_says_how_to_get_one_and_the_manager_grants_it(visit):
    """Bluefin has none, until its account manager grants it."""
    admin = visit("admin@bluefin.example", color_scheme="dark")
    language = admin.page.evaluate("document.documentElement.lang")
    shell, texts, subscriptions = (words(language, name) for name in ("shell", "consult", "subscriptions"))
    page = admin.page
    page.get_by_role("button", name=shell["help"]["label"]).click()
    page.get_by_role("menuitem", name=texts["title"]).click()
    flyout = page.get_by_role("dialog", name=texts["title"])
    expect(flyout.get_by_text(texts["subscription"]["none"])).to_be_visible()
    expect(flyout.get_by_label(texts["topic"])).to_have_count(0)
    admin.look("consult-without-subscription")

    manager = visit("account-manager@watchtower.example")
    manager.page.get_by_role("link", name="Subscriptions").click()
    manager.look("subscriptions")
    manager.page.get_by_role("button", name="Business hours of Bluefin Logistics").click()
    dialog = manager.page.get_by_role("dialog")
    dialog.get_by_label("First answer within (hours)").fill("4")
    manager.look("business-hours")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    manager.page.get_by_role("button", name="Grant Bluefin Logistics a subscription").click()
    dialog = manager.page.get_by_role("dialog")
    dialog.get_by_role("radio", name="Full subscription").check()
    dialog.get_by_label("Inquiries a month").fill("5")
    manager.look("grant")
    dialog.get_by_role("button", name="Grant").click()
    expect(dialog).to_have_count(0)
    expect(manager.page.get_by_role("row", name=re.compile("Bluefin Logistics"))).to_contain_text("Full subscription")

    page.goto("/tenants/bluefin/devices")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("checkbox").first.check()
    flyout = consult(page, shell, texts)
    expect(flyout.get_by_text(subscriptions["state"]["full"], exact=True)).to_be_visible()
    expect(flyout.get_by_role("group", name=texts["subjects"]["label"]).get_by_role("listitem")).to_have_count(1)
    admin.look("consult-devices-dark")


def test_the_desk_keeps_answers_and_tells_the_pace(visit):
    lead = visit("hunt-lead@watchtower.example", color_scheme="dark")
    page = lead.page
    page.goto("/provider/inquiries")
    expect(page.get_by_role("table")).to_be_visible()
    lead.look("desk-dark")
    page.get_by_role("tab", name="Saved answers").click()
    page.get_by_role("button", name="New saved answer").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Title").fill("What to isolate first")
    dialog.get_by_label("Text").fill("Isolate the devices of administrators first.")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("cell", name="What to isolate first", exact=True)).to_be_visible()
    lead.look("saved-answers")
    page.get_by_role("tab", name="Pace").click()
    expect(page.get_by_role("cell", name="To the first answer")).to_be_visible()
    lead.look("pace")
