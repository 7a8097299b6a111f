"""A camera that speaks HTTP, and misbehaves when it is told to."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from PIL import Image

BOUNDARY = b"frame"
WIDTH, HEIGHT = 64, 48


def picture(number: int) -> bytes:
    """One whose grey says its number, up to 255."""
    output = io.BytesIO()
    Image.new("L", (WIDTH, HEIGHT), number).save(output, "JPEG")
    return output.getvalue()


def number_of(data: bytes) -> int:
    value = Image.open(io.BytesIO(data)).getpixel((WIDTH // 2, HEIGHT // 2))
    assert isinstance(value, int)
    return value


def part(data: bytes) -> bytes:
    head = b"--%b\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
    return head % (BOUNDARY, len(data)) + data + b"\r\n"


def head(status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{k.replace('_', '-')}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


STREAM = head(Content_Type="multipart/x-mixed-replace; boundary=frame")

Answer = Callable[[str, asyncio.StreamWriter], Awaitable[None]]


class Camera:
    """`answer` is given each request's head, and writes what follows."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.port = 0
        self.requests: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(request)
            await self.answer(request, writer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[Camera]:
    camera = Camera(answer)
    server = await asyncio.start_server(camera.serve, "127.0.0.1", 0)
    camera.port = server.sockets[0].getsockname()[1]
    try:
        yield camera
    finally:
        server.close()
        camera.stop()


async def counting(_request: str, writer: asyncio.StreamWriter, every_s: float = 0.05) -> None:
    """A stream of numbered pictures, without an end."""
    writer.write(STREAM)
    number = 0
    while True:
        writer.write(part(picture(number % 256)))
        await writer.drain()
        number += 1
        await asyncio.sleep(every_s)


async def one_picture(_request: str, writer: asyncio.StreamWriter) -> None:
    data = picture(7)
    writer.write(head(Content_Type="image/jpeg", Content_Length=str(len(data))) + data)
