from __future__ import annotations

from typing import Any

from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard import dtls, gathering, ice, ports, sctp
from streaming.publish.webrtc.guard.refusals import count_in

WRAPPED = (
    *dtls.WRAPPED,
    *gathering.WRAPPED,
    *ice.WRAPPED,
    *ports.WRAPPED,
    *sctp.WRAPPED,
)


def install() -> None:
    """Put every wrapper in its place, once per process."""
    for wrapper in WRAPPED:
        wrapper.apply()


def protect(
    connection: Any,
    refused: Tally,
    udp_ports: range = range(0),
    max_outstanding: int | None = None,
    label: str = "",
) -> None:
    """Guard an RTCPeerConnection that has a description but no sockets yet.

    What its wrappers refuse is counted in `refused`; the log calls it by `label`. Its sockets get
    one of `udp_ports`, any port if there are none. A peer that leaves more than `max_outstanding`
    packets of ours unacknowledged ends it.
    """
    install()
    association = connection.sctp
    transport = association.transport.transport._connection
    count_in(refused, association, association.transport, transport, label=label)
    gathering.use_ports(transport, udp_ports)
    if max_outstanding is not None:
        sctp.bound_outstanding(association, max_outstanding)


async def release(connection: Any) -> None:
    """Stop what the guard does by itself for a connection, which has been closed."""
    if connection.sctp is not None:
        await sctp.stop_acknowledging(connection.sctp)
