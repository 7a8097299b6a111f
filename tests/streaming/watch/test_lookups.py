from __future__ import annotations

import asyncio
import time

import pytest
from django.db import OperationalError

from cameras.access import Identity
from cameras.models import Camera, CameraGroup, Grant
from streaming.domain.allowance import Allowance, Allowances
from streaming.tasks import Tasks
from streaming.watch import lookups
from streaming.watch.lookups import ALL, Lookups
from tests.streaming.waiting import WITHIN_S, end, until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch):
    """For whom the database was asked, in turn."""
    asked = []
    ask = lookups.look

    def look(identity, addresses, lists):
        asked.append(identity)
        return ask(identity, addresses, lists)

    monkeypatch.setattr(lookups, "look", look)
    return asked


@pytest.fixture
async def ours():
    tasks = Tasks("test")
    running = asyncio.create_task(tasks.run())
    yield Lookups(tasks)
    await end(running)


@pytest.fixture
def find(ours):
    async def find(identity):
        return dict((await ours.look(identity, ["front-door"])).found)

    return find


async def test_it_finds_what_the_identity_may_watch(find, camera, viewer, stranger):
    assert await find(Identity(viewer.pk)) == {"front-door": camera.pk}
    assert await find(Identity(stranger.pk)) == {}
    assert await find(Identity()) == {}
    assert await find(Identity(4711)) == {}


async def test_it_lists_all_for_those_who_ask_for_that(ours, camera, viewer):
    identity = Identity(viewer.pk)
    listed, not_listed = await ours.look(identity, [], [ALL]), await ours.look(identity, [])
    assert slugs(listed) == {ALL: ["front-door"]}
    assert not_listed.lists == {}


async def test_who_stands_for_nobody_has_no_lists_not_even_empty_ones(ours, db):
    assert (await ours.look(Identity(4711), [], [ALL, "doors"])).lists == {}


def slugs(watchable):
    return {
        name: [each.slug for each in listed.cameras] for name, listed in watchable.lists.items()
    }


async def test_it_lists_what_one_may_watch_in_a_group(ours, camera, viewer, stranger, owner):
    cellar = await Camera.objects.acreate(name="Cellar", owner=owner)
    group = await CameraGroup.objects.acreate(name="Doors", owner=owner)
    await group.cameras.aset([camera, cellar])
    for who, expected in [
        (owner, ["cellar", "front-door"]),
        (viewer, ["front-door"]),
        (stranger, []),
    ]:
        found = await ours.look(Identity(who.pk), [], ["doors", "nowhere"])
        assert slugs(found) == {"doors": expected, "nowhere": []}
        # Whoever doesn't see a group isn't told what it is called.
        assert found.lists["doors"].group == ("Doors" if expected else None)


async def test_one_lookup_asks_for_so_many_lists(ours, camera, asked):
    names = [f"group-{number}" for number in range(250)]
    found = await asyncio.gather(*(ours.look(Identity(), [], [name]) for name in names))
    assert all(name in each.lists for name, each in zip(names, found, strict=True))
    assert len(asked) == 3


async def test_different_questions_of_one_identity_are_asked_together(ours, camera, viewer, asked):
    identity = Identity(viewer.pk)
    first, second = await asyncio.gather(
        ours.look(identity, ["front-door"]), ours.look(identity, [str(camera.pk)], [ALL])
    )
    assert first == second
    assert set(first.found.values()) == {camera.pk}
    assert len(asked) == 1


async def test_one_lookup_asks_for_so_many_addresses(ours, camera, asked):
    some = [[f"c-{wall}-{number}" for number in range(60)] for wall in range(20)]
    await asyncio.gather(*(ours.look(Identity(), addresses) for addresses in some))
    assert len(asked) == 3


async def test_a_crowd_that_asks_for_the_same_identity_is_answered_together(find, camera, asked):
    answers = await asyncio.gather(*(find(Identity()) for _ in range(300)))
    assert answers == [{}] * 300
    assert len(asked) <= 2


async def test_each_answer_is_newer_than_its_question(find, camera, viewer):
    identity = Identity(viewer.pk)
    before = asyncio.create_task(find(identity))
    await asyncio.sleep(0)
    await Grant.objects.filter(user=viewer).adelete()
    assert await find(identity) == {}
    await before


async def test_who_asks_as_the_last_question_is_answered_gets_an_answer(ours, camera, monkeypatch):
    gate = asyncio.get_running_loop().create_future()
    ask = ours._ask

    async def ask_and_let_in(*question):
        answer = await ask(*question)
        if not gate.done():
            gate.set_result(None)
        return answer

    async def come():
        await gate
        return await ours.look(Identity(), [])

    monkeypatch.setattr(ours, "_ask", ask_and_let_in)
    coming = asyncio.create_task(come())
    await ours.look(Identity(), [])
    assert (await coming).found == {}


async def test_one_identity_is_looked_up_so_often(find, camera, asked, monkeypatch):
    monkeypatch.setattr(lookups, "BURST", 2)
    monkeypatch.setattr(lookups, "PER_S", 10.0)
    tasks = Tasks("test")
    ours = Lookups(tasks)
    began_s = time.monotonic()
    for _ in range(5):
        await ours.look(Identity(), [])
    assert len(asked) == 5
    assert time.monotonic() - began_s >= 0.3
    await tasks._stop()


async def test_a_crowd_of_one_holds_up_no_other(find, camera, viewer, owner):
    crowd = asyncio.create_task(ask_for_ever(find, Identity(viewer.pk)))
    async with asyncio.timeout(WITHIN_S):
        assert await find(Identity(owner.pk)) == {"front-door": camera.pk}
    await end(crowd)


async def test_a_crowd_of_visitors_holds_up_no_visitor_from_elsewhere(
    ours, camera, asked, monkeypatch
):
    monkeypatch.setattr(lookups, "MAX_ADDRESSES", 1)
    monkeypatch.setattr(ours, "_allowances", Allowances(1, 1.0))

    async def come(network, address):
        await ours.look(Identity(), [address], network=network)

    crowd = [asyncio.create_task(come("192.0.2.7", f"none-{each}")) for each in range(9)]
    await until(lambda: asked)
    async with asyncio.timeout(1.0):
        await come("192.0.2.8", "front-door")
    # The crowd waits for itself: for eight seconds.
    assert sum(not each.done() for each in crowd) >= 7
    for each in crowd:
        await end(each)


async def test_networks_of_visitors_take_turns(ours, camera, asked, monkeypatch):
    monkeypatch.setattr(lookups, "MAX_ADDRESSES", 1)
    monkeypatch.setattr(ours, "_of_visitors", Allowance(1, 10.0))
    order = []

    async def come(network, address):
        await ours.look(Identity(), [address], network=network)
        order.append(network)

    began_s = time.monotonic()
    of_one = (come("192.0.2.7", f"none-{each}") for each in range(4))
    await asyncio.gather(*of_one, come("192.0.2.8", "front-door"))
    assert order.index("192.0.2.8") <= 1
    # Five at ten a second.
    assert time.monotonic() - began_s >= 0.3


async def test_who_has_signed_in_is_the_same_from_everywhere(ours, camera, viewer, asked):
    looks = (ours.look(Identity(viewer.pk), ["front-door"], network=str(n)) for n in range(20))
    await asyncio.gather(*looks)
    assert len(asked) <= 2


async def ask_for_ever(find, identity):
    while True:
        await asyncio.gather(*(find(identity) for _ in range(50)))


async def test_a_database_that_fails_is_asked_again(find, camera, monkeypatch):
    def fail(*_):
        raise OperationalError

    monkeypatch.setattr(lookups, "look", fail)
    for _ in range(2):
        with pytest.raises(OperationalError):
            await find(Identity())
    monkeypatch.undo()
    assert await find(Identity()) == {}


async def test_who_waits_when_the_process_ends_waits_no_longer(camera):
    tasks = Tasks("test")
    asking = asyncio.create_task(Lookups(tasks).look(Identity(), []))
    await asyncio.sleep(0)
    await tasks._stop()
    await asyncio.wait([asking], timeout=WITHIN_S)
    assert asking.done()


async def test_it_leaves_nothing_behind(ours, find, camera):
    await find(Identity())
    await until(lambda: not ours._busy)
    assert not ours._waiting
