"""Reads an RTSP camera: one connection, on which packets come between messages (RFC 2326)."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import aclosing, asynccontextmanager

from streaming.domain.rtp import packets
from streaming.domain.rtp.h264 import H264Format
from streaming.domain.rtp.h265 import H265Format
from streaming.domain.rtp.pictures import Coded, Pictures, Reordered
from streaming.domain.rtp.units import Format, TooLarge, Unreadable
from streaming.domain.rtsp import description, messages
from streaming.domain.rtsp.authentication import Authorization
from streaming.domain.rtsp.messages import Packet, Request, Response
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.media import (
    CONNECT_TIMEOUT_S,
    SILENT_AFTER_S,
    Credentials,
    Picture,
    Place,
    SourceError,
)

_FORMATS: dict[str, type[Format]] = {"h264": H264Format, "h265": H265Format}
_READ_BYTES = 65_536
#: Some cameras send their first packets ahead of the answer to PLAY: a key frame of them.
MAX_EARLY_PACKETS = 2_048
REPORT_EVERY_S = 5.0
#: Of a session, where the camera names none; and what may be believed.
_SESSION_S, _MIN_SESSION_S, _MAX_SESSION_S = 60, 6, 3600
_TIMEOUT = re.compile(r";\s*timeout\s*=\s*(\d{1,6})", re.IGNORECASE)
_INTERLEAVED = re.compile(r"interleaved\s*=\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?", re.IGNORECASE)
_USER_AGENT = "SkySentry"
_CODES = {
    401: SourceErrorCode.REFUSED,
    403: SourceErrorCode.REFUSED,
    404: SourceErrorCode.NOT_FOUND,
}
_REDIRECTS = range(300, 400)


@asynccontextmanager
async def rtsp_pictures(
    place: Place, credentials: Credentials | None
) -> AsyncGenerator[AsyncIterator[Picture], None]:
    """The pictures of a camera, from its next key frame on, as soon as each is whole.

    Raises SourceError here and from the iterator, which never ends otherwise. What is said to
    leave is not waited for.
    """
    connection = await _connect(place)
    session = _Session(connection, place, credentials)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            stream = await session.open()
    except TimeoutError as error:
        session.close()
        raise SourceError(SourceErrorCode.SILENT, "no answer") from error
    except BaseException:
        session.close()
        raise
    try:
        async with aclosing(_pictures(session, stream)) as pictures:
            yield pictures
    finally:
        session.close()


class _Connection:
    """Messages and packets of one TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._parser = messages.Parser()

    async def receive(self) -> list[messages.Message]:
        """What came, which may be nothing yet. Raises SourceError."""
        try:
            data = await self._reader.read(_READ_BYTES)
        except OSError as error:
            raise SourceError(SourceErrorCode.UNREACHABLE, "the connection broke") from error
        if not data:
            raise SourceError(SourceErrorCode.UNREACHABLE, "the camera closed the connection")
        try:
            return self._parser.feed(data)
        except messages.TooLarge as error:
            raise SourceError(SourceErrorCode.TOO_LARGE, str(error)) from error
        except messages.Malformed as error:
            raise SourceError(SourceErrorCode.MALFORMED, str(error)) from error

    def send(self, data: bytes) -> None:
        # A camera that doesn't read gets no more; it is found by its silence.
        if not self._writer.transport.get_write_buffer_size():
            self._writer.write(data)

    def close(self) -> None:
        if self._writer.transport.get_write_buffer_size():
            self._writer.transport.abort()
        self._writer.close()


async def _connect(place: Place) -> _Connection:
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            streams = await asyncio.open_connection(place.address, place.port)
    except (OSError, TimeoutError) as error:
        raise SourceError(SourceErrorCode.UNREACHABLE, "no connection") from error
    return _Connection(*streams)


class _Session:
    """What is said on a connection, and what is heard."""

    def __init__(
        self, connection: _Connection, place: Place, credentials: Credentials | None
    ) -> None:
        self.connection = connection
        self.early: deque[Packet] = deque(maxlen=MAX_EARLY_PACKETS)
        #: How long the camera goes on without a word.
        self.timeout_s = _SESSION_S
        self.rtcp_channel = 1
        host = f"[{place.host}]" if ":" in place.host else place.host
        self._url = description.joined(f"rtsp://{host}:{place.port}{place.path}", "")
        self._authorization = (
            Authorization(credentials.user, credentials.password) if credentials else None
        )
        self._sequence = 0
        self._id = ""
        self._session_url = self._url
        self._keeps_alive_by = "OPTIONS"
        self._answers: deque[Response] = deque()

    async def open(self) -> description.Video:
        """Have the video sent. Raises SourceError."""
        try:
            options = await self._ask("OPTIONS", self._url)
            if "GET_PARAMETER" in options.header("public").upper():
                self._keeps_alive_by = "GET_PARAMETER"
            video = await self._describe()
            await self._set_up(video)
            self._session_url = video.session_url
            await self._ask("PLAY", video.session_url, {"Range": "npt=0.000-"})
        except (messages.Malformed, description.Malformed) as error:
            raise SourceError(SourceErrorCode.MALFORMED, str(error)) from error
        return video

    async def _describe(self) -> description.Video:
        answer = await self._ask("DESCRIBE", self._url, {"Accept": "application/sdp"})
        base = answer.header("content-base") or answer.header("content-location") or self._url
        try:
            return description.video(answer.body.decode(errors="replace"), base)
        except description.NoVideo as error:
            raise SourceError(SourceErrorCode.NO_VIDEO) from error
        except description.OtherCodec as error:
            raise SourceError(SourceErrorCode.CODEC, str(error)) from error

    async def _set_up(self, video: description.Video) -> None:
        transport = {"Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        answer = await self._ask("SETUP", video.url, transport)
        self._id, _, parameters = answer.header("session").partition(";")
        if found := _TIMEOUT.search(f";{parameters}"):
            self.timeout_s = min(max(int(found[1]), _MIN_SESSION_S), _MAX_SESSION_S)
        if found := _INTERLEAVED.search(answer.header("transport")):
            self.rtcp_channel = min(int(found[2] or int(found[1]) + 1), 255)

    async def _ask(self, method: str, url: str, headers: dict[str, str] | None = None) -> Response:
        """The answer, once it is none that asks who we are. Raises SourceError."""
        while True:
            self._say(method, url, headers)
            answer = await self._answer()
            if answer.status == 401 and self._is_challenged(answer):
                continue
            if answer.status == 200 or (method == "OPTIONS" and answer.status not in _CODES):
                return answer
            raise _refusal(method, answer)

    def _is_challenged(self, answer: Response) -> bool:
        """Whether another try makes sense."""
        asked = answer.headers.get("www-authenticate", ())
        return self._authorization is not None and self._authorization.challenged(asked)

    def _say(self, method: str, url: str, headers: dict[str, str] | None = None) -> None:
        self._sequence += 1
        said = {"CSeq": str(self._sequence), "User-Agent": _USER_AGENT, **(headers or {})}
        if self._id:
            said["Session"] = self._id
        if self._authorization and (value := self._authorization.header(method, url)):
            said["Authorization"] = value
        self.connection.send(messages.request(method, url, said))

    async def _answer(self) -> Response:
        """The next one: they come in the order in which was asked."""
        while not self._answers:
            self.early.extend(self.heard(await self.connection.receive()))
        return self._answers.popleft()

    def heard(self, came: Iterable[messages.Message]) -> list[Packet]:
        """The packets among what came; the rest is seen to. Raises SourceError."""
        found = []
        for each in came:
            match each:
                case Packet():
                    found.append(each)
                case Response():
                    self._answers.append(each)
                case Request("REDIRECT"):
                    raise SourceError(SourceErrorCode.REDIRECTED, "while it played")
                case Request():
                    answer = messages.response("200 OK", {"CSeq": each.sequence})
                    self.connection.send(answer)
        return found

    def keep_alive(self) -> None:
        """Say that we are still here; what was answered before is looked at first."""
        while self._answers:
            answer = self._answers.popleft()
            if answer.status == 401:
                self._is_challenged(answer)
            elif answer.status >= 400:
                self._keeps_alive_by = "OPTIONS"
        self._say(self._keeps_alive_by, self._session_url)

    def report(self, data: bytes) -> None:
        """Send RTCP."""
        self.connection.send(messages.packet(self.rtcp_channel, data))

    def close(self) -> None:
        if self._id:
            self._say("TEARDOWN", self._session_url)
        self.connection.close()


def _refusal(method: str, answer: Response) -> SourceError:
    if answer.status in _REDIRECTS:
        return SourceError(SourceErrorCode.REDIRECTED, f"{method}: {answer.status}")
    code = _CODES.get(answer.status, SourceErrorCode.FAILED)
    return SourceError(code, f"{method}: {answer.status}")


async def _pictures(session: _Session, stream: description.Video) -> AsyncGenerator[Picture, None]:
    form = _FORMATS[stream.codec]()
    pictures = Pictures(form, stream.clock_rate, stream.parameter_sets)
    reports = packets.Reports(secrets.randbits(32))
    timers = _Timers(session, reports, pictures)
    came = list(session.early)
    session.early.clear()
    while True:
        now_s = time.monotonic()
        for packet in came:
            for coded in _taken(packet.data, stream, pictures, reports, now_s):
                yield Picture(form.codec, coded.data, coded.key, coded.media_s, now_s)
        timers.run(now_s, has_come=bool(came))
        try:
            async with asyncio.timeout(timers.next_s - now_s):
                came = session.heard(await session.connection.receive())
        except TimeoutError:
            came = []


def _taken(
    data: bytes,
    stream: description.Video,
    pictures: Pictures,
    reports: packets.Reports,
    now_s: float,
) -> list[Coded]:
    """The pictures that are whole with a packet, of either kind. Raises SourceError."""
    if packets.is_rtcp(data):
        if reports.take(data, now_s):
            raise SourceError(SourceErrorCode.UNREACHABLE, "the camera said goodbye")
        return []
    try:
        packet = packets.packet(data)
    except packets.Malformed:
        return []
    if packet.payload_type != stream.payload_type:
        return []
    reports.source = packet.source
    try:
        return pictures.add(packet)
    except Reordered as error:
        raise SourceError(SourceErrorCode.REORDERED, str(error)) from error
    except TooLarge as error:
        raise SourceError(SourceErrorCode.TOO_LARGE, str(error)) from error
    except Unreadable as error:
        raise SourceError(SourceErrorCode.CODEC, str(error)) from error


class _Timers:
    """What is said now and then, and how long nothing may come."""

    def __init__(self, session: _Session, reports: packets.Reports, pictures: Pictures) -> None:
        now_s = time.monotonic()
        self._session = session
        self._reports = reports
        self._pictures = pictures
        self._every_s = session.timeout_s * 2 / 3
        self._alive_s = now_s + self._every_s
        self._report_s = now_s + REPORT_EVERY_S
        self._silent_s = now_s + SILENT_AFTER_S

    @property
    def next_s(self) -> float:
        return min(self._alive_s, self._report_s, self._silent_s)

    def run(self, now_s: float, *, has_come: bool) -> None:
        """Raises SourceError where nothing came for too long."""
        if has_come:
            self._silent_s = now_s + SILENT_AFTER_S
        elif now_s >= self._silent_s:
            raise SourceError(SourceErrorCode.SILENT, f"no packet for {SILENT_AFTER_S:.0f} s")
        if now_s >= self._alive_s:
            self._alive_s = now_s + self._every_s
            self._session.keep_alive()
        if now_s >= self._report_s:
            self._report_s = now_s + REPORT_EVERY_S
            self._reports.newest_sequence = max(self._pictures.newest_sequence, 0)
            self._session.report(self._reports.report(now_s))
