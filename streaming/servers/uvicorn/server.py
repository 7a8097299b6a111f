from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from functools import partial

import uvicorn
from uvicorn._types import ASGIApplication

from streaming.network import certificates
from streaming.process import web
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.servers import PAUSE_S, RESPONSES_S, Secure, ShutdownHeaders
from streaming.servers.doors import make_doors
from streaming.servers.uvicorn.http import HttpProtocol
from streaming.servers.uvicorn.websocket import WebSocketProtocol
from streaming.supervision.process import until_stopped

#: For a connection to become secure; a stranger may keep it waiting.
HANDSHAKE_S = 10.0
#: For the other side to agree to the end of a connection; a phone may have gone.
TLS_SHUTDOWN_TIMEOUT_S = 1.0


def run(
    application: ASGIApplication,
    listener: socket.socket,
    lifeline_fd: int | None,
    secure: Secure | None = None,
) -> None:
    """Serves until the process is told to end."""
    headers = ShutdownHeaders(application)
    HttpProtocol.doors = WebSocketProtocol.doors = make_doors()
    config = uvicorn.Config(
        headers,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=MAX_BROWSER_MESSAGE_BYTES,
        timeout_graceful_shutdown=RESPONSES_S,
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
    )
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(Server(config, headers, secure), listener, lifeline_fd))


async def _serve(server: Server, listener: socket.socket, lifeline_fd: int | None) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve(sockets=[listener]), name="server")
        renewal = group.create_task(server.follow_certificate(), name="certificate")
        await until_stopped(web.run(), lifeline_fd)
        renewal.cancel()
        server.should_exit = True


class Server(uvicorn.Server):
    """Of uvicorn's, with a second listener that speaks TLS."""

    def __init__(
        self, config: uvicorn.Config, headers: ShutdownHeaders, secure: Secure | None
    ) -> None:
        super().__init__(config)
        self._headers = headers
        self._secure = secure
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._tls.set_alpn_protocols(["http/1.1"])

    async def follow_certificate(self) -> None:
        if self._secure is not None:
            # Connections that are open keep what they began with.
            load = partial(self._tls.load_cert_chain, self._secure.chain)
            await certificates.follow(self._secure.chain, load)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._secure is not None:
            self._tls.load_cert_chain(self._secure.chain)
            listening = await asyncio.get_running_loop().create_server(
                self._protocol,
                sock=self._secure.listener,
                ssl=self._tls,
                backlog=self.config.backlog,
                ssl_handshake_timeout=HANDSHAKE_S,
                ssl_shutdown_timeout=TLS_SHUTDOWN_TIMEOUT_S,
            )
            self.servers.append(listening)

    async def on_tick(self, counter: int) -> bool:
        # Ten times a second.
        if counter % 10 == 0:
            now_s = time.monotonic()
            for protocol in list(self.server_state.connections):
                if isinstance(protocol, HttpProtocol):
                    protocol.expire(now_s)
        return await super().on_tick(counter)

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """None: `until_stopped` has them."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self._headers.is_closing = True
        await asyncio.sleep(PAUSE_S)
        await super().shutdown(sockets)
