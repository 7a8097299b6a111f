"""Pictures of programs: one request with a publish key, one JPEG (docs/cameras.md)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from channels.exceptions import ChannelFull
from django.utils.translation import gettext as _

from cameras import denials
from cameras.access import Identity
from cameras.addresses import network_of
from cameras.audit import Who
from cameras.models import Role
from streaming.domain import wire
from streaming.domain.allowance import Allowances
from streaming.domain.codecs import jpeg
from streaming.domain.codecs.codec import Malformed, Unsupported
from streaming.domain.limits import Limit
from streaming.lanes import AUTHENTICATION
from streaming.protocol.enums import PublishErrorCode
from streaming.protocol.signaling import Claim
from streaming.publish import words
from streaming.publish.admission import ADMISSION_ERRORS, Refused, code_of
from streaming.publish.authentication import Authenticated, why_refused
from streaming.publish.push.pusher import Pushers
from streaming.publish.push.sessions import PushSessions
from streaming.refusals import Refusals

PATH = re.compile(r"(?:/.*)?/api/cameras/(?P<slug>[-\w]+)/push/")
MAX_BYTES = wire.MAX_MESSAGE_BYTES - wire.HEADER.size
_METHODS = "POST, DELETE"
_TYPES = ("", "image/jpeg", "application/octet-stream")
_STATUS = {
    PublishErrorCode.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    PublishErrorCode.CAMERA_BUSY: HTTPStatus.CONFLICT,
    PublishErrorCode.BUSY: HTTPStatus.TOO_MANY_REQUESTS,
}


class Problem(Exception):
    """Why a request is refused, for people to read."""

    def __init__(
        self, status: HTTPStatus, detail: object, kind: str = "", **headers: str | int
    ) -> None:
        super().__init__(status)
        self.status = status
        self.detail = str(detail)
        self.kind = kind
        self.headers = headers


class _Request(NamedTuple):
    slug: str
    method: str
    headers: Mapping[bytes, bytes]
    query: bytes
    address: str

    @property
    def key(self) -> str:
        """Raises Problem."""
        scheme, _space, key = (
            self.headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        )
        if scheme.lower() != "bearer" or not key.strip():
            raise Problem(
                HTTPStatus.UNAUTHORIZED,
                _("Send a publish key of this camera: “Authorization: Bearer sspk_...”."),
                **{"www-authenticate": "Bearer"},
            )
        return key.strip()

    def claim(self, who: Authenticated) -> Claim:
        return Claim(
            peer="",
            camera_id=who.camera.pk,
            slug=who.camera.slug,
            identity=who.identity,
            publisher=who.publisher,
            resume=0,
            take_over=b"take_over=true" in self.query.split(b"&"),
            remote_address=self.address,
            user_agent=self.headers.get(b"user-agent", b"").decode("latin-1"),
            reply_to="",
        )


class PushDoor:
    """Around an application, which gets all other requests.

    Not a view of Django: ten pictures a second would cost it a tenth of a core.
    """

    def __init__(
        self,
        application: Any,
        sessions: PushSessions,
        pushers: Pushers,
        refusals: Refusals,
        start: Callable[[], object],
        refused: Callable[[Who, str, Role], None],
        refused_per_minute: int,
    ) -> None:
        """`start` sees to it that the process's background work runs; `refused` is told who may
        not publish, of which one address may have so many a minute."""
        self._application = application
        self._sessions = sessions
        self._pushers = pushers
        self._refusals = refusals
        self._start = start
        self._refused = refused
        #: Of those who have no key that opens anything.
        self._strangers = Allowances[str](refused_per_minute, refused_per_minute / 60)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        match = PATH.fullmatch(scope["path"])
        if match is None:
            await self._application(scope, receive, send)
            return
        self._start()
        request = _Request(
            match["slug"],
            scope["method"],
            dict(scope["headers"]),
            scope["query_string"],
            (scope.get("client") or ("",))[0],
        )
        try:
            await self._answer(request, receive)
        except Problem as problem:
            await _say(send, problem, scope["path"])
        else:
            status = HTTPStatus.ACCEPTED if request.method == "POST" else HTTPStatus.NO_CONTENT
            await _send(send, status, {}, b"")

    async def _answer(self, request: _Request, receive: Any) -> None:
        """Raises Problem."""
        if request.method not in _METHODS.split(", "):
            raise Problem(HTTPStatus.METHOD_NOT_ALLOWED, _("Use POST, or DELETE."), allow=_METHODS)
        try:
            who = await self._authenticate(request)
            if request.method == "DELETE":
                await self._sessions.end(request.claim(who), who)
            else:
                data = await _picture(request, receive)
                await self._sessions.take(request.claim(who), who, data)
        except Refused as refusal:
            raise _refusal(refusal.code, refusal.publisher, refusal.retry_after_s) from None
        except ChannelFull:
            raise _refusal(PublishErrorCode.UNAVAILABLE) from None
        except ADMISSION_ERRORS as error:
            raise _refusal(code_of(error, request.slug)) from None

    async def _authenticate(self, request: _Request) -> Authenticated:
        key, now_s, network = request.key, time.monotonic(), network_of(request.address)
        if wait_s := self._strangers.wait_s(network, now_s):
            self._refusals.count(Limit.API_REQUESTS_PER_ADDRESS, network)
            raise _refusal(PublishErrorCode.BUSY, retry_after_s=round(wait_s + 0.5))
        who = await self._pushers.find(request.slug, key)
        if who is not None:
            return who
        self._strangers.take(network, now_s)
        self._refused(Who.of(Identity(), "", request.address), request.slug, Role.PUBLISH)
        why = await AUTHENTICATION.run(why_refused, request.slug, key, Identity())
        sentence = denials.SENTENCES[why] if why else _("This key opens no camera here.")
        raise Problem(HTTPStatus.FORBIDDEN, sentence)


async def _picture(request: _Request, receive: Any) -> bytes:
    """Raises Problem for what is no picture that can be shown."""
    content_type = request.headers.get(b"content-type", b"").decode("latin-1")
    if content_type.partition(";")[0].strip().lower() not in _TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Send one JPEG as the body, as image/jpeg.")
        )
    data = await _body(receive)
    try:
        size = jpeg.size_of(data)
        jpeg.JPEG.clean(data, 0, True, size)
    except Malformed:
        raise Problem(HTTPStatus.BAD_REQUEST, _("The body is not a whole JPEG.")) from None
    except Unsupported:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            _("Send a baseline JPEG: 8 bits, gray or in three colors, not progressive."),
        ) from None
    if max(size) > wire.MAX_SIDE:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The picture is too large."))
    return data


async def _body(receive: Any) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem(HTTPStatus.BAD_REQUEST, _("The body is not a whole JPEG."))
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_BYTES:
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _("The picture is too large."))
        if not message.get("more_body"):
            return b"".join(parts)


def _refusal(
    code: PublishErrorCode, publisher: str = "", retry_after_s: int = words.RETRY_AFTER_S
) -> Problem:
    status = _STATUS.get(code, HTTPStatus.SERVICE_UNAVAILABLE)
    told = words.refused(code, publisher, retry_after_s)
    headers = {} if status is HTTPStatus.FORBIDDEN else {"retry-after": retry_after_s}
    return Problem(status, told.message, f"urn:skysentry:{code.replace('_', '-')}", **headers)


async def _say(send: Any, problem: Problem, path: str) -> None:
    members = {
        "type": problem.kind or "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        "instance": path,
    }
    headers = {"content-type": "application/problem+json", **problem.headers}
    await _send(send, problem.status, headers, json.dumps(members).encode())


async def _send(
    send: Any, status: HTTPStatus, headers: Mapping[str, str | int], body: bytes
) -> None:
    fields = {**headers, "cache-control": "no-store"}
    if status is not HTTPStatus.NO_CONTENT:
        fields["content-length"] = len(body)
    encoded = [(name.encode(), str(value).encode("latin-1")) for name, value in fields.items()]
    await send({"type": "http.response.start", "status": status.value, "headers": encoded})
    await send({"type": "http.response.body", "body": body})
