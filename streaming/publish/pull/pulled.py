from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from cameras import encryption
from cameras.access import Identity
from cameras.errors import reason_of
from cameras.models import Source, Transport
from streaming.backplane.store import SourceState
from streaming.domain.backoff import Backoff
from streaming.domain.demand import AUTO, Wanted
from streaming.protocol.enums import EndReason, PublishErrorCode, SourceErrorCode
from streaming.protocol.signaling import Claim
from streaming.publish.admission import ADMISSION_ERRORS, Admission, Refused, code_of
from streaming.publish.intake import Intake
from streaming.publish.publication import Publication
from streaming.publish.pull.http import http_pictures
from streaming.publish.pull.link import PullLink, size_of
from streaming.publish.pull.media import Credentials, Picture, Place, SourceError
from streaming.publish.pull.resolve import resolve
from streaming.publish.pull.rtsp import rtsp_pictures
from streaming.publish.registry import Registry

logger = logging.getLogger(__name__)

#: Who publishes, as shown to people.
PUBLISHER = "IP camera"
#: How the names of our links begin: of these, whoever reads the source now takes the camera over.
_PEER = "pull-"
_RTSP = "rtsp"
FIRST_WAIT_S, MAX_WAIT_S = 0.5, 30.0
#: So long with pictures, and the next wait is a short one again.
_STEADY_AFTER_S = 10.0
#: After an end that somebody meant, such as by taking the camera over.
_LEFT_ALONE_S = 30.0
#: A connection that is there only while somebody watches outlives a page that is loaded anew.
_UNWANTED_AFTER_S = 10.0
_LOOK_EVERY_S = 0.25
_END_TIMEOUT_S = 5.0


class _Ended(Exception):
    """The publication is over, or nobody wants it: the connection is given up for now."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What a source needs of the process that reads it."""

    admission: Admission
    registry: Registry
    #: Server time.
    now_ms: Callable[[], float]


class Pulled:
    """One camera whose source this process reads."""

    def __init__(self, source: Source, doors: Doors) -> None:
        self.source = source
        self.state = SourceState("connecting", since=doors.now_ms())
        self._camera = source.camera
        self._doors = doors
        self._publication: Publication[PullLink] | None = None
        #: Why the publication ended.
        self._reason: EndReason | None = None
        self._wanted_s = -math.inf
        self._backoff = Backoff(FIRST_WAIT_S, MAX_WAIT_S - FIRST_WAIT_S)

    async def run(self) -> None:
        """Read it until cancelled, over as many connections as it takes."""
        while True:
            wait_s = await self._try()
            await asyncio.sleep(wait_s)

    async def stop(self) -> None:
        """End the publication, once `run` was cancelled."""
        if self._publication is not None:
            self._publication.end(EndReason.STOPPED)
            await _closed(self._publication.link)

    def tick(self) -> None:
        """Called each second: it is this process that speaks for the camera."""
        if self._publication is not None:
            self._publication.signaled("")

    async def _try(self) -> float:
        """One connection; after how many seconds to try again."""
        try:
            await self._until_wanted()
            self._note("connecting")
            await self._read()
        except SourceError as error:
            self._fail(error)
        except _Ended:
            return await self._after_end()
        except Refused as refusal:
            self._note("busy" if refusal.code is PublishErrorCode.CAMERA_BUSY else "connecting")
            return max(float(refusal.retry_after_s), FIRST_WAIT_S + self._backoff.next_s())
        except ADMISSION_ERRORS as error:
            code_of(error, self._camera.slug)
        return FIRST_WAIT_S + self._backoff.next_s()

    async def _read(self) -> None:
        claim = await self._claim()
        if self._publication is None:
            await self._doors.admission.check_claim(claim, self._camera)
        place, began_s = await resolve(self.source.place), time.monotonic()
        async with pictures_of(self.source, place, credentials_of(self.source)) as pictures:
            async for picture in pictures:
                if self._publication is None and picture.key:
                    # What can't be shown opens no session.
                    size_of(picture)
                (await self._link(claim, place)).take(picture)
                self._note("connected")
                if time.monotonic() - began_s > _STEADY_AFTER_S:
                    self._backoff.reset()
                if not self._is_wanted:
                    raise _Ended
        raise SourceError(SourceErrorCode.UNREACHABLE, "it has ended the stream")

    async def _claim(self) -> Claim:
        holder = await self._doors.admission.holder(self._camera.pk)
        return Claim(
            peer=_PEER + uuid.uuid4().hex,
            camera_id=self._camera.pk,
            slug=self._camera.slug,
            identity=Identity(source_id=self.source.pk),
            publisher=PUBLISHER,
            resume=0,
            # The process that read it before has died, or not heard yet that it is to leave it.
            take_over=holder is not None and holder.peer.startswith(_PEER),
            remote_address="",
            user_agent="",
            reply_to="",
        )

    async def _link(self, claim: Claim, place: Place) -> PullLink:
        """That of the publication. Raises _Ended where it has ended."""
        if self._publication is None:
            self._reason = None
            async with self._doors.admission.admit(
                claim, _transport(place), self._make_link, self._notify_end
            ) as publication:
                publication.remote_address = place.address
            self._publication = publication
        if self._publication.has_ended:
            raise _Ended
        return self._publication.link

    def _make_link(self, intake: Intake, _on_closed: Callable[[], None]) -> PullLink:
        return PullLink(intake, self._doors.now_ms, self._camera.frame_rate)

    async def _notify_end(self, _publication: Publication[Any], reason: EndReason) -> None:
        self._reason = reason

    async def _after_end(self) -> float:
        if not self._is_wanted:
            await self.stop()
        elif self._publication is not None:
            await _closed(self._publication.link)
        self._publication = None
        if self._reason in (EndReason.LOST, EndReason.STOPPED, EndReason.PEER_FAILED):
            return 0.0
        self._note("busy" if self._reason is EndReason.TAKEN_OVER else "connecting")
        return _LEFT_ALONE_S

    async def _until_wanted(self) -> None:
        while not self._is_wanted:
            self._note("waiting")
            await asyncio.sleep(_LOOK_EVERY_S)

    @property
    def _is_wanted(self) -> bool:
        now_s = time.monotonic()
        demand = self._doors.registry.demand(self._camera.pk)
        if not self.source.only_wanted or demand.wanted(now_s, AUTO, ()) != Wanted():
            self._wanted_s = now_s
        return now_s - self._wanted_s < _UNWANTED_AFTER_S

    def _fail(self, error: SourceError) -> None:
        if self.state.problem != error.code:
            place = self.source.place
            # Neither path nor query: with many cameras a password stands there.
            logger.warning(
                "camera %s: source %s:%d: %s",
                self._camera.slug,
                place.host,
                place.port,
                reason_of(error),
            )
        self._note("failed", error.code)

    def _note(self, state: str, problem: str = "") -> None:
        # What it was not able to do stands until it is.
        is_trying = state == "connecting" and self.state.state == "failed"
        if not is_trying and (state, problem) != (self.state.state, self.state.problem):
            self.state = SourceState(state, problem, self._doors.now_ms())


def _transport(place: Place) -> Transport:
    return Transport.RTSP if place.scheme == _RTSP else Transport.HTTP


async def _closed(link: PullLink) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_END_TIMEOUT_S):
            await link.closed.wait()


def credentials_of(source: Source) -> Credentials | None:
    """Raises SourceError where its password can't be read any more."""
    try:
        return Credentials(source.user, source.password) if source.user else None
    except encryption.Lost:
        detail = "its password was kept with another SECRET_KEY"
        raise SourceError(SourceErrorCode.REFUSED, detail) from None


def pictures_of(
    source: Source, place: Place, credentials: Credentials | None
) -> AbstractAsyncContextManager[AsyncIterator[Picture]]:
    """By the protocol that the address names."""
    if place.scheme == _RTSP:
        return rtsp_pictures(place, credentials)
    return http_pictures(place, credentials, every_s=source.every_s)
