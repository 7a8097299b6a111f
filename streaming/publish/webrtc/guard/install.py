from __future__ import annotations

from typing import Any

from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard import ice, ports, sctp
from streaming.publish.webrtc.guard.refusals import count_in

WRAPPED = (*ice.WRAPPED, *ports.WRAPPED, *sctp.WRAPPED)


def install() -> None:
    """Put every wrapper in its place, once per process."""
    for wrapper in WRAPPED:
        wrapper.apply()


def protect(connection: Any, refused: Tally, udp_ports: range = range(0)) -> None:
    """Guard an RTCPeerConnection that has a description but no sockets yet.

    What its wrappers refuse is counted in `refused`. Its sockets get one of `udp_ports`, any port
    if there are none.
    """
    install()
    association = connection.sctp
    transport = association.transport.transport._connection
    count_in(refused, association, transport)
    ports.use_ports(transport, udp_ports)
