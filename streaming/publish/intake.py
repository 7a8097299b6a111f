from __future__ import annotations

import asyncio
import logging
import math
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from cameras.errors import reason_of
from streaming import conf
from streaming.backplane.bus import FrameBus
from streaming.backplane.clock import ServerClock
from streaming.backplane.connection import Unavailable
from streaming.backplane.writer import StoreWriter
from streaming.domain import wire
from streaming.domain.backlog import Backlog
from streaming.domain.chain import MAX_MISSING, Chain
from streaming.domain.delay import Delay
from streaming.domain.demand import Demand, Wanted, admits
from streaming.domain.limits import Limit
from streaming.domain.liveness import FrameClock, Pause, State
from streaming.domain.meter import Meter
from streaming.domain.pace import Pace
from streaming.domain.stages import MAX_AGE_MS
from streaming.domain.tally import Tally
from streaming.domain.wire import Rendition
from streaming.domain.wishes import Wishes
from streaming.protocol import control
from streaming.protocol.control import FromCamera
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.limits import MAX_CAMERA_MESSAGE_BYTES
from streaming.protocol.message import Message
from streaming.publish.limits import MAX_BROWSER_MESSAGE_BYTES
from streaming.refusals import Refusals

logger = logging.getLogger(__name__)

#: The newest picture is kept in Redis for pages and for viewers who come: ten a second are plenty,
#: which are every third of thirty.
STORED_EVERY_S = 0.09
#: One frame in so many is written down as a sign of life.
FRAMES_PER_SIGN = 10
#: Frames of one camera that Redis has not answered, at most: a quarter of a second at 30 a second.
#: Fewer are lost beside processes that keep Redis waiting, more would make all of them late.
MAX_IN_FLIGHT = 8
#: A camera of which more is wanted hears for so long, and so often, what arrives of it.
EARLY_FOR_S = 2.0
EARLY_EVERY_S = 0.25
#: A camera that says more lies; ours has fewer steps.
MAX_LEVELS = 100

_REASONS = {
    Limit.FRAME_RATE_PERCENT: wire.Reason.FRAME_RATE,
    Limit.CAMERA_BYTES_PER_S: wire.Reason.BYTES_PER_S,
}
#: The second byte of a frame.
_VIDEO = bytes([Rendition.VIDEO])

_decoder = Decoder[FromCamera](FromCamera, MAX_CAMERA_MESSAGE_BYTES)


@dataclass(slots=True)
class Totals:
    """What came in since the session began."""

    frames: int = 0
    bytes: int = 0
    dropped: int = 0
    video_frames: int = 0
    #: For how long more than stills was wanted, and how many pictures came in that time.
    wanted_s: float = 0.0
    wanted_frames: int = 0
    #: How many frames could be timed, and how long they took from their capture to here, in all.
    timed: int = 0
    delay_ms: float = 0.0


class Intake:
    """One camera's incoming frames, whichever way they come: session, counters, frame clock.

    Never waits for anybody: of what Redis does not take in time, a picture is replaced by the next,
    and video goes on at a key frame.
    """

    def __init__(
        self,
        *,
        camera_id: UUID,
        slug: str,
        session: int,
        totals: Totals,
        bus: FrameBus,
        writer: StoreWriter,
        clock: ServerClock,
        demand: Demand,
        codec: str,
        frame_rate: int,
        refusals: Refusals,
        send: Callable[[str], None],
        max_message_bytes: int = MAX_BROWSER_MESSAGE_BYTES,
    ) -> None:
        """`codec` and `frame_rate` are the camera's settings, `send` never waits.

        `max_message_bytes` is what the way in allows of a frame; the bus takes no more than
        `wire.MAX_MESSAGE_BYTES`.
        """
        self.camera_id = camera_id
        self.session = session
        self.totals = totals
        self.label = f"camera {slug} session {session}"
        self.frame_clock = FrameClock(time.monotonic())
        self.wishes = Wishes(demand, codec, self._say_wanted, lambda: self._say(control.KeyFrame()))
        self.width = 0
        self.height = 0
        #: By how many steps the camera has lowered its quality.
        self.level = 0
        #: As the camera says.
        self.encode_ms = 0.0
        self._bus = bus
        self._writer = writer
        self._clock = clock
        self._send = send
        self._max_message_bytes = max_message_bytes
        self._newest_picture = 0
        self._lost = 0
        self._chain = Chain()
        #: Pictures and frames of video that went on: of both at a time, one kind counts.
        self._counts = [0, 0]
        self._noted = (time.monotonic(), 0, 0)
        self._shown = 0
        self._backlog = Backlog()
        #: While frames may go out.
        self._publishing: asyncio.Future[None] | None = None
        #: Frames that Redis has not answered yet.
        self._in_flight = 0
        self._is_failing = False
        self._meter = Meter()
        self._delay = Delay()
        self._refused = Tally()
        self._refusals = refusals
        limits = conf.get()
        self._pace = Pace(frame_rate * limits.FRAME_RATE_PERCENT / 100, limits.CAMERA_BYTES_PER_S)
        self._stored_s = -math.inf
        self._began_s = self._reported_s = -math.inf

    def frame(self, data: bytes | str) -> None:
        """Take one message of the frames channel."""
        now_s = time.monotonic()
        try:
            self._check_pace(data, now_s)
            frame = self._checked(data)
        except wire.WireError as error:
            self._refuse(error.reason, now_s)
            return
        now_ms = self._clock.now_ms()
        self.frame_clock.frame(now_s)
        # Also of what does not go on: the camera learns by it what the way carries.
        self.totals.bytes += len(frame.message)
        delay_ms = now_ms - frame.captured_at
        if abs(delay_ms) <= MAX_AGE_MS:
            self._delay.add(delay_ms)
            self.totals.timed += 1
            self.totals.delay_ms += delay_ms
        if frame.rendition is Rendition.VIDEO:
            self._take_video(frame, now_s)
        elif frame.sequence > self._newest_picture:
            self._take_picture(frame, now_ms, now_s)
        if now_s - self._began_s < EARLY_FOR_S and now_s - self._reported_s >= EARLY_EVERY_S:
            self._report_received()

    def _take_picture(self, frame: wire.Frame, now_ms: float, now_s: float) -> None:
        # One that was overtaken on the unordered channel was counted as missing when it was.
        if self._newest_picture:
            self._miss(min(frame.sequence - self._newest_picture - 1, MAX_MISSING))
        self._newest_picture = frame.sequence
        self._pass_on(frame)
        if now_s - self._stored_s >= STORED_EVERY_S:
            self._stored_s = now_s
            self._writer.image(self.camera_id, frame.message, now_ms)

    def _take_video(self, frame: wire.Frame, now_s: float) -> None:
        missing = self._chain.missing
        for each in self._chain.add(frame, now_s):
            if each.key:
                self.wishes.got_key()
            self._pass_on(each)
        self._miss(self._chain.missing - missing)
        if self._chain.needs_key or self._backlog.needs_key:
            self.wishes.need_key(now_s)

    def _pass_on(self, frame: wire.Frame) -> None:
        self._counts[frame.rendition is Rendition.VIDEO] += 1
        self.totals.frames += 1
        self.totals.video_frames += frame.rendition is Rendition.VIDEO
        # Beside video, stills are smaller.
        if frame.rendition is not Rendition.STILL or self.wishes.is_idle or not self.width:
            self.width, self.height = frame.width, frame.height
        self._writer.count_frame()
        if self.totals.frames % FRAMES_PER_SIGN == 0:
            self._writer.seen(self.camera_id, self._clock.now_ms())
        self.totals.dropped += self._backlog.put(frame)
        self._publish()

    def _miss(self, count: int) -> None:
        self._lost += count
        self.totals.dropped += count

    def control(self, text: str) -> None:
        """Take one message of the control channel."""
        try:
            self.act(_decoder.decode(text))
        except MessageError as error:
            self._refused.add(wire.Reason.CONTROL)
            logger.debug("%s: control message refused: %s", self.label, reason_of(error))

    def act(self, message: FromCamera) -> None:
        """Take a control message, however it came."""
        now_s = time.monotonic()
        # Whoever speaks hears, too.
        self.wishes.open(now_s)
        match message:
            case control.CameraPing():
                self.frame_clock.beat(now_s, Pause(message.paused) if message.paused else None)
                self._say(control.Pong(message.time, self._clock.now_ms()))
            case control.CameraReport():
                self.frame_clock.beat(now_s, self.frame_clock.pause)
                self.encode_ms = _within(message.encode_ms, MAX_AGE_MS)
                self.level = round(_within(message.level, MAX_LEVELS))
            case control.Encoders():
                self.wishes.encoders = message.codecs
                self.wishes.update(now_s)

    async def run(self) -> None:
        """Publish what comes in, for ever."""
        self._publishing = asyncio.get_running_loop().create_future()
        try:
            self._publish()
            # Frames go out as they come; what fails for another reason than Redis' absence ends it.
            await self._publishing
        finally:
            self._publishing = None

    def _publish(self) -> None:
        while self._publishing and self._backlog and self._in_flight < MAX_IN_FLIGHT:
            self._in_flight += 1
            answer = self._bus.publish_soon(self.camera_id, self._backlog.take())
            answer.add_done_callback(self._published)

    def _published(self, answer: asyncio.Future[int]) -> None:
        self._in_flight -= 1
        error = answer.exception()
        if isinstance(error, Unavailable):
            self.totals.dropped += 1 + self._backlog.break_off()
            # Frames may have come all at once, and no other one follows.
            if self.totals.video_frames:
                self.wishes.need_key(time.monotonic())
            if not self._is_failing:
                logger.warning("%s: Redis takes no frames: %s", self.label, reason_of(error))
        elif error and self._publishing and not self._publishing.done():
            self._publishing.set_exception(error)
        self._is_failing = error is not None
        self._publish()

    def set_codec(self, codec: str) -> None:
        """The camera's setting is this now."""
        self.wishes.setting = codec
        self.wishes.update(time.monotonic())

    def tick(self) -> None:
        """What is done now and then, and not for each frame."""
        now_s = time.monotonic()
        self.wishes.update(now_s)
        noted_s, pictures, video = self._noted
        came = max(self._counts[0] - pictures, self._counts[1] - video)
        self._noted = (now_s, self._counts[0], self._counts[1])
        self._shown += came
        self._meter.note(now_s, self._shown, self.totals.bytes)
        if not self.wishes.is_idle:
            self.totals.wanted_s += now_s - noted_s
            self.totals.wanted_frames += came

    def state(self) -> State:
        return self.frame_clock.state(time.monotonic())

    def report(self) -> None:
        """Tell the camera once a second what arrived, and what was refused."""
        self._report_received()
        for reason, count in self._refused.news(time.monotonic()).items():
            logger.warning("%s: frames refused: %d (%s)", self.label, count, reason)
            self._say(control.Refused(reason, count))

    def _report_received(self) -> None:
        self._reported_s = time.monotonic()
        self._delay.next_second()
        received = control.Received(
            frames=self.totals.frames,
            bytes=self.totals.bytes,
            dropped=self.totals.dropped,
            lost=self._lost,
            delay_ms=round(self._delay.queued_ms, 1),
            uplink_ms=round(self.uplink_ms, 1),
            fps=round(self.fps, 1),
        )
        self._say(received)

    def watching(self, names: tuple[str, ...], says_names: bool) -> None:
        said = sorted({name for name in names if name}) if says_names else []
        self._say(control.Watching(len(names), said))

    def renamed(self, name: str) -> None:
        self._say(control.Renamed(name))

    @property
    def refused(self) -> Counter[str]:
        """Messages that were refused, by reason."""
        return self._refused.total

    @property
    def fps(self) -> float:
        return self._meter.frames_per_s

    @property
    def bits_per_s(self) -> float:
        return self._meter.bits_per_s

    @property
    def uplink_ms(self) -> float:
        return self._delay.mean_ms

    @property
    def sends_too_much(self) -> bool:
        """Whether the camera has exceeded its limits for long, and still does."""
        return self._pace.is_hopeless(time.monotonic())

    def _check_pace(self, data: bytes | str, now_s: float) -> None:
        is_video = data[1:2] == _VIDEO
        limit = self._pace.exceeds(now_s, is_video=is_video, size_bytes=len(data))
        if limit is not None:
            self._refusals.count(limit, self.label)
            raise wire.WireError(_REASONS[limit])

    def _checked(self, data: bytes | str) -> wire.Frame:
        if isinstance(data, str):
            raise wire.WireError(wire.Reason.TEXT)
        if len(data) > self._max_message_bytes:
            raise wire.WireError(wire.Reason.TOO_LARGE)
        frame = wire.unpack(data)
        if frame.session != self.session:
            raise wire.WireError(wire.Reason.SESSION)
        if frame.rendition is Rendition.VIDEO and not admits(self.wishes.setting, frame.codec):
            raise wire.WireError(wire.Reason.CODEC)
        return frame

    def refuse(self, reason: wire.Reason) -> None:
        """What came was no frame, for its link to know: as if it had been taken and refused."""
        self._refuse(reason, time.monotonic())

    def _refuse(self, reason: wire.Reason, now_s: float) -> None:
        self.totals.dropped += 1
        self._refused.add(reason)
        # Even a refused frame says that the camera is there.
        self.frame_clock.beat(now_s, pause=None)

    def _say(self, message: Message) -> None:
        self._send(message.text())

    def _say_wanted(self, wanted: Wanted) -> None:
        if wanted != Wanted():
            # Its frames come after this.
            self._began_s = self._reported_s = time.monotonic()
        self._say(control.Wanted(wanted.jpeg, wanted.video_name or None))


def _within(value: float | None, most: float) -> float:
    """A number that may be missing, from 0 to `most` whatever was said."""
    return min(max(0.0, value or 0.0), most)
