from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCSessionDescription,
)

from streaming.domain.tally import Tally
from streaming.publish.webrtc import guard

logger = logging.getLogger(__name__)

#: `close()` of aiortc waits for sockets that may never answer.
CLOSE_TIMEOUT_S = 2.0
#: Control messages not yet sent to a camera that does not listen. A second of them is 1 KB. The
#: library raises for a single message that is larger, as a cleaned offer says nothing else.
MAX_CONTROL_BUFFER_BYTES = 65_536
#: Packets of control messages not acknowledged. A camera that reads at all leaves a dozen.
MAX_OUTSTANDING = 256


class PeerError(Exception):
    """The library does not take this offer."""


class Peer:
    """The server's end of one camera's WebRTC connection (W3C WebRTC, RFC 8831).

    Hands on what comes in and knows nothing of what it means. The camera makes the data channels
    `frames` and `control`; any further one closes the connection.
    """

    def __init__(
        self,
        *,
        ice_servers: Sequence[Mapping[str, Any]],
        refused: Tally,
        udp_ports: range = range(0),
        label: str = "",
        on_frame: Callable[[bytes | str], None],
        on_control: Callable[[str], None],
        on_closed: Callable[[], None],
    ) -> None:
        """What the guard refuses on the way to this peer is counted in `refused`, and logged with
        `label`."""
        # Without an explicit list aiortc asks a public STUN server.
        servers = [RTCIceServer(**server) for server in ice_servers]
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        self._refused = refused
        self._udp_ports = udp_ports
        self._label = label
        self._on_frame = on_frame
        self._on_control = on_control
        self._on_closed = on_closed
        self._channels: list[RTCDataChannel] = []
        self._control: RTCDataChannel | None = None
        self._missing = {"frames", "control"}
        self._opened = asyncio.Event()
        self._connection.on("datachannel", self._adopt)
        self._connection.on("connectionstatechange", self._watch_state)

    async def answer(self, offer: str) -> str:
        """The SDP answer to a cleaned offer.

        Raises PeerError when the library refuses the offer, and guard.NoFreePort.
        """
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(offer, "offer"))
            guard.protect(
                self._connection, self._refused, self._udp_ports, MAX_OUTSTANDING, self._label
            )
            await self._connection.setLocalDescription(await self._connection.createAnswer())
        except guard.NoFreePort:
            raise
        except Exception as error:
            # The library's reader raises whatever its parsing of the camera's text meets.
            raise PeerError(repr(error)) from error
        return self._connection.localDescription.sdp

    @property
    def is_open(self) -> bool:
        """Whether both channels have opened."""
        return self._opened.is_set()

    async def opened(self) -> None:
        """Wait until both channels are open."""
        await self._opened.wait()

    def send_control(self, text: str) -> None:
        """Send on the control channel; dropped while the camera does not read."""
        channel = self._control
        if (
            channel is not None
            and channel.readyState == "open"
            and channel.bufferedAmount + len(text.encode()) <= MAX_CONTROL_BUFFER_BYTES
        ):
            channel.send(text)

    def detach(self) -> None:
        """Hand on nothing any more."""
        self._connection.remove_all_listeners()
        for channel in self._channels:
            channel.remove_all_listeners()

    async def close(self) -> None:
        """Free the connection; ends within CLOSE_TIMEOUT_S."""
        self.detach()
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_S):
                await self._connection.close()
        except TimeoutError:
            logger.warning("A connection did not close within %s s", CLOSE_TIMEOUT_S)
        except Exception:
            # Whatever a camera's offer made of the library's connection ends with the connection.
            logger.exception("A connection did not close as it should")
        finally:
            await guard.release(self._connection)

    def _adopt(self, channel: RTCDataChannel) -> None:
        if channel.label not in self._missing:
            self._on_closed()
            return
        self._missing.remove(channel.label)
        self._channels.append(channel)
        if channel.label == "control":
            self._control = channel
            channel.on("message", self._take_control)
        else:
            channel.on("message", self._on_frame)
        channel.on("close", self._on_closed)
        if not self._missing:
            self._opened.set()

    def _take_control(self, message: bytes | str) -> None:
        if isinstance(message, str):
            self._on_control(message)

    def _watch_state(self) -> None:
        if self._connection.connectionState in ("failed", "closed"):
            self._on_closed()
