from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from asgiref.sync import async_to_sync
from prometheus_client.parser import text_string_to_metric_families

from cameras.models import ApiToken
from streaming.backplane.connection import connect
from streaming.backplane.facts import ProcessFacts
from streaming.backplane.writer import StoreWriter
from streaming.domain import refused_packets, wire
from streaming.domain.latencies import Histogram
from streaming.domain.limits import Limit
from tests.streaming.api import promlint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

METRICS = "/metrics"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def staff(superuser):
    _, secret = ApiToken.issue(user=superuser, name="Prometheus")
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def live(show, camera):
    """A camera that two watch, one process of each role."""
    facts = {"fps": 29.5, "bits_per_s": 1e6, "frames": 300, "bytes": 9000, "dropped": 4}
    show(camera, session=7, uplink_ms=12.0, video="h264", level=2, video_frames=290, **facts)
    watched(camera)


@async_to_sync
async def watched(camera):
    async with connect() as redis:
        writer = StoreWriter(redis)
        names, latencies_ms = ["vera", "olga"], [30, 50]
        writer.watching(camera.pk, "w1", names, time.time() * 1000, latencies_ms)
        drawn = Histogram()
        drawn.add(30.0)
        drawn.add(50.5)
        web = ProcessFacts("w1", "web", viewers=2, skipped=5, cut_off=1, lost_writes=3)
        web = replace(web, loop_lag_s=0.02, tasks=12, descriptors=30, memory_bytes=90_000_000)
        web = replace(web, limited={"viewers": 4})
        writer.process(replace(web, latency_counts=drawn.counts, latency_sum_ms=drawn.sum_ms))
        refused = {"jpeg": 3, "session": 1}
        facts = ProcessFacts("i1", "ingest", publishers=1, peers=1, refused=refused)
        writer.process(replace(facts, refused_packets={"empty datagram": 6}))
        writer.process(ProcessFacts("w0", "web", latency_counts=[1, 2]))
        await writer.flush()


def samples(response):
    assert response.status_code == 200, response.content
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, tuple(sorted(sample.labels.values()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_it_says_of_each_camera_what_comes_of_it(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    of_camera = {
        name.removeprefix("skysentry_camera_"): value
        for (name, labels), value in told.items()
        if labels == ("front-door",)
    }
    assert of_camera == {
        "frames_per_second": 29.5,
        "received_bytes_per_second": 125_000,
        "viewers": 2,
        "adaptation_level": 2,
        "uplink_seconds": 0.012,
        "frames_total": 300,
        "received_bytes_total": 9000,
        "dropped_frames_total": 4,
        "video_frames_total": 290,
    }


def test_it_says_how_late_viewers_draw_and_in_which_state_the_camera_is(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    latency = "skysentry_camera_viewer_latency_seconds"
    assert told[latency, ("50", "front-door")] == 0.03
    assert told[latency, ("95", "front-door")] == 0.05
    assert told["skysentry_camera_state", ("front-door", "live")] == 1
    assert told["skysentry_camera_state", ("front-door", "lost")] == 0


def test_it_says_what_the_camera_is_asked_to_send(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    wanted = {
        labels[1]: value
        for (name, labels), value in told.items()
        if name == "skysentry_camera_wanted"
    }
    assert wanted == {"jpeg": 0, "h264": 1, "vp8": 0}


def test_it_counts_refused_messages_by_reason(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    refused = "skysentry_process_refused_messages_total"
    assert told[refused, ("i1", "ingest", "jpeg")] == 3
    assert told[refused, ("i1", "ingest", "session")] == 1
    packets = "skysentry_process_refused_packets_total"
    assert told[packets, ("empty datagram", "i1", "ingest")] == 6


def test_each_reason_has_a_count_before_anything_is_refused(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    refused = "skysentry_process_refused_"
    for reason in wire.Reason:
        assert told[f"{refused}messages_total", tuple(sorted(["w1", "web", reason.value]))] == 0
    assert told[f"{refused}packets_total", ("malformed DTLS", "w1", "web")] == 0


def test_the_reasons_of_the_guard_are_known_beforehand():
    sources = (ROOT / "streaming/publish/webrtc/guard").glob("*.py")
    code = "".join(each.read_text() for each in sources)
    refused = re.findall(r'refuse\(\s*(?:[\w.()]+,\s*)?"([^"]+)"', code)
    excess = re.findall(r'return (?:"" if .* else )?"([^"]+)"', code)
    assert sorted({*refused, *excess}) == sorted(refused_packets.REASONS)


def test_names_and_labels_keep_the_rules_of_promtool(api, live, staff):
    text = api.get(METRICS, headers=staff).content.decode()
    assert promlint.problems(text) == []


def test_what_viewers_reported_adds_up_in_a_histogram(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    latency = "skysentry_process_viewer_latency_seconds"
    assert told[f"{latency}_bucket", ("0.02", "w1", "web")] == 0
    assert told[f"{latency}_bucket", ("0.03", "w1", "web")] == 1
    assert told[f"{latency}_bucket", ("0.08", "w1", "web")] == 2
    assert told[f"{latency}_bucket", ("+Inf", "w1", "web")] == 2
    assert told[f"{latency}_count", ("w1", "web")] == 2
    assert told[f"{latency}_sum", ("w1", "web")] == pytest.approx(0.0805)


def test_a_process_that_counts_by_other_bounds_is_left_out_of_the_histogram(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    assert ("skysentry_process_viewer_latency_seconds_count", ("w0", "web")) not in told
    assert ("skysentry_process_viewers", ("w0", "web")) in told


def test_it_says_of_each_process_what_it_counts(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    assert told["skysentry_process_viewers", ("w1", "web")] == 2
    assert told["skysentry_process_skipped_frames_total", ("w1", "web")] == 5
    assert told["skysentry_process_cut_off_viewers_total", ("w1", "web")] == 1
    assert told["skysentry_process_lost_writes_total", ("w1", "web")] == 3
    assert told["skysentry_process_publishers", ("i1", "ingest")] == 1
    assert told["skysentry_process_event_loop_lag_seconds", ("w1", "web")] == 0.02
    assert told["skysentry_process_tasks", ("w1", "web")] == 12
    assert told["skysentry_process_open_descriptors", ("w1", "web")] == 30
    assert told["skysentry_process_memory_bytes", ("w1", "web")] == 9e7


def test_every_limit_has_a_series_from_the_start(api, live, staff):
    told = samples(api.get(METRICS, headers=staff))
    limited = "skysentry_process_limited_total"
    assert told[limited, ("viewers", "w1", "web")] == 4
    for limit in Limit:
        assert (limited, tuple(sorted((limit.value, "i1", "ingest")))) in told


def test_staff_who_have_signed_in_may_look(api, live, superuser):
    api.force_login(superuser)
    response = api.get(METRICS)
    assert response["Content-Type"].startswith("text/plain")
    assert samples(response)


@pytest.mark.parametrize(("who", "status"), [("owner", 403), ("stranger", 403), ("visitor", 401)])
def test_nobody_else_may(api, live, people, who, status):
    if people[who]:
        api.force_login(people[who])
    response = api.get(METRICS)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"


def test_a_token_of_somebody_who_is_no_staff_will_not_do(api, live, owner):
    _, secret = ApiToken.issue(user=owner, name="Prometheus")
    response = api.get(METRICS, headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 403


def test_staff_see_the_cameras_that_they_may_see(api, live, stranger):
    stranger.is_staff = True
    stranger.save()
    api.force_login(stranger)
    told = samples(api.get(METRICS))
    assert not any("front-door" in labels for _, labels in told)
    assert told["skysentry_process_viewers", ("w1", "web")] == 2


def test_while_redis_is_away_it_says_when_to_come_back(api, camera, staff, valkey):
    valkey.stop()
    response = api.get(METRICS, headers=staff)
    assert response.status_code == 503
    assert response["Retry-After"]
