"""A session's UDP socket, which takes no more of the kernel and the loop than its share.

The transports of asyncio and uvloop read as much as comes, and cannot be told to wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import sys
import time
from collections.abc import Callable
from typing import Any

from aioice import turn

from cameras.errors import reason_of
from streaming.domain.allowance import Allowance
from streaming.publish.webrtc.guard import kernel_filter

logger = logging.getLogger(__name__)

#: Datagrams that are read before others have their turn.
MAX_PER_TURN = 16
#: Datagrams at once and in a second. Who sends 8 MB/s in full packets sends 7,000.
BURST, MAX_PER_S = 2000, 10_000
#: Beyond them nothing is read for so long, and what comes meanwhile is left to the kernel.
PAUSE_S = 0.05
#: So many pauses at once, and one more every two seconds: a socket that needs more is closed.
MAX_PAUSES, PAUSES_PER_S = 10, 0.5
#: How often the kernel is asked what it dropped.
COUNT_EVERY_S = 1.0

_MAX_DATAGRAM_BYTES = 65_536
_SO_MEMINFO, _DROPS = 55, 8


class UdpTransport(asyncio.DatagramTransport):
    """Reads a bound socket in turns, pauses where too much comes, and closes where that goes on."""

    def __init__(
        self,
        protocol: asyncio.DatagramProtocol,
        bound: socket.socket,
        refuse: Callable[[str, int], None],
        label: str = "a peer",
    ) -> None:
        """`refuse` counts what was not taken: why, and how many datagrams. `label` says whose it
        is."""
        super().__init__()
        bound.setblocking(False)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, turn.UDP_SOCKET_BUFFER_SIZE)
        self._loop = asyncio.get_running_loop()
        self._protocol = protocol
        self._socket = bound
        self._refuse = refuse
        self._label = label
        self._allowance = Allowance(BURST, MAX_PER_S)
        self._pauses = Allowance(MAX_PAUSES, PAUSES_PER_S)
        self._resuming: asyncio.TimerHandle | None = None
        self._username = ""
        self._peers: dict[tuple[str, int], None] = {}
        self._dropped = 0
        self._counting = self._loop.call_later(COUNT_EVERY_S, self._count_again)
        self._closing = False
        self._loop.add_reader(bound, self._read)
        protocol.connection_made(self)

    def admit_checks(self, username: str) -> None:
        """From now on only checks for this name come through, and what admitted peers send."""
        self._username = username
        self._filter()

    def admit(self, peer: tuple[str, int]) -> None:
        """Whatever comes from this address comes through."""
        if peer not in self._peers:
            self._peers[peer] = None
            self._filter()

    def sendto(self, data: Any, addr: Any = None) -> None:
        if self._closing:
            return
        try:
            self._socket.sendto(data, addr)
        except BlockingIOError:
            # As if the network had lost it.
            self._refuse("datagram that did not fit the send buffer", 1)
        except OSError as error:
            self._protocol.error_received(error)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        match name:
            case "socket":
                return self._socket
            case "sockname":
                return self._socket.getsockname()
        return default

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        if self._closing:
            return
        self._count_dropped()
        self._closing = True
        self._counting.cancel()
        if self._resuming is not None:
            self._resuming.cancel()
        self._loop.remove_reader(self._socket)
        self._socket.close()
        self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()

    def _read(self) -> None:
        count = self._read_turn()
        # Once a turn: it may take a little more than is allowed, and waits the longer.
        if count and not self._closing and not self._allowance.take(self._loop.time(), count):
            self._pause()

    def _read_turn(self) -> int:
        """How many datagrams were handed on."""
        receive, hand_on = self._socket.recvfrom, self._protocol.datagram_received
        for count in range(MAX_PER_TURN):
            try:
                data, address = receive(_MAX_DATAGRAM_BYTES)
            except BlockingIOError:
                return count
            except OSError as error:
                self._protocol.error_received(error)
                return count
            hand_on(data, address)
            if self._closing:
                return count + 1
        return MAX_PER_TURN

    def _pause(self) -> None:
        self._refuse("pause, as too many datagrams came", 1)
        if not self._pauses.take(time.monotonic()):
            logger.warning("The socket of %s was flooded, and is closed", self._label)
            self.close()
            return
        self._loop.remove_reader(self._socket)
        self._resuming = self._loop.call_later(PAUSE_S, self._resume)

    def _resume(self) -> None:
        self._resuming = None
        self._loop.add_reader(self._socket, self._read)

    def _filter(self) -> None:
        if not self._username:
            return
        try:
            kernel_filter.attach(self._socket, self._username, self._peers)
        except OSError as error:
            # What comes is then refused one by one.
            logger.info(
                "The system does not filter the socket of %s: %s", self._label, reason_of(error)
            )
            with contextlib.suppress(OSError):
                kernel_filter.detach(self._socket)

    def _count_again(self) -> None:
        self._count_dropped()
        self._counting = self._loop.call_later(COUNT_EVERY_S, self._count_again)

    def _count_dropped(self) -> None:
        """Count what the kernel dropped: by the filter, or for want of room."""
        dropped = _dropped(self._socket)
        if news := (dropped - self._dropped) % 2**32:
            self._dropped = dropped
            self._refuse("dropped by the system", news)


def _dropped(bound: socket.socket) -> int:
    """Datagrams dropped by the kernel since the socket was made; 0 where it does not say."""
    if sys.platform != "linux":
        return 0
    facts = bound.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, 4 * (_DROPS + 1))
    return int(struct.unpack(f"{_DROPS + 1}I", facts)[_DROPS])
