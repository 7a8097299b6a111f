"""Reads pictures over HTTP: a stream of JPEGs in parts, or one at an address that is asked again.

h11 reads HTTP without I/O of its own: the connection is made to exactly the address that was
allowed, is bounded here, and goes nowhere else.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

import h11

from streaming.domain import wire
from streaming.domain.codecs import jpeg
from streaming.domain.multipart import Multipart, MultipartError, boundary_of
from streaming.domain.rtsp.authentication import Authorization
from streaming.protocol.enums import SourceErrorCode
from streaming.publish.pull.media import (
    CONNECT_TIMEOUT_S,
    SILENT_AFTER_S,
    Credentials,
    Picture,
    Place,
    SourceError,
)

#: Of one picture, which goes on with a header before it.
MAX_PICTURE_BYTES = wire.MAX_MESSAGE_BYTES - wire.HEADER.size
_MAX_HEAD_BYTES = 16_384
_READ_BYTES = 65_536
_PORTS = {"http": 80, "https": 443}
_PROBLEMS = {
    401: SourceErrorCode.REFUSED,
    403: SourceErrorCode.REFUSED,
    404: SourceErrorCode.NOT_FOUND,
    410: SourceErrorCode.NOT_FOUND,
}


@asynccontextmanager
async def http_pictures(
    place: Place, credentials: Credentials | None, *, every_s: float
) -> AsyncIterator[AsyncIterator[Picture]]:
    """The pictures of a place, for as long as they come. Reading them raises SourceError.

    Where one answer is one picture, it is asked for again every `every_s` seconds.
    """
    async with aclosing(_pictures(place, credentials, every_s)) as pictures:
        yield pictures


async def _pictures(
    place: Place, credentials: Credentials | None, every_s: float
) -> AsyncGenerator[Picture, None]:
    sign_in = Authorization(credentials.user, credentials.password) if credentials else None
    while True:
        began_s = time.monotonic()
        async with aclosing(_answer(place, sign_in)) as answer:
            async for data in answer:
                now_s = time.monotonic()
                yield Picture(jpeg.JPEG, data, True, now_s, now_s)
        await asyncio.sleep(max(0.0, began_s + every_s - time.monotonic()))


async def _answer(place: Place, sign_in: Authorization | None) -> AsyncGenerator[bytes, None]:
    """The pictures of one answer."""
    try:
        connection = await _asked(place, sign_in)
        try:
            while (data := await connection.picture()) is not None:
                yield data
        finally:
            connection.close()
    except TimeoutError:
        raise SourceError(SourceErrorCode.SILENT) from None
    except (OSError, asyncio.IncompleteReadError) as error:
        raise SourceError(SourceErrorCode.UNREACHABLE, type(error).__name__) from None
    except h11.ProtocolError:
        raise SourceError(SourceErrorCode.MALFORMED, "no HTTP") from None
    except MultipartError as error:
        raise SourceError(SourceErrorCode.MALFORMED, str(error)) from None


async def _asked(place: Place, sign_in: Authorization | None) -> _Connection:
    """A connection on which pictures follow, within CONNECT_TIMEOUT_S."""
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        for _ in range(2):
            connection = await _Connection.to(place)
            try:
                response = await connection.ask(place, sign_in)
                if not (response.status_code == 401 and _challenged(response, sign_in)):
                    connection.expect(response)
                    return connection
            except BaseException:
                connection.close()
                raise
            connection.close()
    raise SourceError(SourceErrorCode.REFUSED)


def _challenged(response: h11.Response, sign_in: Authorization | None) -> bool:
    challenges = [
        value.decode("latin-1") for name, value in response.headers if name == b"www-authenticate"
    ]
    return sign_in is not None and sign_in.challenged(challenges)


class _Connection:
    """One request, and its answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD_BYTES)
        #: None: the answer is one picture.
        self._parts: Multipart | None = None
        self._ready: deque[bytes] = deque()
        self._is_over = False

    @classmethod
    async def to(cls, place: Place) -> _Connection:
        """Raises OSError."""
        try:
            if place.scheme == "https":
                streams = await asyncio.open_connection(
                    place.address, place.port, ssl=_tls(), server_hostname=place.host
                )
            else:
                streams = await asyncio.open_connection(place.address, place.port)
            return cls(*streams)
        except TimeoutError:
            # That of the system. Ours cancels, and comes out as one further up.
            raise ConnectionError from None

    async def ask(self, place: Place, sign_in: Authorization | None) -> h11.Response:
        headers = [
            (b"Host", _host(place).encode()),
            (b"User-Agent", b"SkySentry"),
            (b"Accept", b"*/*"),
            (b"Connection", b"close"),
        ]
        if sign_in and (proof := sign_in.header("GET", place.path)):
            headers.append((b"Authorization", proof.encode()))
        request = h11.Request(method="GET", target=place.path, headers=headers)
        self._writer.write(self._http.send(request) or b"")
        self._http.send(h11.EndOfMessage())
        while not isinstance(event := await self._event(), h11.Response):
            pass
        return event

    def expect(self, response: h11.Response) -> None:
        """Raises SourceError unless pictures follow."""
        status = response.status_code
        if 300 <= status < 400:
            raise SourceError(SourceErrorCode.REDIRECTED)
        if status != 200:
            code = _PROBLEMS.get(status, SourceErrorCode.FAILED)
            raise SourceError(code, f"status {status}")
        headers = dict(response.headers)
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        if content_type.lower().startswith(("text/", "application/json", "application/xml")):
            raise SourceError(SourceErrorCode.NO_VIDEO)
        boundary = boundary_of(content_type)
        self._parts = Multipart(boundary, MAX_PICTURE_BYTES) if boundary else None

    async def picture(self) -> bytes | None:
        """The next one; None at the end of an answer that was one picture.

        Raises TimeoutError where it takes longer than SILENT_AFTER_S, and SourceError.
        """
        if not self._ready and not self._is_over:
            async with asyncio.timeout(SILENT_AFTER_S):
                await (self._read_part() if self._parts else self._read_all())
        return self._ready.popleft() if self._ready else None

    async def _read_part(self) -> None:
        while not self._ready:
            data = await self._data()
            if data is None or self._parts is None:
                raise SourceError(SourceErrorCode.UNREACHABLE, "it has ended the stream")
            self._ready += (_checked(part) for part in self._parts.feed(data))

    async def _read_all(self) -> None:
        whole = bytearray()
        while (data := await self._data()) is not None:
            whole += data
            if len(whole) > MAX_PICTURE_BYTES:
                raise SourceError(SourceErrorCode.TOO_LARGE)
        self._is_over = True
        self._ready.append(_checked(bytes(whole)))

    async def _data(self) -> bytes | None:
        """The next bytes of the body; None at its end."""
        event = await self._event()
        return bytes(event.data) if isinstance(event, h11.Data) else None

    async def _event(self) -> h11.Event:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._reader.read(_READ_BYTES)
            if not data and self._http.their_state is h11.SEND_RESPONSE:
                raise ConnectionError
            self._http.receive_data(data)
        if isinstance(event, h11.Event) and not isinstance(event, h11.ConnectionClosed):
            return event
        raise ConnectionError

    def close(self) -> None:
        """At once: nothing is to be said any more."""
        self._writer.transport.abort()


def _checked(data: bytes) -> bytes:
    if not data.startswith(jpeg.START):
        raise SourceError(SourceErrorCode.NO_VIDEO, "no JPEG")
    return data


def _host(place: Place) -> str:
    host = f"[{place.host}]" if ":" in place.host else place.host
    return host if place.port == _PORTS[place.scheme] else f"{host}:{place.port}"


def _tls() -> ssl.SSLContext:
    """Cameras sign their own certificates: it keeps others from listening, and proves nothing."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
