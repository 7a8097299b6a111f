from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from collections.abc import Callable, Iterable
from functools import partial
from types import TracebackType

from tests.chaos.network import Network, Way
from tests.chaos.schedule import Schedule

#: No datagram is larger.
_MAX_BYTES = 65_536
Address = tuple[str, int]


class UdpRelay:
    """Stands for a server's ports at another address, the network between: a 1:1 NAT.

    `async with`; what comes to one of `ports` at `address` goes to the same port of `server`.
    """

    def __init__(
        self, network: Network, *, address: str, ports: Iterable[int], server: str
    ) -> None:
        self.network = network
        self._address = address
        self._ports = ports
        self._server = server
        self._listening: list[socket.socket] = []
        #: By port and client, the socket that speaks with the server for it.
        self._mappings: dict[tuple[int, Address], socket.socket] = {}

    async def __aenter__(self) -> UdpRelay:
        self._schedule = Schedule()
        for port in self._ports:
            listening = _udp_socket(self._address, port)
            self._listening.append(listening)
            _on_datagram(listening, partial(self._take_up, port, listening))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.cut()
        self._schedule.close()
        for listening in self._listening:
            _close(listening)

    def cut(self) -> None:
        """Forget who spoke with whom: who goes on speaking comes to the server from another port.

        What the server says meanwhile finds nobody.
        """
        for mapping in self._mappings.values():
            _close(mapping)
        self._mappings.clear()

    def _take_up(self, port: int, listening: socket.socket, data: bytes, client: Address) -> None:
        mapping = self._mappings.get((port, client))
        if mapping is None:
            mapping = self._mappings[port, client] = _udp_socket("0.0.0.0", 0)
            _on_datagram(mapping, partial(self._take_down, listening, client))
        self._pass(self.network.up, data, mapping, (self._server, port))

    def _take_down(
        self, listening: socket.socket, client: Address, data: bytes, _: Address
    ) -> None:
        self._pass(self.network.down, data, listening, client)

    def _pass(self, way: Way, data: bytes, sender: socket.socket, to: Address) -> None:
        for when_s in way.arrivals(len(data), asyncio.get_running_loop().time()):
            self._schedule.at(when_s, partial(_send, sender, data, to))


def _udp_socket(address: str, port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.setblocking(False)
    # Losses are what the network decides, and not what comes of a busy machine.
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    opened.bind((address, port))
    return opened


def _on_datagram(opened: socket.socket, take: Callable[[bytes, Address], None]) -> None:
    def read() -> None:
        # Whoever is gone is told of by the next call: that is no end of the relay.
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while opened.fileno() >= 0:
                take(*opened.recvfrom(_MAX_BYTES))

    asyncio.get_running_loop().add_reader(opened, read)


def _send(sender: socket.socket, data: bytes, to: Address) -> None:
    # It may have been cut while this was under way.
    if sender.fileno() >= 0:
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            sender.sendto(data, to)


def _close(opened: socket.socket) -> None:
    asyncio.get_running_loop().remove_reader(opened)
    opened.close()


def free_ports(address: str, count: int) -> range:
    """Ports in a row that nobody has at this address."""
    for first in random.sample(range(20_000, 30_000, count), 50):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
            for port in range(first, first + count):
                stack.enter_context(_udp_socket(address, port))
            return range(first, first + count)
    raise AssertionError(f"{address} has no {count} free ports in a row")
