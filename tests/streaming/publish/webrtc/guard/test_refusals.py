from __future__ import annotations

from types import SimpleNamespace

from streaming.domain.tally import Tally
from streaming.publish.webrtc.guard.refusals import count_in, refuse


def test_refusals_are_logged_once_a_second_at_most(caplog):
    connection = SimpleNamespace()
    count_in(refused := Tally(), connection)
    for _ in range(1000):
        refuse(connection, "empty datagram")
    assert refused.total["empty datagram"] == 1000
    assert caplog.messages == [
        "Ignored packets sent to a peer: 1 empty datagram. Nothing to do unless a picture stutters."
    ]


def test_the_log_says_whose_connection_it_was(caplog):
    connection = SimpleNamespace()
    count_in(Tally(), connection, label="camera front-door session 3")
    refuse(connection, "empty datagram")
    assert caplog.messages == [
        "Ignored packets sent to camera front-door session 3: 1 empty datagram."
        " Nothing to do unless a picture stutters."
    ]


def test_each_connection_counts_for_whoever_made_it():
    connections, tallies = [SimpleNamespace(), SimpleNamespace()], [Tally(), Tally()]
    for connection, tally in zip(connections, tallies, strict=True):
        count_in(tally, connection)
    refuse(connections[1], "empty datagram")
    assert [tally.total.total() for tally in tallies] == [0, 1]


def test_what_nobody_counts_is_refused_all_the_same(caplog):
    refuse(SimpleNamespace(), "empty datagram")
    assert not caplog.messages
