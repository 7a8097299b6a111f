from __future__ import annotations

from django import db
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from cameras import access
from cameras.database import memory
from cameras.models import Camera
from streaming.api.pictures import PictureView, for_other_sites, latest, reader
from streaming.api.views import TemporarilyUnavailable
from streaming.domain.limits import Limit
from streaming.process.web import node
from streaming.watch.connection import connection
from streaming.watch.link_places import LinkPlace
from streaming.watch.mjpeg import CONTENT_TYPE, MjpegStream, Place


class StreamView(PictureView):
    """A camera's pictures, one after the other, for as long as the connection lasts.

    Each is a JPEG. A client that reads slowly gets fewer, and never old ones; one that reads
    nothing for 10 s is cut off. The stream ends when the right to watch does, and when the camera
    has sent nothing for 30 s.
    """

    #: Of who watches by a share link that has room for so many.
    link_place: LinkPlace | None = None

    @extend_schema(
        operation_id="camera_stream",
        responses={
            (200, "multipart/x-mixed-replace"): OpenApiTypes.BINARY,
            503: OpenApiResponse(
                description="No picture of the last 10 s, or too many streams; see Retry-After."
            ),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        camera = self.watchable(slug)
        # Says why there is none.
        latest(camera)
        place = _reserve(request, camera)
        stream = MjpegStream(
            node().hub,
            camera.pk,
            self.identity(),
            self.viewer_name(),
            self.viewer_address(),
            node().start,
            place,
            connection(_scope(request)),
            self.link_place,
        )
        # It is long, and asks the database nothing.
        db.close_old_connections()
        headers = {**_HEADERS, **for_other_sites(camera)}
        return StreamingHttpResponse(stream, content_type=CONTENT_TYPE, headers=headers)

    def head(self, request: Request, slug: str) -> HttpResponse:
        latest(self.watchable(slug))
        return HttpResponse(content_type=CONTENT_TYPE, headers=_HEADERS)

    def watchable(self, slug: str) -> Camera:
        """Raises Http404, and NotAuthenticated for a program that has not said who it is."""
        actor = self.actor
        watchable = access.watchable(actor).filter(Camera.at(slug))
        camera = memory.ask(("watchable camera", type(actor), actor.pk, slug), watchable.first)
        return self.found(camera)


def _reserve(request: Request, camera: Camera) -> Place:
    """Raises TemporarilyUnavailable."""
    crowded = node().hub.is_crowded(camera.pk)
    place = Limit.VIEWERS_PER_CAMERA if crowded else node().slots.reserve(reader(request))
    if isinstance(place, Limit):
        node().refusals.count(place, reader(request))
        raise TemporarilyUnavailable(
            _("Too many programs are watching right now. Try again later.")
        )
    return place


#: A proxy must neither keep pictures nor hold them back.
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def _scope(request: Request) -> dict[str, object]:
    return getattr(request._request, "scope", {})
