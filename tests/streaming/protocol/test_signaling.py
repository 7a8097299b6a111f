from __future__ import annotations

import json
import uuid

import msgspec
import pytest

from cameras.identity import Identity
from streaming.protocol import signaling
from streaming.protocol.enums import EndReason, PublishErrorCode

OFFER = signaling.Offer(
    peer="peer",
    camera_id=uuid.uuid4(),
    slug="front-door",
    identity=Identity(user_id=1, session_key="abc", key_id=None),
    publisher="olga",
    resume=0,
    take_over=False,
    remote_address="192.0.2.7",
    user_agent="Mozilla/5.0",
    reply_to="socket",
    sdp="v=0",
    upgrade=False,
    sent_at=1.5,
)
TO_INGEST: list[signaling.ToIngest] = [
    OFFER,
    signaling.Alive("peer", "socket"),
    signaling.Attach("peer", "socket"),
    signaling.Bye("peer", "socket"),
    signaling.Closed("peer", "socket"),
]
FROM_INGEST: list[signaling.FromIngest] = [
    signaling.Answered(
        peer="peer", sdp="v=0", session=7, resume="token", resumed=True, ingest="ingest.1"
    ),
    signaling.Attached(peer="peer", session=7),
    signaling.Gone(peer="peer"),
    signaling.Refused(peer="peer", code=PublishErrorCode.CAMERA_BUSY, publisher="olga"),
    signaling.Ended(peer="peer", reason=EndReason.TAKEN_OVER, by="vera"),
]


def travel(event):
    """To another process: only plain types survive."""
    return json.loads(json.dumps(event))


@pytest.mark.parametrize("message", TO_INGEST, ids=lambda message: type(message).__name__)
def test_what_is_said_to_ingest_processes_arrives(message):
    assert signaling.to_ingest(travel(signaling.event_of(message))) == message


@pytest.mark.parametrize("message", FROM_INGEST, ids=lambda message: type(message).__name__)
def test_what_ingest_processes_say_arrives(message):
    assert signaling.from_ingest(travel(signaling.event_of(message))) == message


@pytest.mark.parametrize(
    "message", [signaling.Pushed("peer", b"\xff\xd8"), signaling.Bye("peer", "")]
)
def test_what_is_said_to_who_holds_a_session_of_requests_arrives(message):
    # Bytes go as they are, which JSON does not know.
    event = msgspec.msgpack.decode(msgspec.msgpack.encode(signaling.event_of(message)))
    assert signaling.to_push(event) == message


def test_channels_finds_the_socket_s_method_by_the_type():
    types = [signaling.event_of(message)["type"] for message in FROM_INGEST]
    assert types == [
        f"ingest.{name}" for name in ("answer", "attached", "gone", "refused", "ended")
    ]


@pytest.mark.parametrize("event", [{}, {"type": "shout"}])
def test_what_only_a_newer_process_knows_is_passed_over(event):
    assert signaling.to_ingest(event) is None
    assert signaling.to_push(event) is None


@pytest.mark.parametrize("event", [{"type": "bye"}, {"type": "bye", "peer": 7}])
def test_what_is_not_ours_is_an_error(event):
    with pytest.raises(msgspec.ValidationError):
        signaling.to_ingest(event)
