"""The ASGI application under uvicorn, in a loop and with signals of our own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import uvicorn
from uvicorn._types import ASGIApplication
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from streaming.network import certificates
from streaming.process import web
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.servers import PAUSE_S, RESPONSES_S, Secure, ShutdownHeaders
from streaming.supervision.process import until_stopped
from streaming.watch.connection import CONNECTION, EXTENSION, forget_unsent, unsent_bytes

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


class HttpProtocol(H11Protocol):
    """Uvicorn's, which also tells the application of the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        application, connection = self.app, _Connection(transport)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            extensions = {**scope.get("extensions", {}), CONNECTION: connection}
            await application({**scope, "extensions": extensions}, receive, send)

        self.app = cast(ASGIApplication, app)


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """Uvicorn's, which also offers the application the direct write."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # `send` then waits for whatever is not with the kernel yet. A high mark of 0 would hang
        # over TLS.
        self.transport.set_write_buffer_limits(high=1, low=0)

    async def run_asgi(self) -> None:
        cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = _Direct(self)
        await super().run_asgi()


class _Connection:
    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._fd = transport.get_extra_info("socket").fileno()

    @property
    def pending(self) -> int:
        if self._transport.is_closing():
            return 0
        return self._transport.get_write_buffer_size() or unsent_bytes(self._fd)

    def abort(self) -> None:
        if not self._transport.is_closing():
            forget_unsent(self._fd)
        self._transport.abort()


class _Direct:
    def __init__(self, protocol: WebSocketProtocol) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._fd = protocol.transport.get_extra_info("socket").fileno()

    @property
    def is_open(self) -> bool:
        protocol = self._protocol
        return (
            protocol.handshake_complete
            and not protocol.close_sent
            and not self._transport.is_closing()
        )

    @property
    def pending(self) -> int:
        return self._transport.get_write_buffer_size() or unsent_bytes(self._fd)

    def offer(self, framed: bytes) -> bool:
        # No detours: this is done for each frame of each viewer.
        protocol, transport = self._protocol, self._transport
        if (
            protocol.close_sent
            or not protocol.handshake_complete
            or transport.is_closing()
            or transport.get_write_buffer_size()
            or unsent_bytes(self._fd)
        ):
            return False
        transport.write(framed)
        return True

    def write(self, framed: bytes) -> None:
        self._transport.write(framed)

    def abort(self) -> None:
        forget_unsent(self._fd)
        self._transport.abort()


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
