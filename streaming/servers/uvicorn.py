"""The ASGI application under uvicorn, in a loop and with signals of our own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from uvicorn._types import ASGIApplication

from streaming import web
from streaming.domain import wire
from streaming.servers import PAUSE_S, RESPONSES_S
from streaming.supervision.process import until_stopped


def run(application: ASGIApplication, listener: socket.socket, lifeline_fd: int | None) -> None:
    """Serves until the process is told to end."""
    config = uvicorn.Config(
        application,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=wire.MAX_MESSAGE_BYTES,
        timeout_graceful_shutdown=RESPONSES_S,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(Server(config), listener, lifeline_fd))


async def _serve(server: Server, listener: socket.socket, lifeline_fd: int | None) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]))
        await until_stopped(web.run(), lifeline_fd)
        server.should_exit = True


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: `until_stopped` has them."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await asyncio.sleep(PAUSE_S)
        await super().shutdown(sockets)
