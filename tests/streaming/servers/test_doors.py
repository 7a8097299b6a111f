from __future__ import annotations

import pytest

from streaming.domain.limits import Limit
from streaming.refusals import Refusals
from streaming.servers.doors import MAX_REFUSED, Doors, refuse


def make(most=10, each=10, proxies=()):
    refusals = Refusals()
    return Doors(most, each, refusals, proxies), refusals


def test_so_many_connections_are_served_and_one_that_goes_makes_room():
    doors, refusals = make(most=2)
    assert [doors.enter(each, f"10.0.0.{each}") for each in range(3)] == [True, True, False]
    doors.leave(0)
    assert doors.enter(3, "10.0.0.3")
    assert refusals.total[Limit.CONNECTIONS] == 1


def test_one_address_does_not_take_them_all():
    doors, refusals = make(each=2)
    assert [doors.enter(each, "10.0.0.1") for each in range(3)] == [True, True, False]
    assert doors.enter(3, "10.0.0.2")
    assert refusals.total[Limit.CONNECTIONS_PER_ADDRESS] == 1


def test_a_trusted_proxy_brings_many_visitors():
    doors, _ = make(each=1, proxies=["10.0.0.0/8", "::1"])
    assert all(doors.enter(each, "10.9.9.9") for each in range(5))
    assert doors.enter(5, "11.0.0.1")
    assert not doors.enter(6, "11.0.0.1")


def test_those_that_are_told_so_are_bounded_too():
    doors, _ = make(most=1)
    assert doors.enter("first", "10.0.0.1")
    assert {doors.enter(each, "10.0.0.2") for each in range(MAX_REFUSED)} == {False}
    assert doors.enter("one more", "10.0.0.2") is None
    doors.leave(0)
    assert doors.enter("another", "10.0.0.2") is False


def test_whoever_leaves_twice_frees_one_place():
    doors, _ = make(most=1)
    assert doors.enter("a", "10.0.0.1")
    doors.leave("a")
    doors.leave("a")
    doors.leave("never came")
    assert doors.enter("b", "10.0.0.1")
    assert not doors.enter("c", "10.0.0.1")


async def answered(kind):
    said = []

    async def send(message):
        said.append(message)

    async def receive():
        return {"type": f"{kind}.connect"}

    await refuse({"type": kind}, receive, send)
    return said


async def test_a_request_too_many_is_told_when_to_come_back():
    start, body = await answered("http")
    assert start["status"] == 503
    headers = dict(start["headers"])
    assert headers[b"retry-after"] == b"20"
    assert int(headers[b"content-length"]) == len(body["body"])


async def test_a_socket_too_many_is_closed_with_a_code_and_a_time():
    accept, close = await answered("websocket")
    assert accept["type"] == "websocket.accept"
    assert (close["code"], close["reason"]) == (1013, "retry_after=20")


@pytest.mark.parametrize("address", ["", "testclient"])
def test_who_has_no_address_is_still_counted(address):
    doors, _ = make(each=1, proxies=["10.0.0.0/8"])
    assert doors.enter(1, address)
    assert not doors.enter(2, address)
