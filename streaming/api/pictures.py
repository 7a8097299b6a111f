"""A camera's newest picture."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from cameras import access
from cameras.api import PageAuthentication, PasswordAuthentication, TokenAuthentication
from cameras.audit import Who
from cameras.models import Camera, Visibility
from streaming.api.serializers import LatestSerializer
from streaming.api.throttles import PollThrottle
from streaming.api.views import (
    LiveView,
    RedisUnavailable,
    SingleFormat,
    TemporarilyUnavailable,
    moment,
)
from streaming.backplane.connection import Unavailable
from streaming.backplane.store import IMAGE_TTL_S, store
from streaming.domain import wire
from streaming.process.web import node

#: A picture in this process' memory is the newest when it came so shortly ago.
IMAGE_FRESH_S = 0.25
#: A picture older than this is not of now, and is marked so.
STALE_S = 2.0


@dataclass(frozen=True, slots=True)
class Latest:
    frame: wire.Frame
    received_at: float
    #: Server time of this answer, ms.
    now: float

    @property
    def age_s(self) -> float:
        return max(0.0, self.now - self.received_at) / 1000

    @property
    def is_stale(self) -> bool:
        return self.age_s > STALE_S

    @property
    def etag(self) -> str:
        return f'"{self.frame.session}-{self.frame.sequence}"'

    @property
    def headers(self) -> dict[str, str]:
        """What a viewer needs to show the picture as honestly as one of the watch socket."""
        frame = self.frame
        return {
            "Age": str(int(self.age_s)),
            "X-Session": str(frame.session),
            "X-Sequence": str(frame.sequence),
            "X-Captured-At": str(frame.captured_at),
            "X-Width": str(frame.width),
            "X-Height": str(frame.height),
            "X-Server-Time": str(self.now),
            **({"X-Stale": "true"} if self.is_stale else {}),
        }


def latest(camera: Camera) -> Latest:
    """The newest picture that is not too old to give out.

    Raises Http404 for a camera that never sent one, TemporarilyUnavailable for one that sends none
    now.
    """
    newest = _relayed(camera)
    if newest is None or newest.age_s > IMAGE_FRESH_S:
        try:
            image, now_ms = store().image(camera.pk), store().now_ms()
        except Unavailable:
            if newest is None:
                raise RedisUnavailable from None
        else:
            if image and (newest is None or image.received_at > newest.received_at):
                newest = Latest(wire.unpack(image.message), image.received_at, now_ms)
    if newest is not None and newest.age_s <= IMAGE_TTL_S:
        return newest
    if camera.sessions.exists():
        raise TemporarilyUnavailable(gettext("The camera is not sending pictures right now."))
    raise Http404(gettext("This camera has never sent a picture."))


def _relayed(camera: Camera) -> Latest | None:
    """The newest picture that this process itself has handed to viewers."""
    held = node().hub.images.get(camera.pk)
    if held is None:
        return None
    received_at = held.value.received_at
    return Latest(wire.unpack(held.value.message), received_at, now=received_at + held.age_s * 1000)


class LatestView(LiveView):
    """Facts of a camera's newest picture."""

    @extend_schema(operation_id="camera_latest", responses=LatestSerializer)
    def get(self, request: Request, slug: str) -> Response:
        newest = latest(self.camera(slug))
        frame = newest.frame
        facts = {
            "session": frame.session,
            "sequence": frame.sequence,
            "captured_at": moment(frame.captured_at),
            "received_at": moment(newest.received_at),
            "age_s": round(newest.age_s, 3),
            "stale": newest.is_stale,
            "width": frame.width,
            "height": frame.height,
            "bytes": len(frame.payload),
            "url": reverse("api-camera-latest-jpg", args=[slug], request=request),
        }
        return Response(LatestSerializer(facts).data)


class PictureView(LiveView):
    """Also for <img> and for programs that know no header but a password's."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = (
        TokenAuthentication,
        PasswordAuthentication,
        PageAuthentication,
    )
    content_negotiation_class = SingleFormat
    throttle_classes = (PollThrottle,)

    def get_authenticate_header(self, request: Request) -> str:
        # To a page, a browser would ask for a password.
        is_bearer = request.headers.get("Authorization", "").lower().startswith("bearer ")
        if is_bearer or PageAuthentication.HEADER in request.headers:
            return super().get_authenticate_header(request)
        return PasswordAuthentication().authenticate_header(request)

    def camera(self, slug: str) -> Camera:
        """Raises Http404, and NotAuthenticated for a program that has not said who it is."""
        try:
            return super().camera(slug)
        except Http404:
            return self.found(None)

    def found(self, camera: Camera | None) -> Camera:
        """The camera. Raises Http404 without it, and NotAuthenticated for a program that has not
        said who it is: most send a password only when asked, whatever the address says."""
        if camera is not None:
            return camera
        if self.request.user.is_anonymous and not _is_of_page(self.request):
            raise NotAuthenticated
        raise Http404(access.NO_SUCH_CAMERA)

    def viewer_name(self) -> str:
        """As shown to the camera's owner."""
        name: str = self.request.user.get_username()
        return name

    def viewer_address(self) -> str:
        address: str = self.request.META.get("REMOTE_ADDR", "")
        return address

    def who(self) -> Who:
        """As the audit log names them."""
        return Who.of(self.identity(), self.viewer_name(), self.viewer_address())


class LatestJpgView(PictureView):
    """A camera's newest picture.

    `Age` is its age in seconds; `X-Stale: true` marks one older than 2 s. `X-Session` and
    `X-Sequence` number it, `X-Captured-At` says when it was captured, `X-Width` and `X-Height` how
    large it is, `X-Server-Time` when this was answered (times in ms since the epoch). A 304 has all
    of them too. The camera takes one a second, and more while somebody reads it more often.
    """

    @extend_schema(
        operation_id="camera_latest_jpg",
        responses={
            (200, "image/jpeg"): OpenApiTypes.BINARY,
            304: OpenApiResponse(description="The picture of If-None-Match is still the newest."),
            503: OpenApiResponse(description="No picture of the last 10 s; see Retry-After."),
        },
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        camera = self.camera(slug)
        node().hub.readers.note(camera.pk, reader(request))
        newest = latest(camera)
        node().audit.read(camera.pk, self.who())
        response = HttpResponse(bytes(newest.frame.payload), content_type="image/jpeg")
        response["ETag"] = newest.etag
        response["Cache-Control"] = "private, no-cache"
        answer = get_conditional_response(request, etag=newest.etag, response=response)
        assert answer is not None
        # A 304 keeps only the headers that Django knows: these come after.
        for name, value in {**newest.headers, **for_other_sites(camera)}.items():
            answer[name] = value
        return answer


def for_other_sites(camera: Camera) -> dict[str, str]:
    """Headers that let pages of other sites show a public camera, and no other."""
    is_public = camera.visibility == Visibility.PUBLIC
    return {"Cross-Origin-Resource-Policy": "cross-origin"} if is_public else {}


def _is_of_page(request: Request) -> bool:
    """Whether a page of this server asks: browsers would ask the person for a password."""
    return request.headers.get("Referer", "").startswith(request.build_absolute_uri("/"))


def reader(request: Request) -> str:
    """Identifies a reader of pictures: the same user at the same address."""
    return f"{request.user.pk} {request.META.get('REMOTE_ADDR')}"
