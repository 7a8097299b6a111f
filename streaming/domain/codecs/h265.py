"""H.265 in Annex B (ITU-T H.265, annex B and table 7-1)."""

from __future__ import annotations

from streaming.domain.codecs.annex_b import units
from streaming.domain.codecs.bits import Bits, unescaped
from streaming.domain.codecs.codec import Codec, Malformed, Unsupported, without
from streaming.domain.codecs.sps import MAX_BYTES, MAX_HIDDEN, Size

#: Parameters of video, sequence and picture, as decoders want them before a key frame.
PARAMETERS = (32, 33, 34)
_SPS = 33
_SLICES = range(0, 32)
_KEYS = range(16, 22)
#: Pictures that are shown before the key frame that comes ahead of them.
_LEADING = range(6, 10)
_HEADER_BYTES = 2
_PROFILE_BITS, _LEVEL_BITS = 88, 8
_MAX_LAYERS = 7
_HALVED = 1


def kind(unit: bytes) -> int:
    """Of a NAL unit: the middle six bits of its first byte."""
    return unit[0] >> 1 & 0x3F


def is_slice(of_kind: int) -> bool:
    return of_kind in _SLICES


def is_key(of_kind: int) -> bool:
    return of_kind in _KEYS


def is_leading(of_kind: int) -> bool:
    return of_kind in _LEADING


def _clean(message: bytes, start: int, key: bool, size: tuple[int, int]) -> bytes:
    found = list(units(message, start))
    kinds = [message[unit.content] >> 1 & 0x3F for unit in found]
    first_slice = next((at for at, each in enumerate(kinds) if each in _SLICES), None)
    if first_slice is None:
        raise Malformed("no picture")
    if is_key(kinds[first_slice]) is not key:
        raise Malformed("a key bit that is wrong")
    needed = {*PARAMETERS, *_SLICES} if key else set(_SLICES)
    if key and not {*PARAMETERS} <= {*kinds[:first_slice]}:
        raise Malformed("a key frame without its parameters")
    for unit, each in zip(found, kinds, strict=True):
        if each == _SPS and parameters_size(message[unit.content : unit.end]) != size:
            raise Malformed("another size")
    return without(
        message,
        [
            (unit.begin, unit.end, b"")
            for unit, each in zip(found, kinds, strict=True)
            if each not in needed
        ],
    )


def parameters_size(unit: bytes) -> Size:
    """What is shown of each picture that builds on these parameters of a sequence (7.3.2.2).

    Raises Malformed, and Unsupported for other colours than 4:2:0 and more than 63 hidden pixels.
    """
    if len(unit) > MAX_BYTES:
        raise Malformed("parameters without an end")
    bits = Bits(unescaped(unit[_HEADER_BYTES:]))
    bits.take(4)  # sps_video_parameter_set_id
    layers = bits.take(3)
    bits.take(1)  # sps_temporal_id_nesting_flag
    _skip_profile(bits, layers)
    bits.number()  # sps_seq_parameter_set_id
    if bits.number() != _HALVED:
        raise Unsupported("other colours than 4:2:0")
    width, height = bits.number(), bits.number()
    left, right, top, bottom = (bits.number() for _ in range(4)) if bits.take(1) else (0,) * 4
    across, down = 2 * (left + right), 2 * (top + bottom)
    if max(across, down) > MAX_HIDDEN:
        raise Unsupported("pictures of which a part is hidden")
    return Size(width - across, height - down)


def _skip_profile(bits: Bits, layers: int) -> None:
    """Profile, tier and level of all, and of each layer that has its own (7.3.3)."""
    if layers >= _MAX_LAYERS:
        raise Malformed("more layers than there are")
    bits.take(_PROFILE_BITS + _LEVEL_BITS)
    has_own = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for has_profile, has_level in has_own:
        bits.take(has_profile * _PROFILE_BITS + has_level * _LEVEL_BITS)


#: Read from cameras; no line in `CODECS` yet, as no page shows it.
H265 = Codec(number=4, name="h265", is_video=True, clean=_clean)
