"""H.264 in Annex B (ITU-T H.264, annex B and table 7-1)."""

from __future__ import annotations

from streaming.domain.codecs import sps
from streaming.domain.codecs.annex_b import Unit, units
from streaming.domain.codecs.bits import unescaped
from streaming.domain.codecs.codec import Codec, Cut, Malformed, without

#: Kinds of NAL units: slices of a picture, what an encoder adds, parameters of the sequence and of
#: the picture, and the mark of a new picture.
_SLICES = range(1, 6)
_SEI, _SPS, _PPS, _DELIMITER = 6, 7, 8, 9
#: All that decoders need; filler and what an application adds go.
_NEEDED = frozenset({*_SLICES, _SPS, _PPS, _DELIMITER})
#: Parameters of the sequence in one key frame.
MAX_SPS = 4
#: SEI that decoders need: here begins what can be shown, although it is no key frame as such.
_RECOVERY_POINT = 6
MAX_SEI_BYTES, MAX_SEI_MESSAGES, _MAX_RECOVERY_BYTES = 4096, 32, 8


def size_of(data: bytes) -> tuple[int, int] | None:
    """Width and height of a key frame that nobody has described; None where it has no parameters.

    Raises Malformed and Unsupported.
    """
    parameters = (unit for unit in units(data, 0) if _kind(data, unit) == _SPS)
    first = next(parameters, None)
    return None if first is None else sps.size(data[first.content : first.end])


def _clean(message: bytes, start: int, key: bool, size: tuple[int, int]) -> bytes:
    found = list(units(message, start))
    kinds = [_kind(message, unit) for unit in found]
    first_slice = next((at for at, kind in enumerate(kinds) if kind in _SLICES), None)
    if first_slice is None:
        raise Malformed("no picture")
    if key:
        begin = _key_frame_begin(kinds[:first_slice])
        _check_size(message, found, kinds, size)
    else:
        begin = 0
        if _SPS in kinds:
            raise Malformed("a key frame that says it is none")
    cuts = [(unit.begin, unit.end, b"") for unit in found[:begin]]
    cuts += (cut for unit in found[begin:] if (cut := _cut(message, unit)))
    return without(message, cuts)


def _key_frame_begin(ahead: list[int]) -> int:
    """With which of the units ahead of its first slice the key frame begins that decoders take.

    They want SPS, PPS and slices, in this order: Chromium's fails at an SEI that needs an SPS it
    has not seen. A delimiter right before them may stay.
    """
    if _SPS not in ahead or _PPS not in ahead[ahead.index(_SPS) :]:
        raise Malformed("a key frame without its parameters")
    return 0 if ahead[:2] == [_DELIMITER, _SPS] else ahead.index(_SPS)


def _check_size(message: bytes, found: list[Unit], kinds: list[int], size: tuple[int, int]) -> None:
    parameters = [unit for unit, kind in zip(found, kinds, strict=True) if kind == _SPS]
    if len(parameters) > MAX_SPS:
        raise Malformed("too many parameters")
    for unit in parameters:
        if sps.size(message[unit.content : unit.end]) != size:
            raise Malformed("another size")


def _cut(message: bytes, unit: Unit) -> Cut | None:
    kind = _kind(message, unit)
    if kind in _NEEDED:
        return None
    needed = _recovery_point(message[unit.content : unit.end]) if kind == _SEI else b""
    return None if needed == message[unit.content : unit.end] else _instead(unit, needed)


def _instead(unit: Unit, needed: bytes) -> Cut:
    # Frames never grow here, as what comes after is bounded, too.
    if 0 < len(needed) <= unit.end - unit.content:
        return (unit.content, unit.end, needed)
    return (unit.begin, unit.end, b"")


def recovers_at_once(sei: bytes) -> bool:
    """Whether a unit of SEI says that its picture can be shown without any before it."""
    needed = _recovery_point(sei)
    # The number of pictures until then, 0, takes the first bit.
    return len(needed) > 3 and bool(needed[3] & 0x80)


def _recovery_point(sei: bytes) -> bytes:
    """What is left of an SEI unit: the unit of its recovery point alone, or nothing.

    The rest is for people and programs: who encoded it, and with some cameras where they were.
    """
    if len(sei) > MAX_SEI_BYTES:
        return b""
    data = unescaped(sei[1:])
    position = 0
    for _ in range(MAX_SEI_MESSAGES):
        kind, position = _sei_number(data, position)
        count, position = _sei_number(data, position)
        content = data[position : position + count]
        if kind == _RECOVERY_POINT and len(content) == count <= _MAX_RECOVERY_BYTES:
            # Zeros would have to be escaped; there are none in a count that makes sense.
            return b"" if b"\0\0" in content else _sei(sei[:1], content)
        position += count
        if position >= len(data) - 1:
            break
    return b""


def _sei(header: bytes, content: bytes) -> bytes:
    return header + bytes([_RECOVERY_POINT, len(content)]) + content + b"\x80"


def _sei_number(data: bytes, position: int) -> tuple[int, int]:
    """Kind or size of a message: bytes of 255, and one that isn't, add up."""
    begin = position
    while position < len(data) and data[position] == 0xFF:
        position += 1
    last = data[position] if position < len(data) else 0
    return 255 * (position - begin) + last, position + 1


def _kind(message: bytes, unit: Unit) -> int:
    return message[unit.content] & 0x1F


H264 = Codec(number=3, name="h264", is_video=True, clean=_clean)
