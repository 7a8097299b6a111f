"""The ASGI application under daphne, on Twisted's asyncio reactor."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from functools import partial
from pathlib import Path
from typing import Any, cast

import daphne.server
from autobahn.twisted.websocket import WebSocketServerProtocol
from OpenSSL import SSL
from twisted.internet import tcp
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator, ISSLTransport
from twisted.protocols.tls import TLSMemoryBIOFactory
from zope.interface import implementer

from streaming.network import certificates
from streaming.process import web
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.servers import PAUSE_S, RESPONSES_S, Secure, ShutdownHeaders
from streaming.servers.daphne_protocols import bound
from streaming.supervision.process import until_stopped
from streaming.watch.connection import CONNECTION, EXTENSION, forget_unsent, unsent_bytes

SERVICE_RESTART = 1012


def run(
    application: Any,
    listener: socket.socket,
    lifeline_fd: int | None,
    secure: Secure | None = None,
) -> None:
    """Serves until the process is told to end."""
    logging.getLogger("daphne").setLevel(logging.WARNING)
    server = Server(
        ShutdownHeaders(application),
        endpoints=[f"fd:fileno={listener.detach()}"],
        signal_handlers=False,
        server_name="",
        # Its default closes every socket after a day.
        websocket_timeout=-1,
        websocket_max_message_size=MAX_BROWSER_MESSAGE_BYTES,
        websocket_max_frame_size=MAX_BROWSER_MESSAGE_BYTES,
        verbosity=0,
    )
    server.secure = secure
    serving = daphne.server.twisted_loop.create_task(_serve(server, lifeline_fd), name="server")
    server.run()
    serving.result()


async def _serve(server: Server, lifeline_fd: int | None) -> None:
    try:
        await until_stopped(server.work(), lifeline_fd)
        await server.close()
    finally:
        server.stop()


class Server(daphne.server.Server):  # type: ignore[misc]
    """Of daphne's, with a second listener that speaks TLS."""

    secure: Secure | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Called once the factory of protocols exists, before the first connection.
        super().__init__(*args, ready_callable=self._prepare, **kwargs)
        self._ports: list[Any] = []
        self._tls = _Tls()

    async def work(self) -> None:
        """The background work of the process, for its life."""
        async with asyncio.TaskGroup() as group:
            group.create_task(web.run(), name="web")
            if self.secure is not None:
                load = partial(self._tls.load, self.secure.chain)
                group.create_task(certificates.follow(self.secure.chain, load), name="certificate")

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)

    def _prepare(self) -> None:
        bound(self.http_factory, self.ws_factory)
        self._listen_securely()

    def _listen_securely(self) -> None:
        if self.secure is None:
            return
        self._tls.load(self.secure.chain)
        factory = TLSMemoryBIOFactory(cast(Any, self._tls), False, self.http_factory)
        listener = self.secure.listener
        # Twisted accepts until that would block, on a duplicate of the descriptor.
        listener.setblocking(False)
        port = daphne.server.reactor.adoptStreamPort(listener.fileno(), listener.family, factory)
        listener.close()
        self._ports.append(port)

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            # Daphne says it of pages only.
            is_secure = ISSLTransport.providedBy(protocol.transport)
            scope = {**scope, "scheme": "wss" if is_secure else "ws"}
        extensions: dict[str, Any] = {CONNECTION: _Connection(protocol)}
        # A TLS transport has the same attributes, and would send what is not encrypted.
        if scope["type"] == "websocket" and type(protocol.transport) is tcp.Server:
            extensions[EXTENSION] = _Direct(protocol)
        scope = {**scope, "extensions": extensions}
        return super().create_application(protocol, scope)

    async def close(self) -> None:
        """Ends what daphne itself would cut off or, on a connection without request, fail at."""
        for port in self._ports:
            port.stopListening()
        self.application.is_closing = True
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


class _Connection:
    def __init__(self, request: Any) -> None:
        transport = request.transport
        # That of TLS hands on at once what it has encrypted.
        is_secure = ISSLTransport.providedBy(transport)
        self._transport = transport.transport if is_secure else transport

    @property
    def is_open(self) -> bool:
        return bool(self._transport.connected)

    @property
    def pending(self) -> int:
        return _pending(self._transport) if self._transport.connected else 0

    def abort(self) -> None:
        if self._transport.connected:
            forget_unsent(self._transport.fileno())
            self._transport.abortConnection()


def _pending(transport: Any) -> int:
    buffered = len(transport.dataBuffer) - transport.offset + transport._tempDataLen
    return buffered or unsent_bytes(transport.fileno())


class _Direct:
    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._transport = protocol.transport

    @property
    def is_open(self) -> bool:
        protocol = self._protocol
        return bool(protocol.state == protocol.STATE_OPEN and self._transport.connected)

    @property
    def pending(self) -> int:
        return _pending(self._transport)

    def offer(self, framed: bytes) -> bool:
        if not self.is_open or self.pending:
            return False
        self.write(framed)
        return True

    def write(self, framed: bytes) -> None:
        transport = self._transport
        sent = 0
        if not (transport._tempDataLen or transport.dataBuffer):
            # Past Twisted's own way, which asks the reactor to call back for each frame.
            with contextlib.suppress(OSError):
                sent = transport.socket.send(framed)
        if sent < len(framed):
            transport.write(framed[sent:] if sent else framed)

    def abort(self) -> None:
        forget_unsent(self._transport.fileno())
        self._transport.abortConnection()


@implementer(IOpenSSLServerConnectionCreator)
class _Tls:
    """New connections get the certificate that was loaded last."""

    def load(self, chain: Path) -> None:
        context = SSL.Context(SSL.TLS_SERVER_METHOD)
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.use_certificate_chain_file(bytes(chain))
        context.use_privatekey_file(bytes(chain))
        self._context = context

    def serverConnectionForTLS(self, protocol: object) -> SSL.Connection:
        return SSL.Connection(self._context)
