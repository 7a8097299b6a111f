from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from cameras.models import Transport
from streaming import labels


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
    watching = serializers.IntegerField(help_text=_("How many watch."))
    latency_p50_ms = serializers.FloatField(
        allow_null=True,
        help_text=_(
            "From the capture to the drawn picture, as those who watch now report it: their median."
            " Null while nobody does."
        ),
    )
    latency_p95_ms = serializers.FloatField(
        allow_null=True, help_text=_("The same, of which 95 of 100 are at most so late.")
    )
    stale = serializers.BooleanField(
        help_text=_("Redis does not answer: as it was up to ten seconds ago.")
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
        help_text=_("Frames of their sessions; for staff, all since Redis started.")
    )
    publishers = serializers.IntegerField(help_text=_("Cameras that are connected."))
    viewers = serializers.IntegerField(
        help_text=_("Who watches them; for staff, pages and programs that watch anything.")
    )
    cached = serializers.IntegerField(allow_null=True, help_text=_("Newest frames held in memory."))
    lost_writes = serializers.IntegerField(
        allow_null=True, help_text=_("Writes that Redis did not take since the processes began.")
    )
    skipped = serializers.IntegerField(
        allow_null=True, help_text=_("Frames that made way for newer ones, for slow viewers.")
    )
    cut_off = serializers.IntegerField(
        allow_null=True, help_text=_("Viewers that were cut off because they read nothing.")
    )
    cameras = StatsSerializer(many=True)
