from __future__ import annotations

import os
from typing import Any

from channels.layers import get_channel_layer
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

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
