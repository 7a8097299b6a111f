"""What the live part of the API has in common."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from cameras import access
from cameras.api import PageAuthentication, TokenAuthentication
from cameras.api.problems import Kind
from cameras.audit import Who
from cameras.database import memory
from cameras.models import Camera

RETRY_AFTER_S = 2


class TemporarilyUnavailable(APIException):
    """503 with Retry-After."""

    status_code = 503
    default_code = "unavailable"
    wait = RETRY_AFTER_S


class RedisUnavailable(TemporarilyUnavailable):
    kind = Kind("urn:skysentry:redis-unavailable", "Redis unavailable")
    default_detail = _("Live state is unavailable. Try again in a moment.")


class LiveView(APIView):
    """Tells what is live: for a while also without the database, to those who asked before."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (
        TokenAuthentication,
        PageAuthentication,
    )

    def camera(self, slug: str) -> Camera:
        """Raises Http404 for one that is not theirs to see."""
        actor = self.actor
        key = ("visible camera", type(actor), actor.pk, slug)
        return memory.ask(key, lambda: access.visible_camera(actor, slug))

    @property
    def actor(self) -> access.Actor:
        """Whose rights count here."""
        return self.request.user

    def identity(self) -> access.Identity:
        """The same, for what lasts longer than the request."""
        return Who.of_request(self.request).identity


class SingleFormat(DefaultContentNegotiation):
    """There is nothing to choose from, whatever the client accepts. Errors are JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer, *_others = renderers
        return renderer, renderer.media_type


def moment(ms: float) -> datetime | None:
    """Server time as a date; None for one that no calendar has, which a camera may claim."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except (OverflowError, ValueError):
        return None
