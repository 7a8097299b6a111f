"""The same for browsers that have opened a share link: it alone counts, whoever has signed in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from cameras import access, shares
from cameras.database import memory
from cameras.models import Camera, ShareLink
from cameras.naming import in_natural_order
from streaming.api.pictures import LatestJpgView, PictureView
from streaming.api.stats import CameraStatsView
from streaming.api.stream import StreamView
from streaming.api.views import LiveView, TemporarilyUnavailable
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import store
from streaming.protocol.facts import ListedCamera
from streaming.watch.link_places import LinkPlace


class OfLink(LiveView):
    """Acts for the share link in the address."""

    # For the link's own pages; programs have tokens.
    schema = None
    authentication_classes: tuple[type[BaseAuthentication], ...] = ()
    link: ShareLink
    #: Which of those that have opened the link asks.
    browser: str

    def dispatch(self, request: HttpRequest, link: UUID, **kwargs: Any) -> HttpResponseBase:
        self._link_id = link
        return super().dispatch(request, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        cookie = request.COOKIES.get(shares.PAGE_COOKIE, "")
        self.browser = shares.browser_of(self._link_id, cookie)
        # The cookie is no part of what is remembered: anybody gets any number of them.
        key = ("link", self._link_id)
        link = self.browser and memory.ask(key, lambda: access.share_link(self._link_id))
        if not link:
            raise Http404(access.NO_SUCH_CAMERA)
        self.link = link

    @property
    def actor(self) -> access.Actor:
        return self.link

    def identity(self) -> access.Identity:
        return shares.identity_of(self.link)


class PictureOfLink(OfLink, PictureView):
    """Each browser takes one of the link's places, if it has a number of them: behind one address
    there may be many."""

    link_place: LinkPlace | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if self.link.max_viewers is not None:
            self.link_place = LinkPlace(self.link.pk, self.link.max_viewers, self.browser)
            _take(self.link_place)

    def viewer_name(self) -> str:
        return self.link.name

    def found(self, camera: Camera | None) -> Camera:
        if camera is None:
            raise Http404(access.NO_SUCH_CAMERA)
        return camera


def _take(place: LinkPlace) -> None:
    """Raises TemporarilyUnavailable. While Redis is away, nobody is counted."""
    try:
        is_taken = store().take_place(place.link_id, place.viewer, place.most)
    except Unavailable:
        return
    if not is_taken:
        raise TemporarilyUnavailable(_("This link has reached its viewer limit. Try again later."))


class SharedLatestJpgView(PictureOfLink, LatestJpgView):
    pass


class SharedStreamView(PictureOfLink, StreamView):
    pass


class SharedStatsView(OfLink, CameraStatsView):
    pass


class SharedCamerasView(OfLink):
    """What the link shows, for pages that get no WebSocket."""

    throttle_classes = ()

    def get(self, request: Request) -> Response:
        cameras = in_natural_order(access.watchable_with_rights(self.link))
        listed = [ListedCamera.of(camera) for camera in cameras]
        return Response({"next": None, "results": msgspec.to_builtins(listed)})
