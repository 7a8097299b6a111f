"""What browsers may send: one bound for the data channel and for the publish socket."""

#: A frame with its header: what Chromium sends as one message of a data channel, and what the
#: server's answer to an offer allows.
MAX_BROWSER_MESSAGE_BYTES = 262_144
