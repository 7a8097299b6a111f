from __future__ import annotations

from collections.abc import Callable

from streaming.domain.demand import Demand, Wanted, permitted

#: A key frame is as large as ten others: a camera is asked for one at most so often.
KEY_EVERY_S = 1.0


class Wishes:
    """What one camera is told to send: `wanted` at each change, and `key_frame`.

    Times are seconds of a monotonic clock.
    """

    __slots__ = (
        "_asked_s",
        "_demand",
        "_needs_key",
        "_said",
        "_say_key",
        "_say_wanted",
        "encoders",
        "setting",
        "wanted",
    )

    def __init__(
        self,
        demand: Demand,
        setting: str,
        say_wanted: Callable[[Wanted], None],
        say_key: Callable[[], None],
    ) -> None:
        self.setting = setting
        #: Names of the video codecs that the camera encodes, the best first.
        self.encoders: tuple[str, ...] = ()
        self.wanted = Wanted()
        self._demand = demand
        self._say_wanted = say_wanted
        self._say_key = say_key
        #: What the camera heard last; None until its way is open.
        self._said: Wanted | None = None
        self._needs_key = False
        self._asked_s = -KEY_EVERY_S

    @property
    def codecs(self) -> tuple[str, ...]:
        """The video codecs that the camera may send."""
        return permitted(self.setting, self.encoders)

    @property
    def is_idle(self) -> bool:
        """Whether stills are all that the camera is to send."""
        return self.wanted == Wanted()

    def open(self, now_s: float) -> None:
        """The camera hears us: say what is wanted, unless it was said before."""
        if self._said is None:
            self.update(now_s)
            self._tell()

    def update(self, now_s: float) -> None:
        """Say what has become due: done at each change of demand, and now and then."""
        self.wanted = self._demand.wanted(now_s, self.setting, self.encoders)
        if self._said not in (None, self.wanted):
            self._tell()
        self._ask(now_s)

    def need_key(self, now_s: float) -> None:
        """Somebody waits for a key frame."""
        self._needs_key = True
        self._ask(now_s)

    def got_key(self) -> None:
        self._needs_key = False

    def _tell(self) -> None:
        self._said = self.wanted
        self._say_wanted(self.wanted)

    def _ask(self, now_s: float) -> None:
        if self._needs_key and now_s - self._asked_s >= KEY_EVERY_S:
            self._needs_key = False
            self._asked_s = now_s
            self._say_key()
