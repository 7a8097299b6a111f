"""What a project lacks in which `streaming` is to work: each with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from channels.layers import get_channel_layer
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse

from streaming import conf
from streaming.backplane.layers import FramesLayer, SignalingLayer


@register(Tags.compatibility)
def check_settings(**_: Any) -> list[CheckMessage]:
    try:
        conf.load(conf.given(), os.environ)
    except ImproperlyConfigured as error:
        return [
            Error(
                str(error),
                hint="Fix SKYSENTRY in the settings, or the variable in the environment.",
                id="streaming.E001",
            )
        ]
    return []


@register(Tags.compatibility)
def check_layers(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"CHANNEL_LAYERS[{alias!r}] is not of the kind that SkySentry needs.",
            hint=f"web and ingest are separate processes and meet in Redis. Set its BACKEND to "
            f'"{needed.__module__}.{needed.__name__}".',
            id="streaming.E002",
        )
        for alias, needed in _LAYERS.items()
        if not isinstance(get_channel_layer(alias), needed)
    ]


_LAYERS = {"default": SignalingLayer, "frames": FramesLayer}


_APPS = ("cameras", "channels", "rest_framework", "django.contrib.humanize")


@register(Tags.compatibility)
def check_apps(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"INSTALLED_APPS lacks {name!r}.",
            hint="The pages and the API of streaming are made with it: add it.",
            id="streaming.E003",
        )
        for name in _APPS
        if not apps.is_installed(name)
    ]


_MIDDLEWARE = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
)
_CONTENT_POLICY = "streaming.pages.content_policy.content_policy"
_DATABASE_UNAVAILABLE = "cameras.unavailable.DatabaseUnavailable"


@register(Tags.security)
def check_middleware(**_: Any) -> Iterable[CheckMessage]:
    for name in _MIDDLEWARE:
        if name not in settings.MIDDLEWARE:
            yield Error(
                f"MIDDLEWARE lacks {name!r}.",
                hint="The pages of streaming ask who has signed in, and take forms: add it.",
                id="streaming.E004",
            )
    if _CONTENT_POLICY not in settings.MIDDLEWARE:
        yield Warning(
            f"MIDDLEWARE lacks {_CONTENT_POLICY!r}: a script that somebody slips into a page runs.",
            hint="Add it near the top. Where the project sends a Content-Security-Policy of its"
            " own, put streaming.W001 into SILENCED_SYSTEM_CHECKS.",
            id="streaming.W001",
        )
    if _DATABASE_UNAVAILABLE not in settings.MIDDLEWARE:
        yield Warning(
            f"MIDDLEWARE lacks {_DATABASE_UNAVAILABLE!r}: while the database is away, each page is"
            " an error with a traceback.",
            hint="Add it, and set handler400 and handler500 of the project's addresses to"
            ' "cameras.api.problems.bad_request" and "cameras.api.problems.server_error".',
            id="streaming.W002",
        )


_PROCESSORS = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
)
#: Some of each folder: they come together.
_TEMPLATES = ("base.html", "streaming/wall.html", "cameras/list.html", "account/account.html")
_SCRIPTS = ("js/pages/base/main.js", "js/pages/wall/main.js")


@register(Tags.templates)
def check_templates(**_: Any) -> Iterable[CheckMessage]:
    for name in _TEMPLATES:
        try:
            source = get_template(name).template.source  # type: ignore[attr-defined]
        except TemplateDoesNotExist:
            yield Error(
                f"The template {name!r} is not found.",
                hint="Install the wheel, and let TEMPLATES look into apps (APP_DIRS), or add the"
                " folder `templates` of SkySentry to DIRS.",
                id="streaming.E005",
            )
        else:
            if name == "base.html" and "js/pages/base/main.js" not in source:
                yield Error(
                    "The template 'base.html' is not SkySentry's, whose pages extend it.",
                    hint="Give the project's own another name, or begin it with SkySentry's.",
                    id="streaming.E006",
                )
    engines: list[Any] = settings.TEMPLATES
    given = [each.get("OPTIONS", {}).get("context_processors", ()) for each in engines]
    for name in _PROCESSORS:
        if not any(name in processors for processors in given):
            yield Error(
                f"The context processor {name!r} is missing in TEMPLATES.",
                hint="The pages show who has signed in, and messages: add it.",
                id="streaming.E007",
            )


@register(Tags.staticfiles)
def check_static_files(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The static file {name!r} is not found.",
            hint="Add 'django.contrib.staticfiles' to INSTALLED_APPS and install the wheel, or add"
            " the folder `static` of SkySentry to STATICFILES_DIRS.",
            id="streaming.E008",
        )
        for name in _SCRIPTS
        if finders.find(name) is None
    ]


#: A name of each set of addresses, and how it comes into the project's.
_ADDRESSES = {
    "wall": 'path("", include("streaming.urls"))',
    "cameras": 'path("", include("cameras.pages.urls"))',
    "api-camera-list": 'path("api/", include("cameras.api.urls"))',
    "api-stats": 'path("api/", include("streaming.api.urls"))',
    "login": 'path("sign-in/", LoginView.as_view(), name="login")',
    "logout": 'path("sign-out/", LogoutView.as_view(), name="logout")',
    "javascript-catalog": 'path("jsi18n/", JavaScriptCatalog.as_view(), name="javascript-catalog")',
}


@register(Tags.urls)
def check_addresses(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"No address has the name {name!r}, to which pages lead.",
            hint=f"Add to the project's addresses: {how}.",
            id="streaming.E009",
        )
        for name, how in _ADDRESSES.items()
        if not _leads_somewhere(name)
    ]


def _leads_somewhere(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


#: By name, what they say.
_PLACES = {
    "REDIS_URL": 'where Redis or Valkey is; "" where `serve` brings its own',
    "REDIS_LAYER_URL": "where Redis or Valkey is, such as redis://127.0.0.1:6379",
    "VAR_DIR": "the folder (a Path) for what `serve` keeps",
}


@register(Tags.compatibility)
def check_places(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"The settings have no {name}.",
            hint=f"It says {meaning}.",
            id="streaming.E010",
        )
        for name, meaning in _PLACES.items()
        if not hasattr(settings, name)
    ]
