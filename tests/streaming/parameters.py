"""Parameters of H.264 of any size, as an encoder writes them."""

from __future__ import annotations


class _Writer:
    def __init__(self) -> None:
        self.bits = ""

    def take(self, value: int, count: int) -> None:
        self.bits += f"{value:0{count}b}"

    def number(self, value: int) -> None:
        code = f"{value + 1:b}"
        self.bits += "0" * (len(code) - 1) + code

    def signed(self, value: int) -> None:
        self.number(2 * value - 1 if value > 0 else -2 * value)

    def content(self) -> bytes:
        bits = self.bits + "1"
        bits += "0" * (-len(bits) % 8)
        return int(bits, 2).to_bytes(len(bits) // 8, "big")


def escaped(content: bytes) -> bytes:
    """With a 3 wherever two zeros would be taken for the beginning of a start code."""
    out = bytearray()
    for byte in content:
        if byte <= 3 and out[-2:] == b"\0\0":
            out.append(3)
        out.append(byte)
    return bytes(out)


def sps(
    width: int,
    height: int,
    *,
    profile: int = 66,
    colours: int = 1,
    bits: int = 8,
    scaling: list[list[int]] | None = None,
    order: int = 2,
    cycle: int = 0,
    references: int = 1,
    interlaced: bool = False,
    hidden: tuple[int, int] | None = None,
) -> bytes:
    """Without a start code. `hidden` pixels at the right and below; by default what encoders need
    to round up."""
    writer = _Writer()
    writer.take(profile, 8)
    writer.take(0, 8)
    writer.take(30, 8)
    writer.number(0)
    if profile >= 100:
        writer.number(colours)
        if colours == 3:
            writer.take(0, 1)
        writer.number(bits - 8)
        writer.number(bits - 8)
        writer.take(0, 1)
        _write_scaling(writer, scaling)
    writer.number(4)
    writer.number(order)
    if order == 0:
        writer.number(2)
    elif order == 1:
        writer.take(0, 1)
        writer.signed(-1)
        writer.signed(2)
        writer.number(cycle)
        for _ in range(cycle):
            writer.signed(-3)
    writer.number(references)
    writer.take(0, 1)
    rows = 32 if interlaced else 16
    right, below = hidden or (-width % 16, -height % rows)
    writer.number((width + right) // 16 - 1)
    writer.number((height + below) // rows - 1)
    writer.take(not interlaced, 1)
    if interlaced:
        writer.take(0, 1)
    writer.take(1, 1)
    writer.take(bool(right or below), 1)
    if right or below:
        unit = 1 if colours == 0 else 2
        for crop in (0, right // unit, 0, below // (unit * (2 if interlaced else 1))):
            writer.number(crop)
    writer.take(0, 1)
    return b"\x67" + escaped(writer.content())


def _write_scaling(writer: _Writer, scaling: list[list[int]] | None) -> None:
    writer.take(scaling is not None, 1)
    if scaling is not None:
        for deltas in scaling:
            writer.take(bool(deltas), 1)
            for delta in deltas:
                writer.signed(delta)


def key_frame(width: int, height: int, payload: bytes = b"key") -> bytes:
    """Of H.264 in Annex B, as far as it is looked at; nobody decodes it."""
    return b"\0\0\0\1" + sps(width, height) + b"\0\0\0\1\x68pps" + b"\0\0\0\1\x65" + payload


def h265_sps(
    width: int, height: int, *, layers: int = 0, colours: int = 1, hidden: int = 0
) -> bytes:
    """The same of H.265, with `layers` below the highest, each with a profile and level of its own;
    `hidden` pixels below."""
    writer = _Writer()
    writer.take(0, 4)
    writer.take(layers, 3)
    writer.take(1, 1)
    writer.take(0x0160 << 80, 96)
    if layers:
        writer.take(2 ** (2 * layers) - 1, 2 * layers)
        writer.take(0, 2 * (8 - layers))
    for _ in range(layers):
        writer.take(0, 96)
    writer.number(0)
    writer.number(colours)
    writer.number(width)
    writer.number(height + hidden)
    writer.take(1 if hidden else 0, 1)
    if hidden:
        for cut in (0, 0, 0, hidden // 2):
            writer.number(cut)
    return b"\x42\x01" + escaped(writer.content())
