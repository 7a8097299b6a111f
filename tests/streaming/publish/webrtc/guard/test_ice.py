from __future__ import annotations

import random
from struct import pack

from aioice import stun

from streaming.publish.webrtc.guard import ice


def test_arbitrary_stun_is_read_or_refused_and_never_more():
    generator = random.Random(11)
    kinds = [each[0] for each in stun.ATTRIBUTES]
    found = set()
    for _ in range(5000):
        attributes = b"".join(
            pack("!HH", generator.choice(kinds), length) + generator.randbytes(length)
            for length in generator.choices([0, 4, 8, 20], k=generator.randrange(4))
        )
        header = pack("!HHI", 1, len(attributes), stun.COOKIE) + bytes(12)
        found.add(ice._is_stun(header + attributes))
    assert found == {True, False}
