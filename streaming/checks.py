"""What a project lacks in which `streaming` is to work: each with what to do about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
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


def _missing(
    hints: Mapping[str, str], is_there: Callable[[str], object], sentence: str, id: str
) -> list[CheckMessage]:
    """An error for each name that is not there, with its hint."""
    return [
        Error(sentence.format(name), hint=hint, id=id)
        for name, hint in hints.items()
        if not is_there(name)
    ]


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


_LAYERS = {"default": SignalingLayer, "frames": FramesLayer}


@register(Tags.compatibility)
def check_layers(**_: Any) -> list[CheckMessage]:
    hints = {
        alias: "web and ingest are separate processes and meet in Redis. Set its BACKEND to "
        f'"{needed.__module__}.{needed.__name__}".'
        for alias, needed in _LAYERS.items()
    }
    return _missing(
        hints,
        lambda alias: isinstance(get_channel_layer(alias), _LAYERS[alias]),
        "CHANNEL_LAYERS[{!r}] is not of the kind that SkySentry needs.",
        "streaming.E002",
    )


_APPS = dict.fromkeys(
    ("cameras", "channels", "rest_framework", "django.contrib.humanize"),
    "The pages and the API of streaming are made with it: add it.",
)


@register(Tags.compatibility)
def check_apps(**_: Any) -> list[CheckMessage]:
    return _missing(_APPS, apps.is_installed, "INSTALLED_APPS lacks {!r}.", "streaming.E003")


_MIDDLEWARE = dict.fromkeys(
    (
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ),
    "The pages of streaming ask who has signed in, and take forms: add it.",
)
_CONTENT_POLICY = "streaming.pages.content_policy.content_policy"
_DATABASE_UNAVAILABLE = "cameras.unavailable.DatabaseUnavailable"


@register(Tags.security)
def check_middleware(**_: Any) -> Iterable[CheckMessage]:
    given = set(settings.MIDDLEWARE)
    yield from _missing(_MIDDLEWARE, given.__contains__, "MIDDLEWARE lacks {!r}.", "streaming.E004")
    if _CONTENT_POLICY not in given:
        yield Warning(
            f"MIDDLEWARE lacks {_CONTENT_POLICY!r}: a script that somebody slips into a page runs.",
            hint="Add it near the top. Where the project sends a Content-Security-Policy of its"
            " own, put streaming.W001 into SILENCED_SYSTEM_CHECKS.",
            id="streaming.W001",
        )
    if _DATABASE_UNAVAILABLE not in given:
        yield Warning(
            f"MIDDLEWARE lacks {_DATABASE_UNAVAILABLE!r}: while the database is away, each page is"
            " an error with a traceback.",
            hint="Add it, and set handler400 and handler500 of the project's addresses to"
            ' "cameras.api.problems.bad_request" and "cameras.api.problems.server_error".',
            id="streaming.W002",
        )


_PROCESSORS = dict.fromkeys(
    (
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ),
    "The pages show who has signed in, and messages: add it.",
)
#: Some of each folder: they come together.
_TEMPLATES = ("base.html", "streaming/wall.html", "cameras/list.html", "account/account.html")
_SCRIPTS = dict.fromkeys(
    ("js/pages/base/main.js", "js/pages/wall/main.js"),
    "Add 'django.contrib.staticfiles' to INSTALLED_APPS and install the wheel, or add the folder"
    " `static` of SkySentry to STATICFILES_DIRS.",
)


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
    yield from _missing(
        _PROCESSORS,
        set().union(*given).__contains__,
        "The context processor {!r} is missing in TEMPLATES.",
        "streaming.E007",
    )


@register(Tags.staticfiles)
def check_static_files(**_: Any) -> list[CheckMessage]:
    return _missing(_SCRIPTS, finders.find, "The static file {!r} is not found.", "streaming.E008")


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
    hints = {name: f"Add to the project's addresses: {how}." for name, how in _ADDRESSES.items()}
    return _missing(
        hints,
        _leads_somewhere,
        "No address has the name {!r}, to which pages lead.",
        "streaming.E009",
    )


def _leads_somewhere(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True


_PLACES = {
    "REDIS_URL": 'It says where Redis or Valkey is; "" where `serve` brings its own.',
    "REDIS_LAYER_URL": "It says where Redis or Valkey is, such as redis://127.0.0.1:6379.",
    "VAR_DIR": "It says the folder (a Path) for what `serve` keeps.",
}


@register(Tags.compatibility)
def check_places(**_: Any) -> list[CheckMessage]:
    return _missing(
        _PLACES, partial(hasattr, settings), "The settings have no {}.", "streaming.E010"
    )
