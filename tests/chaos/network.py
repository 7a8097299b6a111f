"""What a bad network does to what passes through it: decisions alone, without I/O.

A `Network` decides by its seed and the order of packets: the same ones meet the same fate.
"""

from __future__ import annotations

from random import Random

#: How long a packet that others overtake is held back: a burst of a frame's packets is shorter.
OVERTAKEN_MS = 10.0


class Way:
    """One direction. What it does may be changed at any time, also while packets are under way."""

    def __init__(self, seed: str) -> None:
        #: Shares of the packets, 0 to 1.
        self.loss = 0.0
        self.duplicate = 0.0
        self.reorder = 0.0
        #: Every packet takes so long, and up to so much longer. Jitter alone changes no order.
        self.delay_ms = 0.0
        self.jitter_ms = 0.0
        #: None: as much as comes.
        self.bits_per_s: float | None = None
        #: What may wait for its turn: datagrams beyond it are lost, streams wait outside.
        self.buffer_bytes = 256 * 1024
        #: Nothing gets through.
        self.dark = False
        #: Datagrams that came so far, and those of them that did not arrive.
        self.sent = self.lost = 0
        self._random = Random(seed)
        self._free_s = 0.0
        self._newest_s = 0.0

    def arrivals(self, size: int, now_s: float) -> list[float]:
        """When a datagram arrives that is sent now: twice if duplicated, never if lost."""
        # As many draws for each, so that what one setting does leaves the others as they are.
        lost, twice, overtaken, jitter = (self._random.random() for _ in range(4))
        self.sent += 1
        if self.dark or lost < self.loss or self._queued_bytes(now_s) + size > self.buffer_bytes:
            self.lost += 1
            return []
        at_s = self._leaves(size, now_s) + jitter * self.jitter_ms / 1000
        if overtaken < self.reorder:
            at_s += OVERTAKEN_MS / 1000
        else:
            at_s = self._newest_s = max(at_s, self._newest_s)
        return [at_s, at_s] if twice < self.duplicate else [at_s]

    def arrival(self, size: int, now_s: float) -> float:
        """When this part of a stream arrives: nothing of it is lost, and its order stays."""
        jitter_s = self._random.random() * self.jitter_ms / 1000
        self._newest_s = max(self._leaves(size, now_s) + jitter_s, self._newest_s)
        return self._newest_s

    def _leaves(self, size: int, now_s: float) -> float:
        """When the end of it has left the queue and covered the distance."""
        takes_s = size * 8 / self.bits_per_s if self.bits_per_s else 0.0
        self._free_s = max(self._free_s, now_s) + takes_s
        return self._free_s + self.delay_ms / 1000

    def _queued_bytes(self, now_s: float) -> float:
        return max(self._free_s - now_s, 0.0) * (self.bits_per_s or 0.0) / 8


class Network:
    """Both directions between clients and a server."""

    def __init__(self, seed: int = 0) -> None:
        self.up = Way(f"{seed} up")
        self.down = Way(f"{seed} down")

    def set(self, **settings: float) -> None:
        """Change settings of `Way` in both directions."""
        for way in (self.up, self.down):
            for name, value in settings.items():
                if not hasattr(way, name):
                    raise AttributeError(name)
                setattr(way, name, value)

    def black_hole(self) -> None:
        """Nothing gets through any more, and nobody is told."""
        self.up.dark = self.down.dark = True

    def half_open(self) -> None:
        """What clients say is heard; what the server says is not."""
        self.up.dark, self.down.dark = False, True

    def heal(self) -> None:
        """End a black hole, or what was half open."""
        self.up.dark = self.down.dark = False
