from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from cameras import access
from cameras.api import PageAuthentication, PasswordAuthentication, TokenAuthentication
from cameras.api.problems import Kind
from cameras.audit import Who
from cameras.database import memory
from cameras.models import ApiToken, Camera, Visibility
from streaming.api.serializers import LatestSerializer, StatsSerializer, SystemSerializer
from streaming.api.throttles import PollThrottle
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import IMAGE_TTL_S, store
from streaming.domain import wire
from streaming.domain.latencies import percentile
from streaming.domain.liveness import State
from streaming.process.web import node

#: A picture in this process' memory is the newest when it came so shortly ago.
IMAGE_FRESH_S = 0.25
#: A state in it is asked for twice as often.
STATE_FRESH_S = 1.0
#: A picture older than this is not of now, and is marked so.
STALE_S = 2.0
RETRY_AFTER_S = 2


class TemporarilyUnavailable(APIException):
    """503 with Retry-After."""

    status_code = 503
    default_code = "unavailable"
    wait = RETRY_AFTER_S


class RedisUnavailable(TemporarilyUnavailable):
    kind = Kind("urn:skysentry:redis-unavailable", "Redis unavailable")
    default_detail = _("Live state is unavailable. Try again in a moment.")


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
        user, auth = self.request.user, self.request.auth
        if not user.is_authenticated:
            return access.Identity()
        if isinstance(auth, ApiToken):
            return access.Identity(user.pk, token_id=auth.pk)
        return access.Identity(user.pk, self.request.session.session_key)


class CameraStatsView(LiveView):
    """A camera's live state and counters."""

    # Pages that get no WebSocket ask for it and for pictures all the time.
    throttle_classes = (PollThrottle,)

    @extend_schema(operation_id="camera_stats", responses=StatsSerializer)
    def get(self, request: Request, slug: str) -> Response:
        camera = self.camera(slug)
        held = node().hub.states.get(camera.pk)
        if held is not None and held.age_s <= STATE_FRESH_S:
            return self._answer(camera, held.value)
        try:
            [state] = _live([camera])
        except TemporarilyUnavailable:
            if held is None:
                raise
            return self._answer(camera, held.value, is_stale=True)
        return self._answer(camera, state)

    def _answer(self, camera: Camera, state: LiveState, is_stale: bool = False) -> Response:
        stats = _stats(camera, state, self.request.user, is_stale)
        return Response(StatsSerializer(stats).data)


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


class SingleFormat(DefaultContentNegotiation):
    """There is nothing to choose from, whatever the client accepts. Errors are JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer, *_others = renderers
        return renderer, renderer.media_type


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
        if request.headers.get("Authorization", "").lower().startswith("bearer "):
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


def moment(ms: float) -> datetime | None:
    """Server time as a date; None for one that no calendar has, which a camera may claim."""
    try:
        return datetime.fromtimestamp(ms / 1000, UTC)
    except (OverflowError, ValueError):
        return None


def _is_of_page(request: Request) -> bool:
    """Whether a page of this server asks: browsers would ask the person for a password."""
    return request.headers.get("Referer", "").startswith(request.build_absolute_uri("/"))


def reader(request: Request) -> str:
    """Identifies a reader of pictures: the same user at the same address."""
    return f"{request.user.pk} {request.META.get('REMOTE_ADDR')}"


#: Of ProcessFacts, added up.
_COUNTS = ("publishers", "viewers", "cached", "lost_writes", "skipped", "cut_off")


class SystemStatsView(LiveView):
    """Each camera that you may see, and what they add up to; for staff the whole system."""

    @extend_schema(operation_id="stats", responses=SystemSerializer)
    def get(self, request: Request) -> Response:
        key = ("visible cameras", request.user.pk)
        cameras = memory.ask(key, lambda: list(access.visible(request.user).order_by("name")))
        states = _live(cameras)
        facts = {
            **(_of_the_system() if request.user.is_staff else _of_cameras(states)),
            "cameras": [
                _stats(camera, state, request.user)
                for camera, state in zip(cameras, states, strict=True)
            ],
        }
        return Response(SystemSerializer(facts).data)


def _of_the_system() -> dict[str, int]:
    try:
        processes, frames = store().processes(), store().frames()
    except Unavailable:
        raise RedisUnavailable from None
    totals = {name: sum(getattr(process, name) for process in processes) for name in _COUNTS}
    # A Redis that has just come back has counted nothing until the next process writes.
    return {"frames": max(frames, node().backplane.writer.known_frames), **totals}


def _of_cameras(states: list[LiveState]) -> dict[str, int | None]:
    """What these add up to: sums of the system would count cameras that nobody may know of."""
    return {
        "frames": sum(state.frames for state in states),
        "publishers": sum(state.state is not State.OFF for state in states),
        "viewers": sum(len(state.watching) for state in states),
        **dict.fromkeys(("cached", "lost_writes", "skipped", "cut_off")),
    }


def _live(cameras: list[Camera]) -> list[LiveState]:
    ids = [camera.pk for camera in cameras]
    try:
        states = store().live(ids)
    except Unavailable:
        raise RedisUnavailable from None
    return node().hub.endings.complete_all(ids, states)


def _stats(
    camera: Camera, state: LiveState, actor: access.Actor, is_stale: bool = False
) -> dict[str, Any]:
    off = state.state is State.OFF
    return {
        **asdict(state),
        "camera": camera.slug,
        "name": camera.name,
        "enabled": camera.enabled,
        "session": state.session or None,
        "reason": state.reason or None,
        "since": moment(state.since) if state.since else None,
        "publisher": (state.publisher or None) if access.knows_publishers(actor) else None,
        "transport": None if off else state.transport or None,
        "connected_at": None if off else moment(state.connected_at),
        "video": state.video or None,
        "watching": len(state.watching),
        "latency_p50_ms": percentile(state.latencies_ms, 0.5),
        "latency_p95_ms": percentile(state.latencies_ms, 0.95),
        "stale": is_stale,
    }
