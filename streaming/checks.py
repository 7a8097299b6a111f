from __future__ import annotations

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from streaming import conf


@register(Tags.compatibility)
def check_settings(**_: Any) -> list[CheckMessage]:
    try:
        conf.load(settings.SKYSENTRY, os.environ)
    except ImproperlyConfigured as error:
        return [
            Error(
                str(error),
                hint="Mend SKYSENTRY in the settings, or the variable in the environment.",
                id="streaming.E001",
            )
        ]
    return []


@register(Tags.compatibility)
def check_layers(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"CHANNEL_LAYERS has no {alias!r} layer on Redis.",
            hint=f"web and ingest are separate processes and meet in Redis: set it to {backend}.",
            id="streaming.E002",
        )
        for alias, backend in _LAYERS.items()
        if not str(settings.CHANNEL_LAYERS.get(alias, {}).get("BACKEND", "")).startswith(
            "channels_redis."
        )
    ]


_LAYERS = {
    "default": "channels_redis.core.RedisChannelLayer",
    "frames": "channels_redis.pubsub.RedisPubSubChannelLayer",
}
