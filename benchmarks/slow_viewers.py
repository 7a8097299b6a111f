"""What slow viewers see, and what they cost others: through a whole `serve`, 40 kB at 30 fps.

A viewer is slow by reading so many bytes a second through a small receive buffer, as the other
end of a narrow link does; or it is behind a proxy that takes 4 MB at once and hands them on at the
rate of a narrow link: the viewer's reports are all that tells the server.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import websockets

from benchmarks.conditions import describe, load, percentile
from benchmarks.load import frames
from streaming.domain import wire
from tests.chaos.network import Network
from tests.chaos.tcp import TcpRelay
from tests.chaos.viewer import watching
from tests.e2e.system import System

FRAME_BYTES = 40_000
RECEIVE_BUFFER_BYTES = 32_768
STEP_S = 0.02
PROXY_BYTES = 4_000_000
#: The server is to have found the rate of the link behind the proxy by then.
FOUND_S = 10.0
RATES: dict[str, float] = {"1 Mbit/s": 1e6, "4 Mbit/s": 4e6}
KINDS: dict[str, float] = {"500 kB/s": 500_000, "100 kB/s": 100_000, "1 B/s": 1, "nothing": 0}

_SETUP = """
from django.contrib.auth.models import User
from cameras.models import Camera, PublishKey
camera = Camera.objects.get(slug="my-camera")
camera.visibility = "public"
camera.save()
print(PublishKey.issue(camera=camera, name="bench")[1])
"""


@dataclass
class Viewer:
    """Reads at most so many bytes a second; None: all there are."""

    port: int
    bytes_per_s: float | None
    ages_ms: list[float] = field(default_factory=list)
    open_s: float | None = None
    _buffer: bytearray = field(default_factory=bytearray)

    async def watch(self) -> None:
        """Until the server ends it."""
        loop = asyncio.get_running_loop()
        with socket.socket() as connection:
            if self.bytes_per_s is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
            connection.setblocking(False)
            await loop.sock_connect(connection, ("127.0.0.1", self.port))
            await loop.sock_sendall(connection, _handshake(self.port))
            began = time.monotonic()
            await self._read(connection)
            self.open_s = time.monotonic() - began

    async def _read(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += await loop.sock_recv(connection, 1)
        await loop.sock_sendall(connection, _subscribe())
        allowance = 0.0
        try:
            while True:
                most = 1 << 18
                if self.bytes_per_s is not None:
                    await asyncio.sleep(STEP_S)
                    allowance = min(allowance + self.bytes_per_s * STEP_S, 1 << 18)
                    most = int(allowance)
                    if not most:
                        # Only the end is looked for.
                        if connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                            return
                        continue
                data = await loop.sock_recv(connection, most)
                if not data:
                    return
                allowance -= len(data)
                self._take(data)
        except ConnectionError:
            return

    def _take(self, data: bytes) -> None:
        self._buffer += data
        while (frame := _cut(self._buffer)) is not None:
            opcode, payload = frame
            if opcode == 2:
                captured_at = wire.HEADER.unpack_from(payload)[6]
                self.ages_ms.append(time.time() * 1000 - captured_at)


def _handshake(port: int) -> bytes:
    host = f"127.0.0.1:{port}"
    return (
        f"GET /ws/watch/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    ).encode()


def _subscribe() -> bytes:
    message = json.dumps({"type": "subscribe", "cameras": ["my-camera"]}).encode()
    return bytes([0x81, 0x80 | len(message), 0, 0, 0, 0]) + message


def _cut(buffer: bytearray) -> tuple[int, bytes] | None:
    """The first whole WebSocket frame, taken out of the buffer."""
    if len(buffer) < 2:
        return None
    start, length = 2, buffer[1]
    if length >= 126:
        start += 2 if length == 126 else 8
        length = int.from_bytes(buffer[2:start], "big")
    if len(buffer) < start + length:
        return None
    opcode, payload = buffer[0] & 0x0F, bytes(buffer[start : start + length])
    del buffer[: start + length]
    return opcode, payload


@asynccontextmanager
async def publishing(system: System) -> AsyncIterator[None]:
    """Everybody may watch "My camera", which streams for as long as this is open."""
    key = system.manage("shell", "-v", "0", "-c", _SETUP).split()[-1]
    camera = asyncio.create_task(_publish(system.port, key))
    await asyncio.wait([camera], timeout=1)
    yield
    assert not camera.done(), camera.result()
    camera.cancel()


async def _publish(port: int, key: str) -> None:
    """A camera that streams, for ever."""
    picture = frames.picture(FRAME_BYTES)
    origin = f"http://127.0.0.1:{port}"
    url = f"ws://127.0.0.1:{port}/ws/publish/my-camera/"
    async with websockets.connect(url, origin=websockets.Origin(origin)) as camera:
        await camera.send(json.dumps({"type": "authenticate", "key": key}))
        await camera.recv()
        await camera.send(json.dumps({"type": "stream", "take_over": True}))
        session = json.loads(await camera.recv())["session"]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_send(camera, picture, session))
            async for _message in camera:
                pass


async def _send(camera: websockets.ClientConnection, picture: bytes, session: int) -> None:
    began = time.monotonic()
    for sequence in itertools.count(1):
        await asyncio.sleep(max(0.0, began + sequence / frames.FPS - time.monotonic()))
        await camera.send(frames.frame(picture, session, sequence))


@dataclass(frozen=True, slots=True)
class Result:
    viewers: str
    count: int
    fps: float
    age_p50_ms: float
    age_p95_ms: float
    #: None: to the end.
    closed_after_s: float | None
    server_kb_each: float


async def alone(system: System, count: int, seconds: float) -> Result:
    """What healthy viewers see when there are no others."""
    viewers = [Viewer(system.port, None) for _ in range(count)]
    watching = [asyncio.create_task(viewer.watch()) for viewer in viewers]
    await asyncio.sleep(2)
    for viewer in viewers:
        viewer.ages_ms.clear()
    await asyncio.sleep(seconds)
    for task in watching:
        task.cancel()
    return _result("healthy, alone", viewers, seconds, 0.0)


async def measure(
    system: System, kind: str, rate: float, count: int, seconds: float
) -> list[Result]:
    """What `count` healthy viewers see beside as many slow ones, and what those see."""
    [web] = system.pids("web")
    healthy = [Viewer(system.port, None) for _ in range(count)]
    slow = [Viewer(system.port, rate) for _ in range(count)]
    async with asyncio.TaskGroup() as tasks:
        watching = [tasks.create_task(viewer.watch()) for viewer in healthy]
        await asyncio.sleep(2)
        memory = _resident_kb(web)
        watching += [tasks.create_task(viewer.watch()) for viewer in slow]
        await asyncio.sleep(2)
        for viewer in (*healthy, *slow):
            viewer.ages_ms.clear()
        grown = 0.0
        for _ in range(int(seconds)):
            await asyncio.sleep(1)
            grown = max(grown, _resident_kb(web) - memory)
        for task in watching:
            task.cancel()
    return [
        _result(f"healthy, beside {kind}", healthy, seconds, 0.0),
        _result(kind, slow, seconds, grown / count),
    ]


async def behind_proxy(system: System, name: str, bits_per_s: float, seconds: float) -> Result:
    """What a viewer sees from the tenth second on."""
    network = Network()
    network.down.buffer_bytes, network.down.bits_per_s = PROXY_BYTES, bits_per_s
    async with (
        TcpRelay(network, system.port) as proxy,
        watching(system.url, "my-camera", cookies="", by=proxy.url) as viewer,
    ):
        await asyncio.sleep(FOUND_S)
        record = await viewer.saw(seconds)
    return Result(
        viewers=f"behind a proxy, {name}",
        count=1,
        fps=round(record.frames_per_s, 1),
        age_p50_ms=round(record.age_ms(0.5), 1),
        age_p95_ms=round(record.age_ms(0.95), 1),
        closed_after_s=None,
        server_kb_each=0,
    )


def _result(name: str, viewers: list[Viewer], seconds: float, kb_each: float) -> Result:
    ages = [age for viewer in viewers for age in viewer.ages_ms]
    closed = [viewer.open_s for viewer in viewers if viewer.open_s is not None]
    return Result(
        viewers=name,
        count=len(viewers),
        fps=round(len(ages) / len(viewers) / seconds, 1),
        age_p50_ms=round(percentile(ages, 0.5), 1) if ages else float("nan"),
        age_p95_ms=round(percentile(ages, 0.95), 1) if ages else float("nan"),
        closed_after_s=round(max(closed), 1) if len(closed) == len(viewers) else None,
        server_kb_each=round(kb_each),
    )


def _resident_kb(pid: int) -> float:
    return (
        int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1024
    )


async def run(server: str, count: int, seconds: float) -> list[Result]:
    with tempfile.TemporaryDirectory() as var, System(Path(var), server) as system:
        async with publishing(system):
            results = [await alone(system, count, seconds)]
            for kind, rate in KINDS.items():
                results += await measure(system, kind, rate, count, seconds)
            for name, bits_per_s in RATES.items():
                results.append(await behind_proxy(system, name, bits_per_s, seconds))
            return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench slow_viewers", description=__doc__)
    parser.add_argument("--server", choices=["uvicorn", "daphne"], default="uvicorn")
    parser.add_argument("--viewers", type=int, default=10, help="of each kind")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    before = load()
    results = asyncio.run(run(options.server, options.viewers, options.seconds))
    if options.json:
        print(json.dumps({"results": [asdict(result) for result in results]}))
        return
    print(
        f"{describe()}; {options.server}, {FRAME_BYTES // 1000} kB at {frames.FPS} fps; behind a"
        f" proxy that buffers {PROXY_BYTES // 1_000_000} MB: from the tenth second on; {before}\n"
    )
    print(
        "| viewers | count | fps | age p50, p95 (ms) | closed after (s) | server memory each (kB) |"
    )
    print("|---|---|---|---|---|---|")
    for r in results:
        ages = f"{r.age_p50_ms}, {r.age_p95_ms}" if r.fps else "-"
        closed = "-" if r.closed_after_s is None else r.closed_after_s
        print(f"| {r.viewers} | {r.count} | {r.fps} | {ages} | {closed} | {r.server_kb_each} |")


if __name__ == "__main__":
    main()
