"""The states of a publish socket, without I/O: what it takes in each, and where that leads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto

from streaming.protocol.limits import (
    ANSWER_TIMEOUT_S,
    AUTHENTICATION_TIMEOUT_S,
    REQUEST_TIMEOUT_S,
)


class State(Enum):
    #: Who it is has not been said.
    CONNECTED = auto()
    #: Nothing has been asked for, or what was asked for was refused.
    AUTHENTICATED = auto()
    #: An ingest process is to answer an offer.
    OFFERED = auto()
    #: The ingest process of a peer is to answer that this socket speaks for it.
    ATTACHING = auto()
    #: It speaks for a peer.
    SPEAKING = auto()
    #: Frames come over it.
    STREAMING = auto()
    #: Frames come over it while an ingest process is to answer.
    UPGRADING = auto()
    #: Frames come over it until the channels of the peer are open.
    SWITCHING = auto()
    #: It speaks for a peer; frames that are still on their way over it are ignored.
    SWITCHED = auto()
    #: All has been said.
    ENDED = auto()


class Event(Enum):
    # What a camera sends.
    AUTHENTICATE = auto()
    OFFER = auto()
    STREAM = auto()
    ATTACH = auto()
    BYE = auto()
    CONTROL = auto()
    FRAME = auto()
    # What comes of it.
    ANSWERED = auto()
    REFUSED = auto()
    EXPIRED = auto()
    STREAM_ENDED = auto()
    CLOSED = auto()


class Unexpected(Enum):
    """Why a message breaks the protocol in the state the socket is in."""

    NOT_AUTHENTICATED = auto()
    AUTHENTICATED_ALREADY = auto()
    HAS_PEER = auto()
    STREAMS_ALREADY = auto()
    NOT_STREAMING = auto()
    BINARY = auto()


#: So long a camera may take to say who it is and to ask for something, and an ingest process to
#: answer.
TIMEOUTS_S: dict[State, float] = {
    State.CONNECTED: AUTHENTICATION_TIMEOUT_S,
    State.AUTHENTICATED: REQUEST_TIMEOUT_S,
    State.OFFERED: ANSWER_TIMEOUT_S,
    State.ATTACHING: ANSWER_TIMEOUT_S,
    State.UPGRADING: ANSWER_TIMEOUT_S,
}

_SPOKEN_FOR = {
    Event.AUTHENTICATE: Unexpected.AUTHENTICATED_ALREADY,
    Event.OFFER: Unexpected.HAS_PEER,
    Event.STREAM: Unexpected.HAS_PEER,
    Event.ATTACH: Unexpected.HAS_PEER,
}
_NO_FRAMES = {Event.CONTROL: Unexpected.NOT_STREAMING, Event.FRAME: Unexpected.BINARY}

#: What follows each event; an event that isn't there doesn't matter in that state.
TRANSITIONS: Mapping[State, Mapping[Event, State | Unexpected]] = {
    State.CONNECTED: {
        Event.AUTHENTICATE: State.AUTHENTICATED,
        Event.OFFER: Unexpected.NOT_AUTHENTICATED,
        Event.STREAM: Unexpected.NOT_AUTHENTICATED,
        Event.ATTACH: Unexpected.NOT_AUTHENTICATED,
        Event.BYE: Unexpected.NOT_AUTHENTICATED,
        **_NO_FRAMES,
        Event.EXPIRED: State.ENDED,
        Event.CLOSED: State.ENDED,
    },
    State.AUTHENTICATED: {
        Event.AUTHENTICATE: Unexpected.AUTHENTICATED_ALREADY,
        Event.OFFER: State.OFFERED,
        Event.STREAM: State.STREAMING,
        Event.ATTACH: State.ATTACHING,
        Event.BYE: State.ENDED,
        **_NO_FRAMES,
        Event.EXPIRED: State.ENDED,
        Event.CLOSED: State.ENDED,
    },
    State.OFFERED: {
        **_SPOKEN_FOR,
        Event.BYE: State.ENDED,
        **_NO_FRAMES,
        Event.ANSWERED: State.SPEAKING,
        Event.REFUSED: State.AUTHENTICATED,
        Event.EXPIRED: State.AUTHENTICATED,
        Event.CLOSED: State.ENDED,
    },
    State.ATTACHING: {
        **_SPOKEN_FOR,
        Event.BYE: State.ATTACHING,
        **_NO_FRAMES,
        Event.ANSWERED: State.SPEAKING,
        Event.REFUSED: State.AUTHENTICATED,
        Event.EXPIRED: State.AUTHENTICATED,
        Event.CLOSED: State.ENDED,
    },
    State.SPEAKING: {
        **_SPOKEN_FOR,
        Event.BYE: State.SPEAKING,
        **_NO_FRAMES,
        Event.CLOSED: State.ENDED,
    },
    State.STREAMING: {
        Event.AUTHENTICATE: Unexpected.AUTHENTICATED_ALREADY,
        Event.OFFER: State.UPGRADING,
        Event.STREAM: Unexpected.STREAMS_ALREADY,
        Event.ATTACH: State.UPGRADING,
        Event.BYE: State.STREAMING,
        Event.CONTROL: State.STREAMING,
        Event.FRAME: State.STREAMING,
        Event.STREAM_ENDED: State.ENDED,
        Event.CLOSED: State.ENDED,
    },
    State.UPGRADING: {
        **_SPOKEN_FOR,
        Event.STREAM: Unexpected.STREAMS_ALREADY,
        Event.BYE: State.UPGRADING,
        Event.CONTROL: State.UPGRADING,
        Event.FRAME: State.UPGRADING,
        Event.ANSWERED: State.SWITCHING,
        Event.REFUSED: State.STREAMING,
        Event.EXPIRED: State.STREAMING,
        Event.STREAM_ENDED: State.ENDED,
        Event.CLOSED: State.ENDED,
    },
    # An upgrade that doesn't connect is not told of: another may be offered instead.
    State.SWITCHING: {
        Event.AUTHENTICATE: Unexpected.AUTHENTICATED_ALREADY,
        Event.OFFER: State.UPGRADING,
        Event.STREAM: Unexpected.STREAMS_ALREADY,
        Event.ATTACH: State.UPGRADING,
        Event.BYE: State.SWITCHING,
        Event.CONTROL: State.SWITCHING,
        Event.FRAME: State.SWITCHING,
        Event.STREAM_ENDED: State.SWITCHED,
        Event.CLOSED: State.ENDED,
    },
    State.SWITCHED: {
        **_SPOKEN_FOR,
        Event.BYE: State.SWITCHED,
        Event.CONTROL: State.SWITCHED,
        Event.FRAME: State.SWITCHED,
        Event.CLOSED: State.ENDED,
    },
    # What was on its way when the end was told.
    State.ENDED: {
        Event.AUTHENTICATE: State.ENDED,
        Event.OFFER: State.ENDED,
        Event.STREAM: State.ENDED,
        Event.ATTACH: State.ENDED,
        Event.BYE: State.ENDED,
        Event.CONTROL: State.ENDED,
        Event.FRAME: State.ENDED,
    },
}


class UnexpectedMessage(Exception):
    def __init__(self, why: Unexpected) -> None:
        super().__init__(why.name)
        self.why = why


class SocketStates:
    """In which state one publish socket is, and how long it may stay there."""

    __slots__ = ("state",)

    def __init__(self) -> None:
        self.state = State.CONNECTED

    @property
    def timeout_s(self) -> float | None:
        """After so long in this state comes EXPIRED; None: never."""
        return TIMEOUTS_S.get(self.state)

    @property
    def takes_frames(self) -> bool:
        return self.state in (State.STREAMING, State.UPGRADING, State.SWITCHING)

    def expects(self, event: Event) -> bool:
        """Whether it would lead anywhere."""
        return isinstance(TRANSITIONS[self.state].get(event), State)

    def check(self, event: Event) -> None:
        """Raises UnexpectedMessage where a camera may not send this now."""
        then = TRANSITIONS[self.state][event]
        if isinstance(then, Unexpected):
            raise UnexpectedMessage(then)

    def move(self, event: Event) -> bool:
        """Whether what has happened leads to another state, in which time begins anew."""
        then, before = TRANSITIONS[self.state].get(event), self.state
        if isinstance(then, State):
            self.state = then
        return self.state is not before
