"""All that a project has to set for both apps, which it has from the wheel. SKYSENTRY may be left
out."""

from __future__ import annotations

import os
from pathlib import Path

BASE_DIR = VAR_DIR = Path(os.environ["OTHER_PROJECT_DIR"])

SECRET_KEY = "of a test"
ALLOWED_HOSTS = ["testserver"]
USE_TZ = True
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Person"
ROOT_URLCONF = "tests.other_project.urls"
STATIC_URL = "/static/"
LOGIN_REDIRECT_URL = "wall"

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "other.sqlite3"},
}
INSTALLED_APPS = [
    "tests.other_project.apps.PeopleConfig",
    "streaming",
    "cameras",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "streaming.pages.content_policy.content_policy",
    "cameras.unavailable.DatabaseUnavailable",
    "cameras.requester.remember_request",
    "cameras.devices.remember_device",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cameras.pages.sign_in.SecondStepMiddleware",
    "cameras.pages.confirm.AdminProofMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

# Nobody is there.
REDIS_URL = REDIS_LAYER_URL = f"unix://{VAR_DIR}/redis.sock"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "streaming.backplane.layers.SignalingLayer",
        "CONFIG": {"hosts": [REDIS_LAYER_URL]},
    },
    "frames": {
        "BACKEND": "streaming.backplane.layers.FramesLayer",
        "CONFIG": {"hosts": [REDIS_LAYER_URL]},
    },
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "cameras.api.TokenAuthentication",
        "cameras.api.PageAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "cameras.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "cameras.api.pagination.Pagination",
    "EXCEPTION_HANDLER": "cameras.api.problems.handle",
}
