"""Every setting, from the environment. `docs/settings.md` is generated from `SETTINGS` and checked by a test."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import environ
import structlog


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """A setting that an operator may give: its name in the environment, the default in words, what it does."""

    name: str
    default: str
    meaning: str


SETTINGS: Final = (
    SettingSpec(
        "HUNTLINE_HOME",
        "`~/.local/share/huntline`",
        "Folder of the embedded databases, the secret key and the local door.",
    ),
    SettingSpec(
        "HUNTLINE_DATABASE_URL",
        "SQLite in the home folder",
        "State: `postgres://user:password@host:5432/name` or `sqlite:////path`.",
    ),
    SettingSpec(
        "HUNTLINE_ENGINE_DSN",
        "`chdb://` in the home folder",
        "Telemetry: `chdb:///path` in this process, or `http(s)://user:password@host:8123/database`.",
    ),
    SettingSpec("HUNTLINE_ENGINE_DATABASE", "`huntline`", "Name of the telemetry database in the engine."),
    SettingSpec(
        "HUNTLINE_EMAIL_URL",
        "none",
        "Mail server: `smtp://user:password@host:587`, `smtp+tls://…`, `smtp+ssl://…`. Without it mails stay in the local outbox.",
    ),
    SettingSpec(
        "HUNTLINE_EMAIL_CONNECTIONS",
        "4",
        "Connections to the mail server at the same time; with two or more, the first carries mails about signing in and nothing else.",
    ),
    SettingSpec(
        "HUNTLINE_DKIM_KEY_FILE",
        "none",
        "Private key (PEM) with which mails are signed (DKIM). Without it mails are not signed.",
    ),
    SettingSpec("HUNTLINE_DKIM_SELECTOR", "`huntline`", "Selector under which the public key stands in the DNS."),
    SettingSpec("HUNTLINE_DKIM_DOMAIN", "the domain of `HUNTLINE_EMAIL_FROM`", "Domain that signs."),
    SettingSpec(
        "HUNTLINE_DESK_EMAIL",
        "none",
        "Address of the experts' desk: it is told of new inquiries, and of replies in cases that nobody has.",
    ),
    SettingSpec(
        "HUNTLINE_INBOUND_ADDRESS",
        "none",
        "Address under which mail comes in, for instance `cases@hunt.example.org`; the mail server takes `cases+…` too. With it customers "
        "reply by mail, and reports about undelivered mails are understood.",
    ),
    SettingSpec(
        "HUNTLINE_INBOUND_LMTP",
        "none",
        "Where the mail server hands incoming mail over (LMTP), for instance `127.0.0.1:8024`; not for the open network.",
    ),
    SettingSpec(
        "HUNTLINE_INBOUND_IMAP",
        "none",
        "Mailbox from which incoming mail is fetched: `imaps://user:password@mail.example.org/INBOX`, `imap+tls://…`.",
    ),
    SettingSpec(
        "HUNTLINE_INBOUND_SECRET",
        "none",
        "Secret with which a mail service posts incoming mail to `/mail/inbound?recipient=…` (`Authorization: Bearer …`; the body is the "
        "mail).",
    ),
    SettingSpec("HUNTLINE_EMAIL_FROM", "`Huntline <huntline@localhost>`", "Sender of all mails."),
    SettingSpec(
        "HUNTLINE_WEBHOOK_NETWORKS",
        "none",
        "Networks that webhooks may call besides public addresses, e.g. `10.1.0.0/16,127.0.0.0/8`; with loopback, `http` is allowed to it.",
    ),
    SettingSpec("HUNTLINE_WEBHOOK_CONNECTIONS", "4", "Webhooks that are called at the same time."),
    SettingSpec(
        "HUNTLINE_PUBLIC_URL",
        "the address of `HUNTLINE_LISTEN`",
        "The address under which people and machines reach the portal; links in mails begin with it.",
    ),
    SettingSpec("HUNTLINE_LISTEN", "`127.0.0.1:8080`", "Where `huntline serve` listens."),
    SettingSpec(
        "HUNTLINE_TLS_CERTIFICATE",
        "none",
        "A file with the server's certificate and the chain below it (PEM). With it `HUNTLINE_LISTEN` speaks HTTPS. The files are read "
        "again at SIGHUP.",
    ),
    SettingSpec(
        "HUNTLINE_TLS_KEY", "the certificate's file", "A file with the certificate's key (PEM, without a password)."
    ),
    SettingSpec(
        "HUNTLINE_TLS_LISTEN",
        "none",
        "Another address for HTTPS, for instance `0.0.0.0:8443`; then `HUNTLINE_LISTEN` speaks plain HTTP beside it.",
    ),
    SettingSpec("HUNTLINE_THREADS", "16", "Requests served at the same time."),
    SettingSpec(
        "HUNTLINE_TRUSTED_PROXIES",
        "0",
        "How many proxies of your own stand in front: the limits of sign-in count the visitor's address and not the proxy's.",
    ),
    SettingSpec("HUNTLINE_SECRET_KEY", "made once, kept in the home folder", "Signs sessions and tokens."),
    SettingSpec("HUNTLINE_HUNT_SECONDS", "180", "Longest run of one hunt."),
    SettingSpec("HUNTLINE_HUNT_ROWS", "100000", "Most rows that one hunt returns."),
    SettingSpec("HUNTLINE_HUNT_MEMORY_MIB", "2048", "Most memory that one hunt may use in the engine."),
    SettingSpec(
        "HUNTLINE_HUNTS_MEMORY_MIB",
        "half of the machine's",
        "Most memory of all hunts together in the engine, with what it takes in meanwhile; the largest hunt is stopped first.",
    ),
    SettingSpec(
        "HUNTLINE_CORRELATION_DAYS",
        "7",
        "Days that may lie between the activity of two alerts that share a device or an account, for them to belong to one incident; "
        "0 leaves each alert by itself.",
    ),
    SettingSpec("HUNTLINE_INGEST_MIB", "64", "Largest body of one ingest request, unpacked."),
    SettingSpec(
        "HUNTLINE_SAMPLES_URL",
        "a folder in the home folder",
        "Where sealed samples lie: `file:///path`, or `s3://bucket/prefix` with `?endpoint=https://host:port&region=name` where it is "
        "not AWS; credentials come from the usual `AWS_*` environment.",
    ),
    SettingSpec(
        "HUNTLINE_SAMPLES_KEY_FILE",
        "made once, kept in the home folder",
        "A file with the key that wraps the keys of samples: 32 bytes in base64, and older ones in the lines below. Without it no sample "
        "can be read: keep it in the backup.",
    ),
    SettingSpec("HUNTLINE_SAMPLE_MIB", "512", "Largest sample."),
    SettingSpec("HUNTLINE_CASE_SAMPLES", "200", "Most samples of one case, open uploads included."),
    SettingSpec("HUNTLINE_SAMPLES_GIB", "20", "Most bytes of all samples of one customer, open uploads included."),
    SettingSpec("HUNTLINE_SAMPLE_DAYS", "90", "Days after which a sample is deleted; its hashes and its record stay."),
    SettingSpec(
        "HUNTLINE_YARA_RULES",
        "none",
        "A folder with YARA rules (`*.yar`, `*.yara`, folders below it too) that run over every sample.",
    ),
    SettingSpec(
        "HUNTLINE_CLAMD",
        "none",
        "An antivirus that is asked about every sample: clamd at `tcp://host:port` or `unix:///path`.",
    ),
    SettingSpec(
        "HUNTLINE_EXAMINATION_SECONDS", "120", "Longest examination of one sample; the process is killed then."
    ),
    SettingSpec(
        "HUNTLINE_EXAMINATION_MEMORY_MIB",
        "1536",
        "Memory of the process that examines a sample, besides the sample itself.",
    ),
    SettingSpec(
        "HUNTLINE_REPORT_NAMES",
        "false",
        "Reports name the threat experts who ran hunts; without it customers read “Threat experts”.",
    ),
    SettingSpec(
        "HUNTLINE_INQUIRY_REMIND_DAYS",
        "2",
        "Days after which a customer whose reply experts wait for is reminded, three times at most.",
    ),
    SettingSpec(
        "HUNTLINE_INQUIRY_CLOSE_DAYS",
        "14",
        "Days without a reply after which a waiting inquiry is closed; a reply opens it again.",
    ),
    SettingSpec(
        "HUNTLINE_RESPONDERS",
        "none",
        "Whom customers call for incident response: name, e-mail and telephone as one text. It stands wherever packages do.",
    ),
    SettingSpec(
        "HUNTLINE_HANDOFF_DAYS", "30", "Days for which the link to a package for incident responders can be opened."
    ),
    SettingSpec(
        "HUNTLINE_HANDOFF_KEY_FILE",
        "made once, kept in the home folder",
        "Private key (Ed25519, PEM without a password) with which packages for incident responders are signed.",
    ),
    SettingSpec("HUNTLINE_DEBUG", "false", "Tracebacks in answers; for developers only."),
)

env = environ.Env()


def _home() -> Path:
    named = env.str("HUNTLINE_HOME", "")
    data = os.environ.get("XDG_DATA_HOME", "")
    home = Path(named) if named else (Path(data) if data else Path.home() / ".local" / "share") / "huntline"
    home = home.absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    return home


def _secret_key(home: Path) -> str:
    given: str = env.str("HUNTLINE_SECRET_KEY", "")
    if given:
        return given
    kept = home / "secret.key"
    try:
        with open(kept, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return kept.read_text()


def _address_of(listen: str, scheme: str) -> str:
    """Return the address to open in a browser. Browsers allow passkeys at `localhost` and not at a bare number."""
    host, _, port = listen.rpartition(":")
    return f"{scheme}://{'localhost' if host in {'127.0.0.1', '[::1]', '0.0.0.0', ''} else host}:{port}"  # noqa: S104 - no bind


HOME = _home()
SECRET_KEY = _secret_key(HOME)
DEBUG = env.bool("HUNTLINE_DEBUG", False)
HUNTLINE_HOME = HOME
HUNTLINE_LISTEN = env.str("HUNTLINE_LISTEN", "127.0.0.1:8080")
HUNTLINE_TLS_CERTIFICATE = env.str("HUNTLINE_TLS_CERTIFICATE", "")
HUNTLINE_TLS_KEY = env.str("HUNTLINE_TLS_KEY", "") or HUNTLINE_TLS_CERTIFICATE
HUNTLINE_TLS_LISTEN = env.str("HUNTLINE_TLS_LISTEN", "")
HUNTLINE_PUBLIC_URL = env.str("HUNTLINE_PUBLIC_URL", "").rstrip("/") or _address_of(
    HUNTLINE_TLS_LISTEN or HUNTLINE_LISTEN, "https" if HUNTLINE_TLS_CERTIFICATE else "http"
)
HUNTLINE_THREADS = env.int("HUNTLINE_THREADS", 16)
HUNTLINE_ENGINE_DSN = env.str("HUNTLINE_ENGINE_DSN", f"chdb://{HOME}/telemetry")
HUNTLINE_ENGINE_DATABASE = env.str("HUNTLINE_ENGINE_DATABASE", "huntline")
HUNTLINE_EMAIL_URL = env.str("HUNTLINE_EMAIL_URL", "")
HUNTLINE_EMAIL_CONNECTIONS = env.int("HUNTLINE_EMAIL_CONNECTIONS", 4)
HUNTLINE_DKIM_KEY_FILE = env.str("HUNTLINE_DKIM_KEY_FILE", "")
HUNTLINE_DKIM_SELECTOR = env.str("HUNTLINE_DKIM_SELECTOR", "huntline")
HUNTLINE_DKIM_DOMAIN = env.str("HUNTLINE_DKIM_DOMAIN", "")
HUNTLINE_DESK_EMAIL = env.str("HUNTLINE_DESK_EMAIL", "")
HUNTLINE_INBOUND_ADDRESS = env.str("HUNTLINE_INBOUND_ADDRESS", "")
HUNTLINE_INBOUND_LMTP = env.str("HUNTLINE_INBOUND_LMTP", "")
HUNTLINE_INBOUND_IMAP = env.str("HUNTLINE_INBOUND_IMAP", "")
HUNTLINE_INBOUND_SECRET = env.str("HUNTLINE_INBOUND_SECRET", "")
HUNTLINE_WEBHOOK_NETWORKS = env.list("HUNTLINE_WEBHOOK_NETWORKS", default=[])
HUNTLINE_WEBHOOK_CONNECTIONS = env.int("HUNTLINE_WEBHOOK_CONNECTIONS", 4)
HUNTLINE_HUNT_SECONDS = env.int("HUNTLINE_HUNT_SECONDS", 180)
HUNTLINE_HUNT_ROWS = env.int("HUNTLINE_HUNT_ROWS", 100_000)
HUNTLINE_HUNT_MEMORY_MIB = env.int("HUNTLINE_HUNT_MEMORY_MIB", 2048)
HUNTLINE_HUNTS_MEMORY_MIB = env.int(
    "HUNTLINE_HUNTS_MEMORY_MIB",
    max(HUNTLINE_HUNT_MEMORY_MIB, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**21),
)
HUNTLINE_CORRELATION_DAYS = min(max(env.int("HUNTLINE_CORRELATION_DAYS", 7), 0), 3650)
HUNTLINE_INGEST_MIB = env.int("HUNTLINE_INGEST_MIB", 64)
HUNTLINE_INQUIRY_REMIND_DAYS = env.int("HUNTLINE_INQUIRY_REMIND_DAYS", 2)
HUNTLINE_INQUIRY_CLOSE_DAYS = env.int("HUNTLINE_INQUIRY_CLOSE_DAYS", 14)
HUNTLINE_SAMPLES_URL = env.str("HUNTLINE_SAMPLES_URL", (HOME / "samples").as_uri())
HUNTLINE_SAMPLES_KEY_FILE = env.str("HUNTLINE_SAMPLES_KEY_FILE", "")
HUNTLINE_SAMPLE_MIB = env.int("HUNTLINE_SAMPLE_MIB", 512)
HUNTLINE_CASE_SAMPLES = env.int("HUNTLINE_CASE_SAMPLES", 200)
HUNTLINE_SAMPLES_GIB = env.int("HUNTLINE_SAMPLES_GIB", 20)
HUNTLINE_SAMPLE_DAYS = env.int("HUNTLINE_SAMPLE_DAYS", 90)
HUNTLINE_YARA_RULES = env.str("HUNTLINE_YARA_RULES", "")
HUNTLINE_CLAMD = env.str("HUNTLINE_CLAMD", "")
HUNTLINE_EXAMINATION_SECONDS = env.int("HUNTLINE_EXAMINATION_SECONDS", 120)
HUNTLINE_EXAMINATION_MEMORY_MIB = env.int("HUNTLINE_EXAMINATION_MEMORY_MIB", 1536)
HUNTLINE_REPORT_NAMES = env.bool("HUNTLINE_REPORT_NAMES", False)
HUNTLINE_RESPONDERS = env.str("HUNTLINE_RESPONDERS", "").strip()
HUNTLINE_HANDOFF_DAYS = min(max(env.int("HUNTLINE_HANDOFF_DAYS", 30), 1), 3650)
HUNTLINE_HANDOFF_KEY_FILE = env.str("HUNTLINE_HANDOFF_KEY_FILE", "")

# The server stands behind the address that the operator chose; links never come from the Host header.
ALLOWED_HOSTS = ["*"]
_https = HUNTLINE_PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [HUNTLINE_PUBLIC_URL]
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_NAME = "huntline_csrf"
SESSION_COOKIE_NAME = "huntline_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "huntline.audit",
    "huntline.outbox",
    "huntline.identity",
    "huntline.enrolment",
    "huntline.samples",
    "huntline.hunting",
    "huntline.telemetry",
    "huntline.incidents",
    "huntline.inquiries",
    "huntline.handoff",
    "huntline.detections",
    "huntline.reports",
    "huntline.delivery",
    "oauth2_provider",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.headless",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "huntline.web.middleware.SecurityHeaders",
    "huntline.web.middleware.Portal",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "huntline.web.middleware.PersonLanguage",
    "huntline.web.middleware.UnknownAddresses",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "huntline.web.urls"
APPEND_SLASH = False  # `/api/alerts` and `/api/alerts/` are both routes of foreign contracts
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATA_UPLOAD_MAX_MEMORY_SIZE = (
    16 * 1024 * 1024
)  # of what is not telemetry; ingest and the foreign contracts bound their own bodies


def _database() -> dict[str, Any]:
    """State: SQLite as a server's database wants it (WAL, durable commits, writers wait their turn), or PostgreSQL."""
    config: dict[str, Any] = env.db_url_config(env.str("HUNTLINE_DATABASE_URL", f"sqlite:///{HOME}/state.sqlite3"))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            # FULL: a commit is on the disk before it is acknowledged, also when the power fails.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        # A file, so that the threads of a test see one database as the threads of the server do.
        config["TEST"] = {"NAME": env.str("HUNTLINE_TEST_DATABASE", "") or None}
    else:
        listeners = 2 if HUNTLINE_TLS_LISTEN else 1
        workers = HUNTLINE_EMAIL_CONNECTIONS + HUNTLINE_WEBHOOK_CONNECTIONS
        most = HUNTLINE_THREADS * listeners + workers + 10
        config["OPTIONS"] = {"pool": {"min_size": 1, "max_size": most}}
    return config


DATABASES = {"default": _database()}
# Rate limits of sign-in and used codes of the second factor are remembered here. Django's own 300 entries are soon pushed out by others.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# Sign-in. People are invited, so there is no open sign-up.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("HUNTLINE_TRUSTED_PROXIES", 0)
ACCOUNT_ADAPTER = "huntline.delivery.sign_in.SignInMails"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser",)
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{HUNTLINE_PUBLIC_URL}/account/verify-email/{{key}}",
    "account_reset_password": f"{HUNTLINE_PUBLIC_URL}/account/password/reset",
    "account_reset_password_from_key": f"{HUNTLINE_PUBLIC_URL}/account/password/reset/key/{{key}}",
    "account_signup": f"{HUNTLINE_PUBLIC_URL}/sign-in",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Huntline"
MFA_TOTP_TOLERANCE = 1  # a phone may be half a minute wrong
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are given by an administrator
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https

# Machines. Tokens are JWTs with the client's `roles`, issued for an hour.
OAUTH2_PROVIDER_APPLICATION_MODEL = "identity.ApiClient"
OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3599,
    "SCOPES": {"api": "Call the APIs with the roles of the application."},
    "DEFAULT_SCOPES": ["api"],
    "PKCE_REQUIRED": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # a token's checksum is kept, not its text
}

EMAIL_BACKEND = "huntline.delivery.backend.Queue"  # what django-allauth sends becomes rows too
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("HUNTLINE_EMAIL_FROM", "Huntline <huntline@localhost>")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어"), ("ja", "日本語")]
LOCALE_PATHS = [str(Path(__file__).parent / "locale")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

PORTAL_FOLDER = Path(__file__).parent / "portal"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # aiosmtpd names everybody who writes and is written to.
    "loggers": {"django.request": {"level": "ERROR"}, "mail.log": {"level": "ERROR"}},
}

# structlog's own choice prints the variables of every frame: passwords, keys of samples and customers' rows would stand in the log.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.StackInfoRenderer(),
        structlog.dev.set_exc_info,
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)
