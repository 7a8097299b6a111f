from __future__ import annotations

#: Why the guard refuses packets, as metrics say it, each with a count from the start. What a DTLS
#: alert says comes with a reason of its own.
REASONS = (
    "address too many",
    "certificate of another fingerprint",
    "check too many",
    "check without priority",
    "chunks too many",
    "datagram over the queue",
    "datagram that did not fit the send buffer",
    "datagram too many",
    "dropped by the system",
    "empty datagram",
    "malformed DTLS",
    "malformed SCTP",
    "malformed STUN",
    "messages never acknowledged",
    "role conflict too many",
    "SCTP out of order",
    "STUN without the password",
    "stranger's datagram",
    "stranger's STUN",
    "too much work",
)
