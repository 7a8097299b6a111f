from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cameras.models import Transport
from streaming import labels
from streaming.domain.history import RANGES
from streaming.domain.liveness import State


class StatsSerializer(serializers.Serializer[Any]):
    """A camera as of now."""

    camera = serializers.SlugField(help_text=_("Slug of the camera."))
    name = serializers.CharField()
    enabled = serializers.BooleanField(
        help_text=_("A disabled camera is seen by those who manage it.")
    )
    state = serializers.ChoiceField(choices=list(labels.STATES.items()))
    reason = serializers.ChoiceField(
        choices=list(labels.REASONS.items()),
        allow_null=True,
        help_text=_(
            "While the state is off: why the last session ended, or “never” where there was none."
            " Otherwise why the camera is paused, lost or unknown, where that is known."
        ),
    )
    since = serializers.DateTimeField(
        allow_null=True,
        help_text=_("When the state began. Null where that is not known."),
    )
    publisher = serializers.CharField(
        allow_null=True,
        help_text=_("Who publishes, or did last. Null for visitors who have not signed in."),
    )
    session = serializers.IntegerField(allow_null=True)
    transport = serializers.ChoiceField(
        choices=Transport.choices, allow_null=True, help_text=_("Null while it is off.")
    )
    connected_at = serializers.DateTimeField(allow_null=True, help_text=_("Null while it is off."))
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    fps = serializers.FloatField(help_text=_("Frames received per second."))
    bits_per_s = serializers.FloatField()
    frames = serializers.IntegerField(help_text=_("Frames received in this session."))
    bytes = serializers.IntegerField(help_text=_("Bytes received in this session."))
    dropped = serializers.IntegerField(
        help_text=_("Frames of this session that were lost on the way, or refused.")
    )
    uplink_ms = serializers.FloatField(
        help_text=_("From the capture to the server, mean of the last second.")
    )
    codecs = serializers.ListField(
        child=serializers.CharField(),
        help_text=_("Video codecs that the camera can send and may, the best first."),
    )
    video = serializers.CharField(
        allow_null=True, help_text=_("The video codec that is wanted now; null for none.")
    )
    jpeg = serializers.BooleanField(
        help_text=_("Whether pictures are wanted one by one, and not only stills.")
    )
    level = serializers.IntegerField(
        help_text=_("By how many steps the camera has lowered its quality.")
    )
    watching = serializers.IntegerField(help_text=_("Number of viewers."))
    latency_p50_ms = serializers.FloatField(
        allow_null=True,
        help_text=_(
            "From the capture to the drawn picture, as those who watch now report it: their median."
            " Null while nobody does."
        ),
    )
    latency_p95_ms = serializers.FloatField(
        allow_null=True, help_text=_("The same: the 95th percentile.")
    )
    stale = serializers.BooleanField(
        help_text=_("Redis is unreachable: the values are up to ten seconds old.")
    )


class LatestSerializer(serializers.Serializer[Any]):
    """The newest picture of a camera, without the picture."""

    session = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text=_("Number of the frame in its session."))
    captured_at = serializers.DateTimeField(
        allow_null=True, help_text=_("As the camera says; null for what is no date.")
    )
    received_at = serializers.DateTimeField(help_text=_("By the server."))
    age_s = serializers.FloatField(help_text=_("Since the frame was received."))
    stale = serializers.BooleanField(help_text=_("Older than 2 s: not a picture of now."))
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    bytes = serializers.IntegerField(help_text=_("Size of the picture."))
    url = serializers.URLField(help_text=_("The picture, as a JPEG."))


class SystemSerializer(serializers.Serializer[Any]):
    """The cameras that you may see, and what they add up to; for staff the whole system.

    What is counted for the system alone is null for others.
    """

    frames = serializers.IntegerField(
        help_text=_("Frames of their running sessions; for staff, all that were ever counted.")
    )
    publishers = serializers.IntegerField(help_text=_("Cameras that are connected."))
    viewers = serializers.IntegerField(
        help_text=_("Who watches them; for staff, pages and programs that watch anything.")
    )
    cached = serializers.IntegerField(allow_null=True, help_text=_("Newest frames held in memory."))
    lost_writes = serializers.IntegerField(
        allow_null=True, help_text=_("Writes that Redis has refused since the processes started.")
    )
    skipped = serializers.IntegerField(
        allow_null=True, help_text=_("Frames that made way for newer ones, for slow viewers.")
    )
    cut_off = serializers.IntegerField(
        allow_null=True, help_text=_("Viewers that were disconnected because they read nothing.")
    )
    cameras = StatsSerializer(many=True)


class RangeSerializer(serializers.Serializer[Any]):
    """Which stretch of time is asked for; it ends now."""

    range = serializers.ChoiceField(choices=list(RANGES), default="24h")


_SHOWN = (State.LIVE, State.LOST, State.PAUSED, State.OFF)


class SpanSerializer(serializers.Serializer[Any]):
    """A time in which a camera was in one state."""

    state = serializers.ChoiceField(choices=[(each, labels.STATES[each]) for each in _SHOWN])
    started = serializers.DateTimeField()
    ended = serializers.DateTimeField(help_text=_("The end of the range for what still goes on."))
    reason = serializers.CharField(
        allow_null=True, help_text=_("Why the session before ended. Null while one goes on.")
    )
    publisher = serializers.CharField(
        allow_null=True,
        help_text=_("Who publishes, or published before. Null unless you manage the camera."),
    )
    count = serializers.IntegerField(
        help_text=_("How many times of this state it stands for; very short ones are joined.")
    )


class PointSerializer(serializers.Serializer[Any]):
    """One step of a chart."""

    at = serializers.DateTimeField(help_text=_("When it begins."))
    live_s = serializers.IntegerField(help_text=_("Seconds in which the camera was live."))
    paused_s = serializers.IntegerField()
    lost_s = serializers.IntegerField()
    frames = serializers.IntegerField(help_text=_("Frames received."))
    dropped = serializers.IntegerField(help_text=_("Frames that were lost on the way, or refused."))
    fps = serializers.FloatField(help_text=_("Frames received per second, mean while live."))
    bits_per_s = serializers.IntegerField(help_text=_("Mean while live."))
    viewers = serializers.IntegerField(help_text=_("Most at once."))
    uplink_ms = serializers.IntegerField(
        allow_null=True, help_text=_("From the capture to the server, mean while live.")
    )
    latency_p50_ms = serializers.IntegerField(
        allow_null=True,
        help_text=_(
            "From the capture to the drawn picture, as viewers report it: median of the minutes'"
            " medians. Null while nobody watched."
        ),
    )
    latency_p95_ms = serializers.IntegerField(
        allow_null=True, help_text=_("The same: the 95th percentile of the worst minute.")
    )


class _CameraSpans(serializers.Serializer[Any]):
    camera = serializers.SlugField(help_text=_("Slug of the camera."))
    name = serializers.CharField()
    spans = SpanSerializer(many=True)


class _Times(serializers.Serializer[Any]):
    range = serializers.ChoiceField(choices=list(RANGES))
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    step_s = serializers.IntegerField(help_text=_("Seconds that one point stands for."))


class CameraSpansSerializer(_CameraSpans):
    """A camera's states, in order and without gaps."""


class HistorySerializer(_Times):
    """The states of all the cameras that you may see."""

    cameras = CameraSpansSerializer(many=True)


class CameraHistorySerializer(_CameraSpans, _Times):
    """What a camera did."""

    points = PointSerializer(many=True)


class ProcessSerializer(serializers.Serializer[Any]):
    """A process of SkySentry, on any machine."""

    role = serializers.CharField(help_text=_("“web”, “ingest” or “pull”."))
    host = serializers.CharField(help_text=_("Name of its machine."))
    pid = serializers.IntegerField()
    started = serializers.DateTimeField(allow_null=True)
    publishers = serializers.IntegerField(help_text=_("Cameras connected to it."))
    viewers = serializers.IntegerField()
    loop_lag_s = serializers.FloatField(
        help_text=_("Longest delay of its event loop in the last ten seconds.")
    )
    memory_bytes = serializers.IntegerField()
    descriptors = serializers.IntegerField(help_text=_("Open files and sockets."))


class MachineSerializer(serializers.Serializer[Any]):
    """The machine of the web process that answers."""

    host = serializers.CharField()
    cores = serializers.IntegerField()
    load = serializers.ListField(
        child=serializers.FloatField(),
        help_text=_("Processes running or waiting to run: average over 1, 5 and 15 minutes."),
    )
    disk_free_bytes = serializers.IntegerField(help_text=_("Where SkySentry keeps its files."))
    disk_bytes = serializers.IntegerField()


class RedisSerializer(serializers.Serializer[Any]):
    """The server that the processes share."""

    name = serializers.CharField(help_text=_("“Redis” or “Valkey”."))
    version = serializers.CharField()
    started = serializers.DateTimeField()
    memory_bytes = serializers.IntegerField()
    max_memory_bytes = serializers.IntegerField(help_text=_("0 where there is no limit."))


class VersionSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    version = serializers.CharField()


class SystemStateSerializer(serializers.Serializer[Any]):
    """How the system is doing."""

    processes = ProcessSerializer(many=True)
    machine = MachineSerializer()
    redis = RedisSerializer(allow_null=True, help_text=_("Null while it does not answer."))
    versions = VersionSerializer(many=True)
