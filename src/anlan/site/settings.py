"""Settings: read here and nowhere else, from the environment, with a safe default each.

ANLAN_HOME             where the instance keeps its files (default: ./var of the checkout)
ANLAN_DEMO             1: a demonstration instance with invented life; 0: a real one (default 1)
ANLAN_DATABASE_URL     postgresql://user:password@host:port/name; SQLite in ANLAN_HOME when empty
ANLAN_PROFILE          folder of the city's profile (default: profiles/yuncheng)
ANLAN_CENTRE           code of the centre that runs this program (default: the profile's city)
ANLAN_SECRET_KEY       signing key of sessions; a file in ANLAN_HOME is made when empty
ANLAN_ALLOWED_HOSTS    comma-separated host names (default: loopback only)
ANLAN_HTTPS            1 when served behind HTTPS: secure cookies, HSTS
ANLAN_PASSWORD_LENGTH  shortest password, in characters (default 10)
ANLAN_PASSWORD_AGE_DAYS   a password is changed after so many days, 0: never (default 90)
ANLAN_PASSWORD_HISTORY    how many of the last passwords are not taken again (default 5)
ANLAN_LOCK_AFTER       wrong passwords after which a name is locked (default 5)
ANLAN_LOCK_MINUTES     after which a locked name opens by itself (default 30)
ANLAN_IDLE_MINUTES     without use after which a session ends (default 30)
ANLAN_SESSION_HOURS    after which every session ends (default 8)
ANLAN_SECOND_FACTOR    administrators: they need it in a real instance; offered: nobody does
ANLAN_OIDC_ISSUER      address of another provider of sign-ins; off when empty (default)
ANLAN_OIDC_CLIENT_ID   the name under which this program was entered there
ANLAN_OIDC_CLIENT_SECRET_FILE   file with the secret that came with it
ANLAN_OIDC_LABEL       what the button calls the provider
ANLAN_MQTT_URL         mqtts://user@host:port of a broker of readings; off when empty (default)
ANLAN_MQTT_PASSWORD_FILE, ANLAN_MQTT_CA_FILE       what proves us there, and what proves it
ANLAN_STREAM_URL       nats://user@host:port of JetStream between intake and workers (default: off)
ANLAN_STREAM_PASSWORD_FILE, ANLAN_STREAM_CA_FILE   as above
ANLAN_ARCHIVE_MONTHS   readings of months older than so many go into files of their own; 0: never
                       (default; SQLite only, PostgreSQL has a partition a month)
ANLAN_CHANNELS_FILE    settings of SMS, voice, webhook, e-mail and robots (default: channels.toml
                       in ANLAN_HOME; without the file nothing leaves the program)
ANLAN_LANGUAGE         in which the command line refuses and asks: zh-hans (default) or en
ANLAN_DEBUG            1 shows tracebacks; never in service
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from anlan.site.body_size import BODY_AT_MOST
from anlan.site.brokers import broker
from anlan.site.single_sign_on import single_sign_on
from anlan.site.spoken import language

CHECKOUT = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]


def _flag(name: str, default: str) -> bool:
    value = os.environ.get(name, default)
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _number(name: str, default: int, *, least: int, most: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"{name} must be a number {least}–{most}, not {text!r}")
    return int(text)


ANLAN_DEMO = _flag("ANLAN_DEMO", "1")
ANLAN_LANGUAGE = language()
DEBUG = _flag("ANLAN_DEBUG", "0")
HTTPS = _flag("ANLAN_HTTPS", "0")
ANLAN_HOME = Path(
    os.environ.get("ANLAN_HOME") or CHECKOUT / "var" / ("demo" if ANLAN_DEMO else "real")
)
ANLAN_PROFILE = Path(os.environ.get("ANLAN_PROFILE") or CHECKOUT / "profiles" / "yuncheng")
ANLAN_PROFILE_BUILD = Path(
    os.environ.get("ANLAN_PROFILE_BUILD") or CHECKOUT / "var" / "profile" / ANLAN_PROFILE.name
)
ANLAN_CENTRE = os.environ.get("ANLAN_CENTRE", "140800")
ANLAN_JOURNAL_KEY_FILE = ANLAN_HOME / "keys" / "journal.key"
ANLAN_ANCHOR_FILE = ANLAN_HOME / "anchor" / "journal.jsonl"
ANLAN_CHANNELS_FILE = Path(os.environ.get("ANLAN_CHANNELS_FILE") or ANLAN_HOME / "channels.toml")
ANLAN_UPLOADS = ANLAN_HOME / "uploads"
ANLAN_OBSERVATIONS = ANLAN_HOME / "observations"
ANLAN_ARCHIVE_MONTHS = _number("ANLAN_ARCHIVE_MONTHS", 0, least=0, most=240)
ANLAN_MQTT = broker("MQTT", "mqtt", "mqtts")
ANLAN_STREAM = broker("STREAM", "nats", "tls")
ANLAN_STAGES = (
    "base",
    "registers",
    "losses",
    "sensing",
    "warning",
    "preparedness",
    "review",
    "plan",
    "exchange",
)


def _secret_key() -> str:
    given = os.environ.get("ANLAN_SECRET_KEY", "")
    if given:
        return given
    path = ANLAN_HOME / "keys" / "sessions.key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = os.environ.get("ANLAN_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]").split(",")

INSTALLED_APPS = [
    "anlan.base",  # first: its templates of the admin go before those of the framework
    "anlan.base.admin_config.AnlanAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "import_export",
    "axes",
    *(f"anlan.{stage}" for stage in ANLAN_STAGES if stage != "base"),
    "anlan.site",
]
AUTH_USER_MODEL = "registers.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "anlan.registers.access.AccountBackend",
]
ANLAN_PASSWORD_LENGTH = _number("ANLAN_PASSWORD_LENGTH", 10, least=8, most=64)
ANLAN_PASSWORD_AGE_DAYS = _number("ANLAN_PASSWORD_AGE_DAYS", 90, least=0, most=3650)
ANLAN_PASSWORD_HISTORY = _number("ANLAN_PASSWORD_HISTORY", 5, least=1, most=24)
ANLAN_IDLE_MINUTES = _number("ANLAN_IDLE_MINUTES", 30, least=3, most=480)
ANLAN_SESSION_HOURS = _number("ANLAN_SESSION_HOURS", 8, least=1, most=24)
ANLAN_SECOND_FACTOR = os.environ.get("ANLAN_SECOND_FACTOR") or "administrators"
if ANLAN_SECOND_FACTOR not in ("administrators", "offered"):
    raise ImproperlyConfigured("ANLAN_SECOND_FACTOR must be administrators or offered")
OIDC = single_sign_on()
ANLAN_OIDC_ISSUER, ANLAN_OIDC_LABEL = OIDC.issuer, OIDC.label
ANLAN_OIDC_CLIENT_ID, ANLAN_OIDC_CLIENT_SECRET = OIDC.client_id, OIDC.client_secret
AXES_FAILURE_LIMIT = _number("ANLAN_LOCK_AFTER", 5, least=3, most=100)
AXES_COOLOFF_TIME = timedelta(minutes=_number("ANLAN_LOCK_MINUTES", 30, least=1, most=10080))
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_USERNAME_FORM_FIELD = "username"  # the name that authenticate() is called with
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody keeps a name locked from outside
AXES_ENABLE_ADMIN = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": ANLAN_PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login",)},
    },
    {"NAME": "anlan.registers.passwords.NotUsedBefore"},
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "anlan.site.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "anlan.site.middleware.LargeBodies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "anlan.registers.access.ActorMiddleware",
    "anlan.site.middleware.ReaderLanguage",
    "anlan.site.middleware.RefusalPages",
    "anlan.site.middleware.FirstRun",
    "django.contrib.messages.middleware.MessageMiddleware",
    "anlan.site.unsent.Unsent",
    "anlan.site.way_in.WayIn",
    "anlan.base.worlds.switching.ExerciseSwitch",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "anlan.site.urls"
ASGI_APPLICATION = "anlan.site.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "anlan.site.context.page",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = os.environ.get("ANLAN_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ANLAN_HOME / "anlan.sqlite3",
            "CONN_MAX_AGE": 600,  # of the threads that answer requests; PostgreSQL has its pool
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                    "PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;"
                    "PRAGMA wal_autocheckpoint=8000;"  # base.write_ahead brings it in before
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured("ANLAN_DATABASE_URL must start with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 20}},
    }


DATABASES = {"default": _database()}
DATABASE_ROUTERS = ["anlan.base.worlds.routing.WorldRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [CHECKOUT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("ANLAN_STATIC_ROOT") or CHECKOUT / "var" / "static")
WHITENOISE_USE_FINDERS = True

LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = ANLAN_SESSION_HOURS * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "anlan_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "anlan_csrf"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_AT_MOST
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W006"]  # locked by name; our own page says so

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
