from __future__ import annotations

import json
import math
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from streaming.domain import wire
from streaming.domain.codecs import BY_NUMBER, CODECS
from streaming.domain.codecs.h264 import H264
from streaming.domain.wire import Rendition
from tests.streaming.frames import HEIGHT, KEY_CHUNK, WIDTH
from tests.streaming.parameters import key_frame

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "frames.json").read_text())
VIDEO: dict[str, Any] = {
    "rendition": Rendition.VIDEO,
    "codec": H264,
    "key": True,
    "session": 7,
    "sequence": 1,
    "captured_at": 1_700_000_000_000.5,
    "width": WIDTH,
    "height": HEIGHT,
}
#: These say what a frame means for others: whoever has a session or a channel finds out.
FOUND_ELSEWHERE = {"session", "text", "control", "frame_rate", "bytes_per_s"}


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
    assert frame | {"codec": frame["codec"]["number"]} == vector["fields"]


@pytest.mark.parametrize("vector", VECTORS["valid"], ids=name)
def test_it_writes_what_every_implementation_writes(vector):
    message = bytes.fromhex(vector["hex"])
    payload = message[wire.HEADER.size :]
    fields = vector["fields"] | {"codec": BY_NUMBER[vector["fields"]["codec"]]}
    assert wire.pack(**fields, payload=payload) == message


@pytest.mark.parametrize("vector", VECTORS["invalid"], ids=name)
def test_it_refuses_what_every_implementation_refuses(vector):
    assert reason(bytes.fromhex(vector["hex"])) == vector["reason"]


def test_there_is_a_vector_for_every_reason():
    # A vector of 1 MiB would be no pleasure to read: its bound is tested below.
    tried = {vector["reason"] for vector in VECTORS["invalid"]} | {"too_large"}
    assert tried | FOUND_ELSEWHERE == set(wire.Reason)


@pytest.mark.parametrize("vector", VECTORS["reduced"], ids=name)
def test_nothing_of_a_frame_goes_on_but_its_picture(vector):
    frame = wire.unpack(bytes.fromhex(vector["hex"]))
    assert frame.message == bytes.fromhex(vector["to"])
    assert wire.unpack(frame.message).message is frame.message


@pytest.mark.parametrize("side", [wire.MAX_SIDE - 2, wire.MAX_SIDE])
def test_a_picture_of_4k_passes_lying_and_upright(side):
    for width, height in ((side, 2), (2, side)):
        size = {"width": width, "height": height}
        frame = wire.unpack(wire.pack(**{**VIDEO, **size}, payload=key_frame(width, height)))
        assert {frame.width, frame.height} == {side, 2}


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_larger_picture_is_refused(side):
    message = wire.pack(**{**VIDEO, side: wire.MAX_SIDE + 1}, payload=KEY_CHUNK)
    assert reason(message) == "size"


def test_each_codec_is_of_pictures_or_of_video():
    for codec in CODECS:
        for rendition in Rendition:
            fields = {**VIDEO, "codec": codec, "rendition": rendition}
            wrong = codec.is_video is not (rendition is Rendition.VIDEO)
            assert (reason(wire.pack(**fields, payload=b"x")) == "codec") is wrong


def test_a_message_of_exactly_the_bound_passes_and_one_byte_more_does_not():
    largest = wire.MAX_MESSAGE_BYTES - wire.HEADER.size
    message = wire.pack(**VIDEO, payload=KEY_CHUNK.ljust(largest, b"x"))
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
    assert wire.WireError(wire.Reason.JPEG).reason == "jpeg"
    assert str(wire.WireError(wire.Reason.JPEG)) == "jpeg"


def test_the_payload_is_no_copy():
    frame = wire.unpack(wire.pack(**VIDEO, payload=KEY_CHUNK))
    assert bytes(frame.payload) == KEY_CHUNK
    assert frame.payload.obj is frame.message


def test_order_grows_with_the_sequence_and_more_with_the_session():
    orders = [(6, 900), (7, 1), (7, 2), (8, 1)]
    messages = [
        wire.pack(**{**VIDEO, "session": session, "sequence": sequence}, payload=KEY_CHUNK)
        for session, sequence in orders
    ]
    assert [wire.head_of(message).order for message in messages] == orders
    assert [wire.unpack(message).order for message in messages] == orders


def test_when_it_was_captured_is_read_without_the_rest():
    message = wire.pack(**{**VIDEO, "captured_at": 1250.5}, payload=KEY_CHUNK)
    assert wire.captured_at(message) == wire.unpack(message).captured_at == 1250.5


def taken_or_refused(message):
    try:
        frame = wire.unpack(message)
        again = wire.unpack(frame.message)
        return again.message is frame.message and len(frame.message) <= len(message)
    except wire.WireError as error:
        return error.reason in wire.Reason


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
