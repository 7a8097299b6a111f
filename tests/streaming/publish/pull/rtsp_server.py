"""An RTSP camera with a real stream of H.264, which misbehaves as it is told."""

from __future__ import annotations

import asyncio
import hashlib
import struct
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

import av

from streaming.domain.codecs.annex_b import units
from streaming.publish.pull.media import Place

CLOCK = 90_000
FPS = 40
GROUP = 10
REALM, NONCE = "camera", "abc"
MAX_PAYLOAD = 1200


@cache
def stream(*, b_frames: int = 0, frames: int = 30) -> list[tuple[int, list[bytes]]]:
    """Presentation time in frames, and units, of each picture in the order of coding."""
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt = 160, 128, "yuv420p"
    codec.framerate, codec.time_base = Fraction(FPS), Fraction(1, FPS)
    parameters = f"keyint={GROUP}:min-keyint={GROUP}:scenecut=0:bframes={b_frames}:b-adapt=0"
    codec.options = {
        "preset": "ultrafast" if not b_frames else "veryfast",
        "x264-params": f"{parameters}:slices=3:rc-lookahead=0:sync-lookahead=0:threads=1",
    }
    packets = [packet for number in range(frames) for packet in codec.encode(_picture(number))]
    return [(packet.pts or 0, _units(bytes(packet))) for packet in (*packets, *codec.encode(None))]


def _units(data: bytes) -> list[bytes]:
    return [data[each.content : each.end] for each in units(data, 0)]


def _picture(number: int) -> av.VideoFrame:
    frame = av.VideoFrame(160, 128, "yuv420p")
    for plane, shade in zip(frame.planes, (40, 128, 128), strict=True):
        plane.update(bytes([shade]) * plane.buffer_size)
    # A bar that moves on with each picture.
    plane = frame.planes[0]
    row = bytearray([40]) * plane.line_size
    row[4 * number : 4 * number + 16] = bytes([200]) * 16
    plane.update(bytes(row) * plane.height)
    frame.pts = number
    return frame


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What the camera does otherwise than a good one."""

    status: str = ""
    headers: str = ""
    #: In place of the description, or more than it says, byte by byte.
    endless_description: bool = False
    drips: bool = False
    hangs_at: str = ""
    #: At which picture something happens.
    at: int = 15
    jump_s: float = 0.0
    b_frames: int = 0
    ends: bool = False
    goes_silent: bool = False
    channels: str = "0-1"
    first_channel: int = 0
    rubbish: bytes = b""
    first_key: int = 0
    user: str = ""
    password: str = ""
    basic: bool = False
    control: str = "trackID=1"
    base: str = ""
    has_parameters: bool = True
    parameters_in_stream: bool = True
    media: str = "video"
    encoding: str = "H264"
    loses: frozenset[int] = frozenset()
    early: bool = False
    session: str = ";timeout=60"
    asks: str = ""


@dataclass(slots=True)
class Camera:
    behaviour: Behaviour
    port: int = 0
    asked: list[str] = field(default_factory=list)
    #: What came with each, as it came.
    requests: list[str] = field(default_factory=list)
    reports: list[bytes] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def place(self) -> Place:
        return Place("rtsp", "localhost", "127.0.0.1", self.port, "/live?channel=1")

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        playing: asyncio.Task[None] | None = None
        try:
            while request := await self._request(reader):
                method = request.split()[0]
                self.asked.append(method)
                self.requests.append(request)
                if self.behaviour.hangs_at == method:
                    await asyncio.sleep(60)
                if method == "PLAY" and self.behaviour.early:
                    playing = asyncio.create_task(self._play(writer))
                    await asyncio.sleep(0.1)
                await self._answer(method, request, writer)
                if method == "PLAY" and not playing:
                    playing = asyncio.create_task(self._play(writer))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # The client has gone.
        finally:
            if playing:
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
            writer.close()
            self.closed.set()

    async def _request(self, reader: asyncio.StreamReader) -> str:
        """The next one; reports before it are noted."""
        while (first := await reader.readexactly(1)) == b"$":
            _, length = struct.unpack(">BH", await reader.readexactly(3))
            self.reports.append(await reader.readexactly(length))
        return (first + await reader.readuntil(b"\r\n\r\n")).decode()

    async def _answer(self, method: str, request: str, writer: asyncio.StreamWriter) -> None:
        way, headers, body = self.behaviour, "", ""
        status = "200 OK"
        if way.user and not self._is_proven(method, request):
            digest = f'Digest realm="{REALM}", nonce="{NONCE}"'
            basic = f'Basic realm="{REALM}"'
            status = "401 Unauthorized"
            headers = f"WWW-Authenticate: {basic if way.basic else digest}\r\n"
        elif method == "OPTIONS":
            headers = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER\r\n"
        elif way.status and method == "DESCRIBE":
            status, headers = way.status, way.headers
        elif method == "DESCRIBE":
            body = self._description()
            base = way.base or f"rtsp://127.0.0.1:{self.port}/live?channel=1/"
            headers = f"Content-Base: {base}\r\nContent-Type: application/sdp\r\n"
        elif method == "SETUP":
            headers = f"Session: 12345678{way.session}\r\n"
            headers += f"Transport: RTP/AVP/TCP;unicast;interleaved={way.channels}\r\n"
        length = 10**8 if way.endless_description and body else len(body)
        sequence = request.split("CSeq: ")[1].split("\r\n")[0]
        head = f"RTSP/1.0 {status}\r\nCSeq: {sequence}\r\nContent-Length: {length}\r\n{headers}\r\n"
        await self._write(writer, (head + body).encode())

    async def _write(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        if not self.behaviour.drips:
            writer.write(data)
        for byte in data if self.behaviour.drips else b"":
            writer.write(bytes([byte]))
            await asyncio.sleep(0.05)
        await writer.drain()

    def _description(self) -> str:
        way = self.behaviour
        parameters = stream(b_frames=way.b_frames)[0][1]
        sets = ",".join(b64encode(unit).decode() for unit in parameters if unit[0] & 0x1F in (7, 8))
        known = f";sprop-parameter-sets={sets}" if way.has_parameters else ""
        return (
            f"v=0\r\nm={way.media} 0 RTP/AVP 96\r\na=rtpmap:96 {way.encoding}/{CLOCK}\r\n"
            f"a=fmtp:96 packetization-mode=1{known}\r\na=control:{way.control}\r\n"
        )

    def _is_proven(self, method: str, request: str) -> bool:
        way = self.behaviour
        if way.basic:
            said = b64encode(f"{way.user}:{way.password}".encode()).decode()
            return f"Authorization: Basic {said}\r\n" in request
        url = request.split()[1]
        secret = _md5(f"{way.user}:{REALM}:{way.password}")
        response = _md5(f"{secret}:{NONCE}:{_md5(f'{method}:{url}')}")
        return f'response="{response}"' in request

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        way, sequence = self.behaviour, 65_500
        coded = stream(b_frames=way.b_frames)
        for number in range(100_000):
            pts, parts = coded[number % len(coded)]
            pts += number // len(coded) * len(coded)
            if number == way.at and way.ends:
                writer.close()
                return
            if number == way.at and way.goes_silent:
                return
            if number == way.at and way.asks:
                writer.write(f"{way.asks} rtsp://x RTSP/1.0\r\nCSeq: 3\r\n\r\n".encode())
            if number < way.first_key:
                parts = coded[1][1]
            jumped = way.jump_s * CLOCK if way.jump_s and number >= way.at else 0
            timestamp = round(pts * CLOCK / FPS + jumped + 2**32 - CLOCK / 5) % 2**32
            for marker, payload in self._payloads(parts):
                sequence = (sequence + 1) % 2**16
                kind = 96 | (0x80 if marker else 0)
                head = struct.pack(">BBHII", 0x80, kind, sequence, timestamp, 7)
                data = head + payload
                if number not in way.loses:
                    writer.write(way.rubbish)
                    writer.write(struct.pack(">BBH", 0x24, way.first_channel, len(data)) + data)
            await writer.drain()
            await asyncio.sleep(1 / FPS)

    def _payloads(self, parts: list[bytes]) -> list[tuple[bool, bytes]]:
        keep = self.behaviour.parameters_in_stream
        sent = [unit for unit in parts if keep or unit[0] & 0x1F not in (7, 8)]
        payloads = [payload for unit in sent for payload in _payloads(unit)]
        return [(at == len(payloads) - 1, payload) for at, payload in enumerate(payloads)]


def _payloads(unit: bytes) -> list[bytes]:
    """A unit whole, or in pieces."""
    if len(unit) <= MAX_PAYLOAD:
        return [unit]
    cut = [unit[at : at + MAX_PAYLOAD] for at in range(1, len(unit), MAX_PAYLOAD)]
    flags = [0x80, *[0] * (len(cut) - 2), 0x40]
    head = unit[0] & 0xE0 | 28
    return [
        bytes([head, flag | unit[0] & 0x1F]) + piece for flag, piece in zip(flags, cut, strict=True)
    ]


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@asynccontextmanager
async def camera(behaviour: Behaviour | None = None, **changes: object) -> AsyncIterator[Camera]:
    """A camera that is on, at 127.0.0.1."""
    way = replace(behaviour or Behaviour(), **changes)  # type: ignore[arg-type]
    it = Camera(way)
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    it.port = server.sockets[0].getsockname()[1]
    try:
        yield it
    finally:
        server.close()
