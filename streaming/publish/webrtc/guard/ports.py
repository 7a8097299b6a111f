"""UDP ports and the addresses of this machine: where a session's sockets are."""

from __future__ import annotations

import contextlib
import errno
import logging
import random
import socket
from typing import Any

from aioice import ice

from cameras.errors import reason_of
from streaming.publish.webrtc.guard.wrapper import Wrapper

logger = logging.getLogger(__name__)


def _get_host_addresses(original: Any) -> Any:
    def get_host_addresses(use_ipv4: bool, use_ipv6: bool) -> list[str]:
        # A machine without a network: the browser on it has no other way either.
        return original(use_ipv4, use_ipv6) or ["127.0.0.1"]

    return get_host_addresses


class NoFreePort(OSError):
    """Every UDP port of the range is taken."""


def bind(addresses: list[str], ports: range) -> list[socket.socket]:
    """A UDP socket at each address that takes one, all at the same one of these ports, or at any
    if there are none.

    Raises NoFreePort.
    """
    if not ports:
        return _bind_all(addresses, 0)
    # Not in order: a late datagram of the session before would find a stranger there.
    for port in random.sample(ports, len(ports)):
        with contextlib.suppress(_PortInUse):
            return _bind_all(addresses, port)
    raise NoFreePort(f"Every UDP port from {ports[0]} to {ports[-1]} is taken.")


class _PortInUse(Exception):
    pass


def _bind_all(addresses: list[str], port: int) -> list[socket.socket]:
    with contextlib.ExitStack() as stack:
        found = [_bind(stack, address, port) for address in addresses]
        stack.pop_all()
    return [each for each in found if each is not None]


def _bind(stack: contextlib.ExitStack, address: str, port: int) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    bound = stack.enter_context(socket.socket(family, socket.SOCK_DGRAM))
    try:
        bound.bind((address, port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise _PortInUse from error
        # An address that has just gone.
        logger.info("No UDP socket at %s: %s", address, reason_of(error))
        return None
    return bound


WRAPPED = (
    Wrapper(
        ice,
        "get_host_addresses",
        _get_host_addresses,
        why="It leaves loopback out, the only address of a machine without a network.",
        test="test_ports.py::test_a_machine_without_a_network_has_itself",
    ),
)
