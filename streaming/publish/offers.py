"""How offers reach the ingest processes."""

from __future__ import annotations

from channels.exceptions import ChannelFull

from streaming.backplane.connection import Unavailable

#: Channel of the `default` layer on which all ingest processes compete for offers.
OFFERS = "ingest"

#: What sending on the `default` layer raises while Redis is away or nobody takes messages out.
SEND_ERRORS: tuple[type[Exception], ...] = (*Unavailable, ChannelFull)
