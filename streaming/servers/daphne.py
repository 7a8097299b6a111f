"""The ASGI application under daphne, on Twisted's asyncio reactor."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any

import daphne.server
from autobahn.twisted.websocket import WebSocketServerProtocol

from streaming import web
from streaming.domain import wire
from streaming.servers import PAUSE_S, RESPONSES_S
from streaming.supervision.process import until_stopped

SERVICE_RESTART = 1012


def run(application: Any, listener: socket.socket, lifeline_fd: int | None) -> None:
    """Serves until the process is told to end."""
    logging.getLogger("daphne").setLevel(logging.WARNING)
    server = Server(
        application,
        endpoints=[f"fd:fileno={listener.detach()}"],
        signal_handlers=False,
        server_name="",
        # Its default closes every socket after a day.
        websocket_timeout=-1,
        websocket_max_message_size=wire.MAX_MESSAGE_BYTES,
        websocket_max_frame_size=wire.MAX_MESSAGE_BYTES,
        verbosity=0,
    )
    serving = daphne.server.twisted_loop.create_task(_serve(server, lifeline_fd))
    server.run()
    serving.result()


async def _serve(server: Server, lifeline_fd: int | None) -> None:
    try:
        await until_stopped(web.run(), lifeline_fd)
        await server.close()
    finally:
        server.stop()


class Server(daphne.server.Server):  # type: ignore[misc]
    def listen_success(self, port: Any) -> None:
        self._port = port

    async def close(self) -> None:
        """Ends what daphne itself would cut off or, on a connection without request, fail at."""
        self._port.stopListening()
        await asyncio.sleep(PAUSE_S)
        for protocol in list(self.connections):
            if (
                isinstance(protocol, WebSocketServerProtocol)
                and protocol.state == protocol.STATE_OPEN
            ):
                protocol.sendCloseFrame(code=SERVICE_RESTART)
        await self._end_applications()

    async def _end_applications(self) -> None:
        running = {
            details["application_instance"]
            for details in self.connections.values()
            if "application_instance" in details
        }
        if running:
            _, late = await asyncio.wait(running, timeout=RESPONSES_S)
            for application in late:
                application.cancel()

    def kill_all_applications(self) -> None:
        """Nothing: `close` has ended them."""
