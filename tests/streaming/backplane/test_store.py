from __future__ import annotations

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from streaming.backplane import store as streaming_store
from streaming.backplane.connection import Unavailable
from streaming.backplane.live_state import LiveState
from streaming.backplane.store import IMAGE_TTL_S, LEASE_MS, Lease
from tests.streaming.waiting import until

CAMERA = uuid4()
#: Two phones, of which each holds one lease.
OLGA = Lease(peer="peer-olga", session=7, publisher="olga", channel="ingest.a!1")
SAM = Lease(peer="peer-sam", session=8, publisher="sam", channel="ingest.b!1")


# Leases


async def test_the_first_to_claim_a_camera_holds_it(store):
    assert await store.claim(CAMERA, OLGA, take_over=False) is None
    assert await store.holder(CAMERA) == OLGA


async def test_the_second_is_told_who_holds_it(store):
    await store.claim(CAMERA, OLGA, take_over=False)
    assert await store.claim(CAMERA, SAM, take_over=False) == OLGA
    assert await store.holder(CAMERA) == OLGA


async def test_of_many_who_claim_at_once_one_wins(store):
    leases = [replace(SAM, peer=f"peer-{number}", session=0) for number in range(8)]
    answers = await asyncio.gather(*(store.claim(CAMERA, lease, False) for lease in leases))
    winner = leases[answers.index(None)]
    assert [answer for answer in answers if answer is not None] == [winner] * 7


async def test_whoever_takes_over_holds_it(store):
    await store.claim(CAMERA, OLGA, take_over=False)
    assert await store.claim(CAMERA, SAM, take_over=True) is None
    assert await store.holder(CAMERA) == SAM


async def test_the_same_session_comes_back_through_another_peer(store):
    await store.claim(CAMERA, OLGA, take_over=False)
    again = replace(OLGA, peer="peer-olga-again")
    assert await store.claim(CAMERA, again, take_over=False) is None
    assert await store.holder(CAMERA) == again


async def test_two_who_have_no_session_yet_are_not_the_same(store):
    first, second = (replace(lease, session=0) for lease in (OLGA, SAM))
    await store.claim(CAMERA, first, take_over=False)
    assert await store.claim(CAMERA, second, take_over=False) == first


async def test_cameras_are_claimed_apart(store):
    await store.claim(CAMERA, OLGA, take_over=False)
    assert await store.claim(uuid4(), SAM, take_over=False) is None


async def test_a_lease_runs_out_unless_it_is_renewed(store, redis):
    await store.claim(CAMERA, OLGA, take_over=False)
    await redis.pexpire(f"publisher:{CAMERA}", 10)
    await store.renew(CAMERA, OLGA)
    assert LEASE_MS - 1000 < await redis.pttl(f"publisher:{CAMERA}") <= LEASE_MS
    await redis.pexpire(f"publisher:{CAMERA}", 10)
    await until(lambda: _is_free(store))


async def _is_free(store):
    return await store.holder(CAMERA) is None


async def test_a_lease_that_ran_out_is_held_again_by_renewing_it(store):
    assert await store.renew(CAMERA, OLGA) is None
    assert await store.holder(CAMERA) == OLGA


async def test_who_lost_a_lease_hears_by_renewing_it_who_has_it(store):
    await store.claim(CAMERA, SAM, take_over=False)
    assert await store.renew(CAMERA, OLGA) == SAM
    assert await store.holder(CAMERA) == SAM


async def test_a_peer_renews_its_lease_with_the_session_it_got(store):
    await store.claim(CAMERA, replace(OLGA, session=0), take_over=False)
    assert await store.renew(CAMERA, OLGA) is None
    assert await store.holder(CAMERA) == OLGA


async def test_a_released_camera_is_free(store):
    await store.claim(CAMERA, OLGA, take_over=False)
    await store.release(CAMERA, OLGA)
    assert await store.holder(CAMERA) is None


async def test_nobody_releases_the_lease_of_another(store):
    await store.claim(CAMERA, SAM, take_over=False)
    await store.release(CAMERA, OLGA)
    assert await store.holder(CAMERA) == SAM


# Pictures and counters


async def test_a_picture_is_read_as_it_was_written(store, reader, writer):
    assert await store.image(CAMERA) is None
    assert reader.image(CAMERA) is None
    writer.image(CAMERA, b"\x01\x00\xffpicture", received_at=1234.5)
    await writer.flush()
    read = await store.image(CAMERA)
    assert (read.message, read.received_at) == (b"\x01\x00\xffpicture", 1234.5)
    assert reader.image(CAMERA) == read


async def test_a_picture_is_kept_for_ten_seconds(redis, writer):
    writer.image(CAMERA, b"picture", received_at=1.0)
    await writer.flush()
    assert 0 < await redis.ttl(f"image:{CAMERA}") <= IMAGE_TTL_S == 10


async def test_frames_are_counted_over_all_cameras(store, reader, writer):
    assert await store.frames() == reader.frames() == 0
    for camera in CAMERA, CAMERA, uuid4():
        writer.image(camera, b"picture", received_at=1.0)
        writer.count_frame()
    await writer.flush()
    assert await store.frames() == reader.frames() == 3


async def test_one_of_many_processes_is_the_first(store, redis):
    answers = await asyncio.gather(*(store.first_within("stats", 29) for _ in range(5)))
    assert sorted(answers) == [False] * 4 + [True]
    assert 28_000 < await redis.pttl("once:stats") <= 29_000


async def test_one_process_holds_what_is_done_for_all_until_it_dies(store, redis):
    assert await store.hold("history", "one", 15)
    assert not await store.hold("history", "other", 15)
    assert await store.hold("history", "one", 15)
    assert 14_000 < await redis.pttl("held:history") <= 15_000
    await redis.delete("held:history")
    assert await store.hold("history", "other", 15)


async def test_those_who_publish_are_listed(store, writer):
    writer.live(CAMERA, LiveState(), publishing=True)
    await writer.flush()
    assert await store.publishing() == [CAMERA]
    writer.live(CAMERA, LiveState(), publishing=False)
    await writer.flush()
    assert await store.publishing() == []


async def test_the_clock_of_redis_is_everybodys(reader, now_ms):
    assert now_ms <= reader.now_ms() < now_ms + 5_000


# Redis away


async def test_every_question_says_that_redis_is_away(store, valkey):
    valkey.stop()
    for ask in (
        store.ping(),
        store.live([CAMERA]),
        store.image(CAMERA),
        store.processes(),
        store.frames(),
        store.holder(CAMERA),
        store.claim(CAMERA, OLGA, take_over=False),
        store.renew(CAMERA, OLGA),
        store.release(CAMERA, OLGA),
        store.first_within("stats", 29),
        store.hold("history", "one", 15),
        store.publishing(),
    ):
        with pytest.raises(Unavailable):
            await ask


def test_synchronous_questions_say_that_redis_is_away(reader, valkey):
    valkey.stop()
    for ask in (
        lambda: reader.live([CAMERA]),
        lambda: reader.image(CAMERA),
        reader.processes,
        reader.frames,
        reader.now_ms,
    ):
        with pytest.raises(Unavailable):
            ask()


async def test_a_lease_is_gone_with_redis_and_held_again_by_renewing_it(store, valkey):
    await store.claim(CAMERA, OLGA, take_over=False)
    await asyncio.to_thread(valkey.restart)
    assert await store.holder(CAMERA) is None
    assert await store.renew(CAMERA, OLGA) is None
    assert await store.holder(CAMERA) == OLGA


def test_a_process_has_one_store_for_its_synchronous_code():
    assert streaming_store.store() is streaming_store.store()
