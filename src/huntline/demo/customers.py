"""The three invented customers: names, places, and the words that their people's names are made of."""

from dataclasses import dataclass

DEPARTMENTS = ("Operations", "Engineering", "Finance", "Sales", "Human Resources", "Legal", "Support", "IT")


@dataclass(frozen=True, slots=True)
class CustomerSpec:
    """An invented organisation.

    zone: IANA name of its office hours; language: of its people ("en", "ko", "ja"); network: second number of its 10/8 addresses.
    """

    key: str
    name: str
    domain: str
    netbios: str
    zone: str
    language: str
    city: str
    country: str
    network: int
    egress: str
    given_names: tuple[str, ...]
    family_names: tuple[str, ...]
    document_names: tuple[str, ...]


AURORA = CustomerSpec(
    key="aurora",
    name="Aurora Grid",
    domain="aurora.example",
    netbios="AURORA",
    zone="Asia/Seoul",
    language="ko",
    city="Seoul",
    country="KR",
    network=61,
    egress="203.0.113.254",
    given_names=(
        "Haneul",
        "Sora",
        "Areum",
        "Bora",
        "Nari",
        "Garam",
        "Dasom",
        "Narae",
        "Taeyang",
        "Miru",
        "Onyu",
        "Seoha",
        "Raon",
        "Gaon",
        "Bitna",
        "Daon",
    ),
    family_names=(
        "Byeolha",
        "Norang",
        "Sangol",
        "Haeram",
        "Padoya",
        "Nunbit",
        "Doldam",
        "Solbat",
        "Gureum",
        "Isulae",
        "Mulgyeol",
        "Banbit",
    ),
    document_names=(
        "주간 보고서",
        "송전 계획",
        "예산 2026",
        "회의록",
        "Shift plan",
        "안전 점검표",
        "Substation inventory",
        "계약 초안",
    ),
)
BLUEFIN = CustomerSpec(
    key="bluefin",
    name="Bluefin Logistics",
    domain="bluefin.example",
    netbios="BLUEFIN",
    zone="Europe/Amsterdam",
    language="en",
    city="Rotterdam",
    country="NL",
    network=62,
    egress="198.51.100.254",
    given_names=(
        "Ada",
        "Bram",
        "Cleo",
        "Dirk",
        "Esmee",
        "Finn",
        "Greta",
        "Hugo",
        "Iris",
        "Joost",
        "Keira",
        "Lars",
        "Mila",
        "Noor",
        "Otis",
        "Puck",
    ),
    family_names=(
        "Tidewell",
        "Marlsea",
        "Harbourne",
        "Quillmast",
        "Anchorby",
        "Keelwright",
        "Sandbarrow",
        "Driftholm",
        "Saltmere",
    ),
    document_names=(
        "Berth schedule",
        "Container list",
        "Budget 2026",
        "Customs file",
        "Planning Q4",
        "Überblick Häfen",
        "Invoice run",
    ),
)
COBALT = CustomerSpec(
    key="cobalt",
    name="Cobalt Foods",
    domain="cobalt.example",
    netbios="COBALT",
    zone="Asia/Tokyo",
    language="ja",
    city="Osaka",
    country="JP",
    network=63,
    egress="192.0.2.254",
    given_names=(
        "Haru",
        "Sora",
        "Aoi",
        "Ren",
        "Yui",
        "Hinata",
        "Mei",
        "Riku",
        "Kaede",
        "Nagi",
        "Sena",
        "Tsumugi",
        "Minato",
        "Koharu",
        "Itsuki",
        "Rin",
    ),
    family_names=(
        "Hoshikaze",
        "Tsukinami",
        "Amanagi",
        "Kazeoto",
        "Yukimoya",
        "Hanagumo",
        "Soraumi",
        "Midorine",
        "Akatsuji",
        "Minehoshi",
    ),
    document_names=(
        "週報",
        "製造計画",
        "予算 2026",
        "議事録",
        "Supplier audit",
        "衛生チェックリスト",
        "Recipe changes",
        "契約書案",
    ),
)
CUSTOMERS = (AURORA, BLUEFIN, COBALT)
