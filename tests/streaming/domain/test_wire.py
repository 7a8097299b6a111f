from __future__ import annotations

import json
import math
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

import pytest

from streaming.domain import wire
from streaming.domain.wire import Codec, Rendition

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "frames.json").read_text())
VIDEO: dict[str, Any] = {
    "rendition": Rendition.VIDEO,
    "codec": Codec.H264,
    "key": True,
    "session": 7,
    "sequence": 1,
    "captured_at": 1_700_000_000_000.5,
    "width": 640,
    "height": 480,
}
#: These say what a frame means for others: whoever has a session or a text channel finds out.
FOUND_ELSEWHERE = {"session", "text"}
#: As much of a frame as is looked at.
CHUNK = b"\0\0\0\1\x67"


def name(vector):
    return vector["name"]


def reason(message):
    """Why a message is refused."""
    with pytest.raises(wire.WireError) as refusal:
        wire.unpack(message)
    return refusal.value.reason


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=name)
def test_it_reads_what_every_implementation_reads(vector):
    message = bytes.fromhex(vector["hex"])
    frame = asdict(wire.unpack(message))
    assert frame.pop("message") == message
    assert frame == vector["fields"]


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=name)
def test_it_writes_what_every_implementation_writes(vector):
    message = bytes.fromhex(vector["hex"])
    payload = message[wire.HEADER.size :]
    assert wire.pack(**vector["fields"], payload=payload) == message


@pytest.mark.parametrize("vector", VECTORS["invalid"], ids=name)
def test_it_refuses_what_every_implementation_refuses(vector):
    assert reason(bytes.fromhex(vector["hex"])) == vector["reason"]


def test_there_is_a_vector_for_every_reason():
    # A vector of 256 KiB would be no pleasure to read: its bound is tested below.
    tried = {vector["reason"] for vector in VECTORS["invalid"]} | {"too_large"}
    assert tried | FOUND_ELSEWHERE == set(get_args(wire.Reason))


def test_a_message_of_exactly_the_bound_passes_and_one_byte_more_does_not():
    largest = wire.MAX_MESSAGE_BYTES - wire.HEADER.size
    message = wire.pack(**VIDEO, payload=CHUNK.ljust(largest, b"x"))
    assert len(wire.unpack(message).payload) == largest
    assert reason(message + b"\0") == "too_large"
    with pytest.raises(wire.WireError, match="too_large"):
        wire.pack(**VIDEO, payload=bytes(largest + 1))


@pytest.mark.parametrize("captured_at", [math.nan, math.inf, -math.inf, -0.001, -1e308])
def test_a_time_that_is_none_is_refused(captured_at):
    message = wire.pack(**{**VIDEO, "captured_at": captured_at}, payload=b"x")
    assert reason(message) == "captured_at"


def test_a_header_of_ones_is_refused():
    assert reason(b"\xff" * 1000) == "version"


def test_an_error_names_its_reason():
    assert wire.WireError("jpeg").reason == "jpeg"
    assert str(wire.WireError("jpeg")) == "jpeg"


def test_the_payload_is_no_copy():
    frame = wire.unpack(wire.pack(**VIDEO, payload=CHUNK))
    assert bytes(frame.payload) == CHUNK
    assert frame.payload.obj is frame.message


def test_order_grows_with_the_sequence_and_more_with_the_session():
    orders = [(6, 900), (7, 1), (7, 2), (8, 1)]
    messages = [
        wire.pack(**{**VIDEO, "session": session, "sequence": sequence}, payload=CHUNK)
        for session, sequence in orders
    ]
    assert [wire.head_of(message).order for message in messages] == orders
    assert [wire.unpack(message).order for message in messages] == orders


def taken_or_refused(message):
    try:
        return wire.unpack(message).message is message
    except wire.WireError as error:
        return error.reason in get_args(wire.Reason)


def test_arbitrary_bytes_are_read_or_refused_and_never_more():
    generator = random.Random(4)
    for _ in range(20_000):
        message = generator.randbytes(generator.randrange(200))
        assert taken_or_refused(message)
        assert taken_or_refused(bytes([wire.VERSION, generator.randrange(5)]) + message)


def test_mutated_frames_are_read_or_refused_and_never_more():
    generator = random.Random(5)
    valid = [bytes.fromhex(vector["hex"]) for vector in VECTORS["valid"]]
    for _ in range(20_000):
        message = bytearray(generator.choice(valid))
        for _ in range(generator.randint(1, 4)):
            message[generator.randrange(len(message))] = generator.randrange(256)
        assert taken_or_refused(bytes(message[: generator.randint(1, 2 * len(message))]))
