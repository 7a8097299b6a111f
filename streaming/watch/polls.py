"""How often one reader may ask for what pages poll: a camera's picture, stream and live state."""

from __future__ import annotations

import threading
import time

from streaming import conf
from streaming.domain.allowance import Allowances

#: So many seconds' worth at once: the list of a hundred cameras asks for all their pictures.
BURST_S = 5


class Polls:
    """What the readers of a process have left, for any thread."""

    def __init__(self) -> None:
        per_s = conf.get().POLLS_PER_S
        self._allowances: Allowances[str] = Allowances(BURST_S * per_s, per_s)
        self._lock = threading.Lock()

    def take(self, reader: str) -> float:
        """Takes one, if there is one left; else the answer is in how many seconds there will be."""
        now_s = time.monotonic()
        with self._lock:
            if self._allowances.take(reader, now_s):
                return 0.0
            return self._allowances.wait_s(reader, now_s)
