from __future__ import annotations

import os
import tomllib
from datetime import timedelta
from pathlib import Path

from dotenv import load_dotenv

from cameras.settings_parser import BOOLEAN, TEXT
from skysentry.env import (
    HOST,
    LEVEL,
    NETWORK,
    ORIGIN,
    PATH_PREFIX,
    cookie_mark,
    database,
    read,
    read_list,
    secret_key,
)

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]

# What stands in the real environment wins.
_given = set(os.environ)
load_dotenv(BASE_DIR / ".env")
#: `serve` does not hand these on: its processes read the file themselves, each at its own start.
FROM_ENV_FILE = os.environ.keys() - _given

VAR_DIR = (BASE_DIR / read("SKYSENTRY_VAR_DIR", TEXT, "var")).resolve()

DEBUG = read("DEBUG", BOOLEAN, False)
SECRET_KEY = secret_key(VAR_DIR)

# SkySentry's own settings, each of which the environment overrides. streaming/conf.py holds their
# types, defaults and meaning.
SKYSENTRY: dict[str, object] = {}

REDIS_URL = read("REDIS_URL", TEXT, "")

# SERVE_HOSTS: what `serve` says of this machine.
_own_hosts = ["localhost", "127.0.0.1", "[::1]", *read_list("SERVE_HOSTS", TEXT)]
ALLOWED_HOSTS = [*_own_hosts, *read_list("ALLOWED_HOSTS", HOST)]
CSRF_TRUSTED_ORIGINS = read_list("CSRF_TRUSTED_ORIGINS", ORIGIN)
# Addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
TRUSTED_PROXIES = read_list("TRUSTED_PROXIES", NETWORK)

# The path below which a proxy shows this server. Requests may come with it, or without.
FORCE_SCRIPT_NAME = read("PATH_PREFIX", PATH_PREFIX, "") or None
_below = FORCE_SCRIPT_NAME or ""
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{_below}/"

# Off to begin with: on http://localhost nobody could sign in.
HTTPS_ONLY = read("HTTPS_ONLY", BOOLEAN, False)
# Also sent to the servers below this domain, such as the one of SKYSENTRY_SIGNALING_URL.
SESSION_COOKIE_DOMAIN = read("SESSION_COOKIE_DOMAIN", TEXT, "") or None
# Browsers send cookies to all ports of a host. Servers that share people share the key.
_mark = cookie_mark(SECRET_KEY)
SESSION_COOKIE_NAME = f"sessionid_{_mark}"
CSRF_COOKIE_NAME = f"csrftoken_{_mark}"
MESSAGE_STORAGE = "cameras.pages.messages.Storage"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS_ONLY
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0

INSTALLED_APPS = [
    # First: its `runserver` speaks WebSockets.
    "streaming",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "servestatic",
    "django.contrib.staticfiles",
    "axes",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "cameras",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "streaming.pages.compression.compress",
    "streaming.pages.content_policy.content_policy",
    "streaming.pages.headers.add_headers",
    "cameras.api.throttles.rate_limit_headers",
    "cameras.unavailable.DatabaseUnavailable",
    "cameras.requester.remember_request",
    "streaming.pages.static_files.StaticFiles",
    "cameras.devices.remember_device",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cameras.pages.sign_in.SecondStepMiddleware",
    "cameras.pages.confirm.AdminProofMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cameras.pages.throttling.BusyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "skysentry.urls"
ASGI_APPLICATION = "skysentry.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Requests of so many people and addresses are counted; of 300, any other one would be
        # forgotten by whoever comes with many.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": database(default=VAR_DIR / "skysentry.sqlite3"),
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "cameras.postgresql"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Without IMMEDIATE, writers that began by reading fail with "database is locked" instead
    # of waiting for each other. Whoever waits for longer than 4 s is told that it is unavailable.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 4,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

AUTHENTICATION_BACKENDS = [
    # First: it asks whether there were too many wrong passwords.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# A few at a time.
PASSWORD_HASHERS = ["cameras.passwords.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# Five wrong passwords for a name from an address: nobody signs in so for five minutes. Twenty for
# any names: nobody signs in from there for a minute.
AXES_HANDLER = "cameras.pages.throttling.Handler"
AXES_CLIENT_IP_CALLABLE = "cameras.pages.throttling.client_network"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=5)
# Trying again during the wait does not extend it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "cameras.pages.throttling.locked_out"
# Sessions and failures say enough; a row for each sign-in would stay for ever.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
# Its tables say nothing that the log doesn't, and each row goes by itself after some minutes.
AXES_ENABLE_ADMIN = False
# In the log: the address says enough, and people type passwords in the wrong field.
AXES_SENSITIVE_PARAMETERS = ["username"]
LOGIN_REDIRECT_URL = "wall"
LOGIN_URL = "login"
LOGOUT_REDIRECT_URL = "wall"

# A sign-in lasts for two weeks from its last use; its cookie for as long as browsers keep one.
SESSION_ENGINE = "cameras.signed_in"
SESSION_COOKIE_AGE = 400 * 24 * 3600

# Those whose catalogues are whole, or Django's own strings would stand between English ones.
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LANGUAGE_CODE = "en"
# Of this project's apps before Django's own, whatever their order.
LOCALE_PATHS = [BASE_DIR / "streaming" / "locale"]
LANGUAGE_COOKIE_AGE = 400 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
FORMAT_MODULE_PATH = ["cameras.formats"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = f"{_below}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
# Served where they lie, at addresses that change with them: nothing to collect.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "streaming.pages.static_files.Storage"},
}
SERVESTATIC_USE_FINDERS = True
# By an address without a version: asked for again for each page.
SERVESTATIC_MAX_AGE = 5

REDIS_LAYER_URL = REDIS_URL or "redis://127.0.0.1:6379"
CHANNEL_LAYERS = {
    # Signaling: competing workers share the offers.
    "default": {
        "BACKEND": "streaming.backplane.layers.SignalingLayer",
        # redis-py's default of 5 s is as long as channels-redis blocks when nothing comes: an
        # idle worker would die of it.
        "CONFIG": {"hosts": [{"address": REDIS_LAYER_URL, "socket_timeout": None}]},
    },
    # Frames: one publish, however many processes listen.
    "frames": {
        "BACKEND": "streaming.backplane.layers.FramesLayer",
        # redis-py 8 formats each message of RESP3 for its log, wanted or not: 0.3 ms per frame.
        "CONFIG": {"hosts": [{"address": REDIS_LAYER_URL, "protocol": 2}]},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one names the challenge: with a session first, a wrong token would get 403.
        "cameras.api.TokenAuthentication",
        "cameras.api.PageAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # No forms: in those, what is left out is a box that is not ticked, and a new camera disabled.
    "DEFAULT_PARSER_CLASSES": ["cameras.api.parsers.BoundedJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": [
        "cameras.api.throttles.PersonThrottle",
        "cameras.api.throttles.AddressThrottle",
    ],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "DEFAULT_SCHEMA_CLASS": "cameras.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "cameras.api.pagination.Pagination",
    "EXCEPTION_HANDLER": "cameras.api.problems.handle",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "SkySentry",
    "DESCRIPTION": (
        "Live cameras: catalogue, live state, newest pictures, sessions.\n\n"
        "Programs send a token, as `Authorization: Bearer ssat_...`. Make one under your account,"
        " or here while you are signed in, by `POST /api/tokens/`. Without a token you are who has"
        " signed in to the pages; without that a visitor, who sees the public cameras. Errors are"
        " problem details (RFC 9457)."
    ),
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
}

LOG_LEVEL = read("LOG_LEVEL", LEVEL, "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "streaming.logs.LineFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "filters": {"brief": {"()": "streaming.logs.Brief"}},
    "handlers": {
        "console": {
            "class": "streaming.logs.BoundedHandler",
            "formatter": "line",
            "filters": ["brief"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handler would write a second line while DEBUG is on, and a traceback for
        # each sign-in link that was used before.
        "django": {"handlers": [], "level": "INFO"},
        # Both say at INFO what each connection of each peer does.
        "aioice": {"level": "WARNING"},
        "aiortc": {"level": "WARNING"},
        # Says at INFO that somebody signed in, in four lines.
        "axes": {"level": "WARNING"},
        # Says at INFO which credential was added, and used.
        "fido2": {"level": "WARNING"},
        # Says by a traceback a second what streaming.backplane.writer says once: Redis is away.
        "channels_redis.pubsub": {"level": "CRITICAL"},
    },
}
