"""The world outside the customers: invented hosts under `.example`, with addresses kept for documentation (RFC 5737)."""

from functools import lru_cache

from huntline.demo.dice import keyed_number, zipf_sums

NETWORKS = ("192.0.2", "198.51.100", "203.0.113")

BROWSED = (
    "portal.cloudsuite.example",
    "search.findwell.example",
    "cdn.staticedge.example",
    "news.morningpost.example",
    "login.cloudsuite.example",
    "fonts.typehouse.example",
    "metrics.pagecount.example",
    "video.streamly.example",
    "docs.cloudsuite.example",
    "maps.wayfinder.example",
    "img.staticedge.example",
    "weather.skycast.example",
    "shop.officeneeds.example",
    "forum.craftpeople.example",
    "travel.railways.example",
    "bank.northstar.example",
    "hr.peopledesk.example",
    "wiki.openpages.example",
    "ads.bannerpool.example",
    "learn.coursework.example",
    "food.lunchbox.example",
    "tickets.fanhouse.example",
    "translate.polyglot.example",
    "library.papers.example",
    "music.tunebox.example",
    "parts.supplyhub.example",
    "regulator.gridwatch.example",
    "exchange.powermarket.example",
    "port.harbourdesk.example",
    "customs.clearway.example",
    "recipes.goodtable.example",
    "lab.foodsafety.example",
)
BROWSED_SUMS = zipf_sums(len(BROWSED))

MAIL_HOST = "mail.cloudsuite.example"
CHAT_HOST = "chat.cloudsuite.example"
FILES_HOST = "files.cloudsuite.example"
UPDATE_HOST = "updates.systemhouse.example"
SIGNATURE_HOST = "definitions.systemhouse.example"
SENSOR_HOST = "sensor.systemhouse.example"
PACKAGE_HOST = "packages.codeshelf.example"
SOURCE_HOST = "git.codeshelf.example"
MIRROR_HOST = "mirror.penguins.example"
VAULT_HOST = "vault.coldstore.example"

SENDERS = (
    ("news@morningpost.example", "Morning Post"),
    ("orders@officeneeds.example", "Office Needs"),
    ("no-reply@peopledesk.example", "People Desk"),
    ("desk@supplyhub.example", "Supply Hub"),
    ("courses@coursework.example", "Coursework"),
    ("notice@railways.example", "Railways"),
)


@lru_cache(maxsize=1024)
def address_of(seed: int, host: str) -> str:
    """Return the public address of a host."""
    number = keyed_number(seed, "host", host, below=3 * 253)
    return f"{NETWORKS[number // 253]}.{1 + number % 253}"
