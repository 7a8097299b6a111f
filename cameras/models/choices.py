"""What fields of the catalogue may be, and how they are checked."""

from __future__ import annotations

import math

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private")
    SIGNED_IN = "signed-in", _("Signed-in people")
    PUBLIC = "public", _("Public")


class Delivery(models.TextChoices):
    RESILIENT = "resilient", _("Resilient")
    REALTIME = "realtime", _("Realtime")


class Codec(models.TextChoices):
    """What a camera may send beside its stills, to those whose browsers take video."""

    AUTO = "auto", _("Automatic")
    JPEG = "jpeg", _("Single pictures (JPEG)")
    H264 = "h264", _("H.264")
    VP8 = "vp8", _("VP8")


class Transport(models.TextChoices):
    WEBRTC = "webrtc", _("WebRTC")
    WEBSOCKET = "websocket", _("WebSocket")
    RTSP = "rtsp", _("RTSP")
    HTTP = "http", _("HTTP")
    PUSH = "push", _("HTTP push")
    WHIP = "whip", _("WHIP")


class EndReason(models.TextChoices):
    """In the words of the pages, which make sentences of them (static/js/pages/shared/words.js)."""

    STOPPED = "stopped", _("Filming was stopped")
    TAKEN_OVER = "taken_over", _("Another device took over")
    NOT_ALLOWED = "not_allowed", _("Permission to film ended")
    DISCONNECTED = "disconnected", _("An operator disconnected the camera")
    LOST = "lost", _("The camera went silent")
    SIGNALING_LOST = "signaling_lost", _("The page or program was closed or went offline")
    PEER_FAILED = "peer_failed", _("The connection failed")
    SERVER_STOPPED = "server_stopped", _("The server restarted")
    TOO_MUCH = "too_much", _("The camera sent more than allowed")


class Role(models.TextChoices):
    """What a grant allows. Each role includes those before it."""

    WATCH = "watch", pgettext_lazy("role", "Watch")
    PUBLISH = "publish", pgettext_lazy("role", "Publish")
    MANAGE = "manage", pgettext_lazy("role", "Manage")

    @property
    def or_more(self) -> list[Role]:
        """This role and those that include it."""
        roles = list(Role)
        return roles[roles.index(self) :]


def validate_finite(value: float) -> None:
    # NaN is neither below a minimum nor above a maximum.
    if not math.isfinite(value):
        raise ValidationError(_("Enter a finite number."), code="finite")


def between(minimum: float, maximum: float) -> list[MinValueValidator | MaxValueValidator]:
    return [MinValueValidator(minimum), MaxValueValidator(maximum)]


def one_of(field: str, choices: type[models.TextChoices]) -> Q:
    return Q(**{f"{field}__in": choices.values})
