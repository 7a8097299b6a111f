"""A camera that was let in and then breaks every rule of the protocols below its frames."""

from __future__ import annotations

import asyncio
import contextlib
from struct import pack

from aiortc import rtcsctptransport as sctp
from google_crc32c import value as crc32c

FIRST, LAST, UNORDERED = 2, 1, 4
WHOLE = FIRST | LAST
CONTROL_PROTOCOL, BINARY = 50, 53


class Attacker:
    """Speaks SCTP by hand, through the encrypted connection of a real camera."""

    def __init__(self, session, refusals):
        self.session = session
        self.refusals = refusals
        self.server = session.server
        self.next_tsn = session.server.sctp._last_received_tsn + 1
        self._handled = {}
        self._handle = session.server.sctp._handle_data
        session.server.sctp._handle_data = self._watch

    async def send(self, *chunks, tag=None):
        """Send one packet of these chunks, and wait until the server is through with it."""
        packet = self.packet(*chunks, tag=tag)
        handled = self._handled[packet] = asyncio.Event()
        await self.session.camera.sctp.transport._send_data(packet)
        await handled.wait()

    async def post(self, *chunks):
        """Send one packet of these chunks, to a server that may have gone."""
        with contextlib.suppress(ConnectionError):
            await self.session.camera.sctp.transport._send_data(self.packet(*chunks))

    async def _watch(self, packet):
        try:
            await self._handle(packet)
        finally:
            if packet in self._handled:
                self._handled[packet].set()

    def packet(self, *chunks, tag=None):
        tag = self.server.sctp._local_verification_tag if tag is None else tag
        header = pack("!HHL", 5000, 5000, tag)
        body = b"".join(bytes(chunk) for chunk in chunks)
        return header + pack("<L", crc32c(header + bytes(4) + body)) + body

    def data(self, ahead=0, flags=WHOLE | UNORDERED, stream=1, user_data=b"x", protocol=BINARY):
        chunk = sctp.DataChunk(flags)
        chunk.tsn = (self.next_tsn + ahead) % 2**32
        chunk.stream_id, chunk.protocol, chunk.user_data = stream, protocol, user_data
        return chunk

    async def is_refused(self, reason, count=1):
        await self.refusals.told(reason, count)

    async def is_served(self):
        """Whether the session goes on."""
        self.session.camera.control.send("ping")
        return await self.server.controls.get() == "ping"

    async def is_ended(self):
        await self.server.closed.wait()
