"""What the whole system counts, for Prometheus: from Redis, whichever web process is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request

from cameras import access
from cameras.database import memory
from streaming.api.views import LiveView, RedisUnavailable, SingleFormat
from streaming.backplane.connection import Unavailable
from streaming.backplane.facts import ProcessFacts
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import store
from streaming.domain import refused_packets, wire
from streaming.domain.codecs import VIDEO_CODECS
from streaming.domain.latencies import BOUNDS_MS, percentile
from streaming.domain.limits import Limit
from streaming.domain.liveness import State
from streaming.process.web import node

_PERCENTILES = (50, 95)

#: Of each camera: name, meaning, value.
_GAUGES: tuple[tuple[str, str, Callable[[LiveState], float]], ...] = (
    ("frames_per_second", "Frames received per second.", lambda live: live.fps),
    (
        "received_bytes_per_second",
        "Bytes received per second.",
        lambda live: live.bits_per_s / 8,
    ),
    ("viewers", "Who watches.", lambda live: len(live.watching)),
    (
        "adaptation_level",
        "By how many steps the camera has lowered its quality.",
        lambda live: live.level,
    ),
    (
        "uplink_seconds",
        "From the capture to the server, mean of the last second.",
        lambda live: live.uplink_ms / 1000,
    ),
)
_COUNTERS: tuple[tuple[str, str, Callable[[LiveState], float]], ...] = (
    ("frames", "Frames received in the session.", lambda live: live.frames),
    ("video_frames", "Frames of video received.", lambda live: live.video_frames),
    ("received_bytes", "Bytes received in the session.", lambda live: live.bytes),
    ("dropped_frames", "Frames lost on the way, or refused.", lambda live: live.dropped),
)
#: Of each process: name, meaning, field of ProcessFacts.
_PROCESS_GAUGES = (
    ("publishers", "Cameras that are connected to the process.", "publishers"),
    ("peers", "WebRTC connections of the process.", "peers"),
    ("viewers", "Pages and programs that watch through the process.", "viewers"),
    ("cached_frames", "Newest frames held in its memory.", "cached"),
    (
        "event_loop_lag_seconds",
        "Longest delay of its event loop in the last ten seconds.",
        "loop_lag_s",
    ),
    ("tasks", "Tasks of its event loop.", "tasks"),
    ("memory_bytes", "Memory that it holds (resident).", "memory_bytes"),
    ("open_descriptors", "Open files and sockets.", "descriptors"),
)
_PROCESS_COUNTERS = (
    ("lost_writes", "Writes that Redis did not take.", "lost_writes"),
    (
        "lost_audit_events",
        "Rows that the audit log lacks, because the database was away for too long.",
        "lost_audit_events",
    ),
    ("skipped_frames", "Frames that made way for newer ones, for slow viewers.", "skipped"),
    (
        "lost_history_rows",
        "Minutes of cameras that the database did not take, missing in the history.",
        "lost_minutes",
    ),
    ("cut_off_viewers", "Viewers that were disconnected because they read nothing.", "cut_off"),
)


class MetricsView(LiveView):
    """The whole system for Prometheus, in its text format.

    For staff, and for programs with a token of theirs. Of cameras those that they may see.
    """

    permission_classes = (IsAdminUser,)
    is_for_some = True
    content_negotiation_class = SingleFormat

    @extend_schema(operation_id="metrics", responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        visible = access.visible(request.user).order_by("slug").values_list("slug", "pk")
        cameras = memory.ask(("metrics", request.user.pk), lambda: dict(visible))
        try:
            states = store().live(list(cameras.values()), node().hub.now_ms())
            facts = _Facts(dict(zip(cameras, states, strict=True)), store().processes())
        except Unavailable:
            raise RedisUnavailable from None
        registry = CollectorRegistry(auto_describe=False)
        registry.register(facts)
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Facts(Collector):
    def __init__(self, cameras: Mapping[str, LiveState], processes: Iterable[ProcessFacts]) -> None:
        self._cameras = cameras
        self._processes = sorted(processes, key=lambda process: (process.role, process.id))

    def collect(self) -> Iterator[Metric]:
        yield from self._of_cameras()
        yield self._latencies()
        yield self._states()
        yield self._wanted()
        yield from self._of_processes()
        yield self._refused(
            "messages", "Messages of cameras", wire.Reason, lambda process: process.refused
        )
        yield self._refused(
            "packets",
            "Packets on their way to a peer",
            refused_packets.REASONS,
            lambda process: process.refused_packets,
        )
        yield self._limited()
        yield self._drawn()

    def _of_cameras(self) -> Iterator[Metric]:
        gauges = ((GaugeMetricFamily, each) for each in _GAUGES)
        counters = ((CounterMetricFamily, each) for each in _COUNTERS)
        for kind, (name, meaning, value) in (*gauges, *counters):
            family = kind(f"skysentry_camera_{name}", meaning, labels=["camera"])
            for slug, live in self._cameras.items():
                family.add_metric([slug], value(live))
            yield family

    def _latencies(self) -> Metric:
        family = GaugeMetricFamily(
            "skysentry_camera_viewer_latency_seconds",
            "From the capture to the drawn picture, over those who watch now.",
            # Not "quantile", which belongs to summaries.
            labels=["camera", "percentile"],
        )
        for slug, live in self._cameras.items():
            for each in _PERCENTILES:
                latency_ms = percentile(live.latencies_ms, each / 100)
                if latency_ms is not None:
                    family.add_metric([slug, str(each)], latency_ms / 1000)
        return family

    def _states(self) -> Metric:
        family = GaugeMetricFamily(
            "skysentry_camera_state", "1 for the state that it is in.", labels=["camera", "state"]
        )
        for slug, live in self._cameras.items():
            for state in State:
                family.add_metric([slug, state.value], float(live.state is state))
        return family

    def _wanted(self) -> Metric:
        family = GaugeMetricFamily(
            "skysentry_camera_wanted",
            "1 for what the camera is asked to send beside its stills.",
            labels=["camera", "rendition"],
        )
        for slug, live in self._cameras.items():
            family.add_metric([slug, "jpeg"], float(live.jpeg))
            for codec in VIDEO_CODECS:
                family.add_metric([slug, codec], float(live.video == codec))
        return family

    def _of_processes(self) -> Iterator[Metric]:
        gauges = ((GaugeMetricFamily, each) for each in _PROCESS_GAUGES)
        counters = ((CounterMetricFamily, each) for each in _PROCESS_COUNTERS)
        for kind, (name, meaning, field) in (*gauges, *counters):
            family = kind(f"skysentry_process_{name}", meaning, labels=["role", "process"])
            for process in self._processes:
                family.add_metric([process.role, process.id], getattr(process, field))
            yield family

    def _refused(
        self,
        what: str,
        meaning: str,
        reasons: Iterable[str],
        counts: Callable[[ProcessFacts], Mapping[str, int]],
    ) -> Metric:
        """Each of the reasons has a series from the start: the first event counts in a rate."""
        family = CounterMetricFamily(
            f"skysentry_process_refused_{what}",
            f"{meaning} that were refused.",
            labels=["role", "process", "reason"],
        )
        for process in self._processes:
            for reason, count in sorted({**dict.fromkeys(reasons, 0), **counts(process)}.items()):
                family.add_metric([process.role, process.id, reason], count)
        return family

    def _limited(self) -> Metric:
        family = CounterMetricFamily(
            "skysentry_process_limited",
            "What was refused because somebody wanted more than their share.",
            labels=["role", "process", "limit"],
        )
        for process in self._processes:
            for limit in Limit:
                count = process.limited.get(limit.value, 0)
                family.add_metric([process.role, process.id, limit.value], count)
        return family

    def _drawn(self) -> Metric:
        family = HistogramMetricFamily(
            "skysentry_process_viewer_latency_seconds",
            "From the capture to the drawn picture, as viewers report it every few seconds.",
            labels=["role", "process"],
        )
        bounds = [*(str(ms / 1000) for ms in BOUNDS_MS), "+Inf"]
        for process in self._processes:
            # A process of another version may count otherwise.
            if len(process.latency_counts) == len(bounds):
                counts = accumulate(process.latency_counts)
                family.add_metric(
                    [process.role, process.id],
                    list(zip(bounds, counts, strict=True)),
                    process.latency_sum_ms / 1000,
                )
        return family
