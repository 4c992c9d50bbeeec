"""The words of inquiries: what they are about, what kind of question, what each side holds it for, who wrote what."""

from enum import StrEnum


class SubjectKind(StrEnum):
    """What the page shows from which somebody asks, or what they name besides."""

    ALERT = "alert"
    INCIDENT = "incident"
    NOTIFICATION = "notification"
    DEVICE = "device"
    DEVICE_SET = "device_set"
    FILE = "file"
    USER = "user"
    IP_ADDRESS = "ip_address"
    URL = "url"
    HUNT = "hunt"
    PAGE = "page"  # any other page of the portal
    OUTSIDE = "outside"  # an address on the web: a report, a blog post


class Category(StrEnum):
    """What kind of question it is; the sample questions (R59-R71) are one or several of each."""

    ALERT = "alert"
    INCIDENT = "incident"
    NOTIFICATION = "notification"
    COMPROMISE = "compromise"
    MALWARE = "malware"
    THREAT_ACTOR = "threat_actor"
    PHISHING = "phishing"
    RESPONSE = "response"
    OTHER = "other"


class Verdict(StrEnum):
    """What somebody holds it for."""

    UNKNOWN = "unknown"
    MALICIOUS = "malicious"
    SUSPICIOUS = "suspicious"
    BENIGN = "benign"


class Author(StrEnum):
    """Who wrote a message of the thread."""

    CUSTOMER = "customer"
    EXPERTS = "experts"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message is. Those of experts are the four answers and the report between them."""

    QUESTION = "question"
    REPLY = "reply"
    ASK_INFO = "ask_info"
    ASK_SAMPLES = "ask_samples"
    NEED_TIME = "need_time"
    REPORT = "report"
    CONCLUDE = "conclude"
    REMINDER = "reminder"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Channel(StrEnum):
    """By which way a message came."""

    PORTAL = "portal"
    MAIL = "mail"
    API = "api"


class Sector(StrEnum):
    """What an organization does, as information sharing centres are cut."""

    ENERGY = "energy"
    FINANCE = "finance"
    GOVERNMENT = "government"
    HEALTH = "health"
    MANUFACTURING = "manufacturing"
    TRANSPORT = "transport"
    TELECOMMUNICATIONS = "telecommunications"
    EDUCATION = "education"
    RETAIL = "retail"
    TECHNOLOGY = "technology"
    OTHER = "other"
