from __future__ import annotations

import asyncio
import random
from collections import Counter
from struct import pack

import pytest
from aioice import Candidate, stun
from aioice.ice import Connection
from aioice.stun import Class, Message, Method

from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard import gathering, ice
from streaming.publish.webrtc.guard.install import install
from streaming.publish.webrtc.guard.refusals import count_in

pytestmark = pytest.mark.timeout(20)

PASSWORD = "p" * 22


@pytest.fixture
async def connections():
    """Makes connections at 127.0.0.1, which have sockets of the guard's."""
    install()
    made = []

    async def make(**options):
        connection = Connection(**options)
        made.append(connection)
        gathering.use_ports(connection, range(0))
        connection._local_candidates = await connection.get_component_candidates(1, ["127.0.0.1"])
        connection._local_candidates_end = True
        return connection

    yield make
    for each in made:
        await each.close()


class Contrary(asyncio.DatagramProtocol):
    """The other end of a connection: it answers every check with a role conflict."""

    def __init__(self, victim):
        self._victim = victim
        self._password = victim.remote_password.encode()
        self.checks: Counter[bool] = Counter()

    def connection_made(self, transport):
        self._transport = transport

    def check(self):
        message = Message(Method.BINDING, Class.REQUEST)
        message.attributes["USERNAME"] = f"{self._victim.local_username}:{'u' * 4}"
        message.attributes["PRIORITY"] = 1
        message.add_message_integrity(self._victim.local_password.encode())
        [candidate] = self._victim.local_candidates
        self._transport.sendto(bytes(message), (candidate.host, candidate.port))

    def datagram_received(self, data, address):
        message = stun.parse_message(data)
        if message.message_class is not Class.REQUEST:
            return
        self.checks["ICE-CONTROLLING" in message.attributes] += 1
        answer = Message(Method.BINDING, Class.ERROR, message.transaction_id)
        answer.attributes["ERROR-CODE"] = (487, "Role Conflict")
        answer.add_message_integrity(self._password)
        self._transport.sendto(bytes(answer), address)


async def test_role_conflicts_without_end_are_few_checks(connections):
    victim = await connections(ice_controlling=False)
    victim.remote_username, victim.remote_password = "u" * 4, PASSWORD
    count_in(refused := Tally(), victim)
    transport, contrary = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Contrary(victim), local_addr=("127.0.0.1", 0)
    )
    connecting = asyncio.create_task(victim.connect())
    for _ in range(10):
        contrary.check()
        await asyncio.sleep(0.05)
    connecting.cancel()
    transport.close()
    # Of both roles; and one for each that was asked for.
    assert set(contrary.checks) == {True, False}
    assert contrary.checks.total() <= ice.MAX_ROLE_CONFLICTS + 11
    assert refused.total["role conflict too many"]


async def test_an_honest_conflict_is_settled(connections):
    first, second = [await connections(ice_controlling=True) for _ in range(2)]
    for one, other in [(first, second), (second, first)]:
        one.remote_username, one.remote_password = other.local_username, other.local_password
        for candidate in other.local_candidates:
            await one.add_remote_candidate(candidate)
        await one.add_remote_candidate(None)
    await asyncio.gather(first.connect(), second.connect())
    # What looks like DTLS.
    await first.send(b"\x16")
    assert await second.recv() == b"\x16"
    assert first.ice_controlling != second.ice_controlling


async def test_an_address_that_the_other_end_named_comes_through(connections):
    connection = await connections(ice_controlling=True)
    [protocol] = connection._protocols
    named = Candidate("f", 1, "udp", 1, "127.0.0.1", 4000, "host")
    await connection.add_remote_candidate(named)
    assert ("127.0.0.1", 4000) in protocol.transport._peers


def test_arbitrary_stun_is_read_or_refused_and_never_more():
    generator = random.Random(11)
    kinds = [each[0] for each in stun.ATTRIBUTES]
    found = set()
    for _ in range(5000):
        attributes = b"".join(
            pack("!HH", generator.choice(kinds), length) + generator.randbytes(length)
            for length in generator.choices([0, 4, 8, 20], k=generator.randrange(4))
        )
        header = pack("!HHI", 1, len(attributes), stun.COOKIE) + bytes(12)
        found.add(ice._is_stun(header + attributes))
    assert found == {True, False}
