from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from channels.exceptions import ChannelFull
from django.contrib.auth.models import AnonymousUser

from cameras.identity import Identity
from cameras.models import Camera
from streaming.protocol import signaling
from streaming.protocol.enums import EndReason, PublishErrorCode
from streaming.publish import words
from streaming.publish.admission import Refused
from streaming.publish.authentication import Authenticated
from streaming.publish.consumer import PublishConsumer
from streaming.publish.states import (
    TIMEOUTS_S,
    TRANSITIONS,
    Event,
    SocketStates,
    State,
    Unexpected,
    UnexpectedMessage,
)

SENT = [event for event in Event if event.value <= Event.FRAME.value]
OFFER = (Path(__file__).parents[2] / "vectors" / "offer-chromium.sdp").read_text()
MESSAGES: dict[Event, list[Any]] = {
    Event.AUTHENTICATE: [{"type": "authenticate"}],
    Event.OFFER: [{"type": "offer", "sdp": OFFER}],
    Event.STREAM: [{"type": "stream"}],
    Event.ATTACH: [{"type": "attach", "resume": "a:b:c"}],
    Event.BYE: [{"type": "bye"}],
    Event.CONTROL: [
        {"type": "ping", "time": 1},
        {"type": "report"},
        {"type": "encoders", "codecs": ["vp8"]},
    ],
    Event.FRAME: [b"frame"],
}
EACH = [
    pytest.param(state, event, message, id=f"{state.name}-{event.name}-{number}")
    for state in State
    for event in SENT
    for number, message in enumerate(MESSAGES[event])
]


# The table


@pytest.mark.parametrize("state", State)
def test_every_state_says_what_becomes_of_every_message(state):
    assert set(SENT) <= TRANSITIONS[state].keys()


def test_every_state_can_be_reached_and_left_for_the_end():
    reached, after = {State.CONNECTED}, {State.CONNECTED}
    while after:
        after = {then for state in after for then in leads_to(state)} - reached
        reached |= after
    assert reached == set(State)
    assert all(State.ENDED in leads_to(state) for state in State)


def leads_to(state):
    return {then for then in TRANSITIONS[state].values() if isinstance(then, State)}


def test_only_who_waits_has_a_deadline():
    assert {state for state in State if Event.EXPIRED in TRANSITIONS[state]} == TIMEOUTS_S.keys()
    assert {state for state in State if Event.ANSWERED in TRANSITIONS[state]} == (
        TIMEOUTS_S.keys() - {State.CONNECTED, State.AUTHENTICATED}
    )


def test_the_times_are_those_of_the_protocol():
    assert TIMEOUTS_S == {
        State.CONNECTED: 10.0,
        State.AUTHENTICATED: 60.0,
        State.OFFERED: 15.0,
        State.ATTACHING: 15.0,
        State.UPGRADING: 15.0,
    }


def test_frames_are_taken_where_the_end_of_the_stream_matters():
    for state in State:
        states = at(state)
        assert states.takes_frames is (Event.STREAM_ENDED in TRANSITIONS[state])


def test_whatever_is_refused_has_its_sentence():
    assert words.UNEXPECTED.keys() == set(Unexpected)


# Lives of a socket


def at(state):
    states = SocketStates()
    states.state = state
    return states


@pytest.mark.parametrize(
    ("life", "ends_as"),
    [
        ("", State.CONNECTED),
        ("EXPIRED", State.ENDED),
        ("AUTHENTICATE", State.AUTHENTICATED),
        ("AUTHENTICATE BYE", State.ENDED),
        ("AUTHENTICATE OFFER", State.OFFERED),
        ("AUTHENTICATE OFFER REFUSED OFFER ANSWERED", State.SPEAKING),
        ("AUTHENTICATE OFFER EXPIRED", State.AUTHENTICATED),
        ("AUTHENTICATE OFFER BYE", State.ENDED),
        ("AUTHENTICATE OFFER ANSWERED BYE", State.SPEAKING),
        ("AUTHENTICATE OFFER ANSWERED BYE CLOSED", State.ENDED),
        ("AUTHENTICATE ATTACH ANSWERED", State.SPEAKING),
        ("AUTHENTICATE ATTACH REFUSED", State.AUTHENTICATED),
        ("AUTHENTICATE ATTACH EXPIRED STREAM", State.STREAMING),
        ("AUTHENTICATE STREAM FRAME CONTROL BYE", State.STREAMING),
        ("AUTHENTICATE STREAM BYE STREAM_ENDED", State.ENDED),
        ("AUTHENTICATE STREAM OFFER", State.UPGRADING),
        ("AUTHENTICATE STREAM OFFER FRAME CONTROL", State.UPGRADING),
        ("AUTHENTICATE STREAM OFFER REFUSED", State.STREAMING),
        ("AUTHENTICATE STREAM OFFER EXPIRED", State.STREAMING),
        ("AUTHENTICATE STREAM OFFER STREAM_ENDED", State.ENDED),
        ("AUTHENTICATE STREAM OFFER ANSWERED FRAME", State.SWITCHING),
        ("AUTHENTICATE STREAM OFFER ANSWERED OFFER", State.UPGRADING),
        ("AUTHENTICATE STREAM OFFER ANSWERED STREAM_ENDED", State.SWITCHED),
        ("AUTHENTICATE STREAM OFFER ANSWERED STREAM_ENDED FRAME BYE", State.SWITCHED),
        ("AUTHENTICATE STREAM OFFER ANSWERED STREAM_ENDED BYE CLOSED", State.ENDED),
    ],
)
def test_it_goes_on(life, ends_as):
    states = SocketStates()
    for name in life.split():
        assert states.expects(Event[name])
        states.move(Event[name])
    assert states.state is ends_as


@pytest.mark.parametrize("state", [State.AUTHENTICATED, State.SPEAKING, State.ENDED])
@pytest.mark.parametrize("event", [Event.ANSWERED, Event.REFUSED])
def test_what_comes_too_late_changes_nothing(state, event):
    states = at(state)
    assert not states.expects(event)
    states.move(event)
    assert states.state is state


# The socket, in each state


class Socket(PublishConsumer):
    """A publish socket without a server, which notes what it says."""

    def __init__(self, state: State) -> None:
        super().__init__(
            cast(Any, Nothing()),
            cast(Any, Nothing()),
            start=lambda: None,
            count_refusal=lambda _limit, _who: None,
            refused=lambda _who, _address, _role: None,
        )
        self._states.state = state
        self.channel_name = "socket"
        self.channel_layer = cast(Any, Nothing())
        route = {"kwargs": {"slug": "front-door"}}
        self.scope = cast(Any, {"headers": [], "user": AnonymousUser(), "url_route": route})
        self.said: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        if state is not State.CONNECTED:
            camera = Camera(slug="front-door", name="Front door")
            self._who = Authenticated(camera, Identity(1, None, None), "olga")
        if state in (State.ATTACHING, State.SPEAKING, State.SWITCHED):
            self._peer = ("peer", "ingest")
        if state.value >= State.STREAMING.value:
            has_ended = state in (State.SWITCHED, State.ENDED)
            self._streaming = cast(Any, Streamed(has_ended))

    async def send(self, text_data=None, bytes_data=None, close=False):
        self.said.append(json.loads(text_data))

    async def close(self, code=None, reason=None):
        self.closed_with = code or 1000


class Nothing:
    """A backplane, admission and layer that have nothing to give."""

    def __getattr__(self, name: str) -> Any:
        return self

    def now_ms(self):
        return 0.0

    async def check_claim(self, claim, camera):
        """Everybody may ask."""

    def count_request(self, camera):
        """As often as they like."""

    def admit(self, *_):
        raise Refused(PublishErrorCode.GONE)

    async def send(self, channel, message):
        raise ChannelFull


class Streamed:
    def __init__(self, has_ended: bool) -> None:
        self.has_ended = has_ended
        self.intake = type("Intake", (), {"session": 7})

    def end(self, reason):
        assert reason is EndReason.STOPPED
        self.has_ended = True


async def receive(socket, message):
    if isinstance(message, bytes):
        await socket.receive(bytes_data=message)
    else:
        await socket.receive(json.dumps(message))


@pytest.mark.parametrize(("state", "event", "message"), EACH)
async def test_each_message_in_each_state_is_taken_or_refused_as_the_table_says(
    state, event, message, monkeypatch
):
    monkeypatch.setattr("streaming.publish.consumer.AUTHENTICATION", Nobody())
    socket = Socket(state)
    await receive(socket, message)
    then = TRANSITIONS[state][event]
    if isinstance(then, Unexpected):
        sentence = str(words.UNEXPECTED[then])
        error = {"type": "error", "code": "bad_message", "message": sentence}
        assert socket.said == [{**error, "protocol": 1}]
        assert (socket.closed_with, socket._states.state) == (4400, State.ENDED)
    else:
        assert [said for said in socket.said if said["code"] == "bad_message"] == []
        assert socket.said == [] or state is not State.ENDED


class Nobody:
    """A database that knows nobody."""

    async def run(self, *_, **__):
        return None


@pytest.mark.parametrize("state", set(State) - {State.ENDED})
async def test_a_refusal_names_why(state):
    states = at(state)
    for event in SENT:
        then = TRANSITIONS[state][event]
        if isinstance(then, Unexpected):
            with pytest.raises(UnexpectedMessage) as error:
                states.check(event)
            assert error.value.why is then
        else:
            states.check(event)
    assert states.state is state


async def test_who_could_not_attach_speaks_for_nobody():
    socket = Socket(State.ATTACHING)
    await socket._send_request("ingest", signaling.Attach("peer", "socket"))
    assert [said["code"] for said in socket.said] == ["unavailable"]
    await socket.receive('{"type": "bye"}')
    assert socket.closed_with == 1000


@pytest.mark.parametrize("state", [State.OFFERED, State.ATTACHING, State.UPGRADING])
async def test_who_was_not_answered_may_ask_again(state):
    socket = Socket(state)
    await socket._expire()
    assert [said["code"] for said in socket.said] == ["unavailable"]
    assert socket._states.expects(Event.OFFER)
    assert socket.closed_with is None
