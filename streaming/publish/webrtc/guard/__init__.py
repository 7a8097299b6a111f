"""What stands between the network and aiortc and aioice: the only code that knows their insides.

Both libraries trust their peer more than a server may: a malformed or endless input can hang the
event loop or grow without bound, and datagrams of strangers reach a session's queue. Each wrapper
here refuses one class of input, counts it, and hands everything else on; one more makes the sockets
and asks other servers, and two do for less what the library does with each packet. A module per
layer says what it wraps; a test compares that with the versions that were read.
"""

from streaming.publish.webrtc.guard.install import protect, release
from streaming.publish.webrtc.guard.ports import NoFreePort

__all__ = ["NoFreePort", "protect", "release"]
