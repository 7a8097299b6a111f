from __future__ import annotations

from random import Random


def mutated(sdp: str, generator: Random) -> str:
    """An offer with up to three of its lines doubled, cut, lengthened or shuffled."""
    lines = sdp.splitlines()
    for _ in range(generator.randint(1, 3)):
        index = generator.randrange(len(lines))
        match generator.randrange(4):
            case 0:
                lines.insert(generator.randrange(len(lines)), lines[index])
            case 1:
                lines[index] = lines[index][: generator.randrange(len(lines[index]) + 1)]
            case 2:
                lines[index] += chr(generator.choice([0x0A, 0x85, 0x2028, 0xD800, 0x20, 0x41]))
            case 3:
                lines[index] = "".join(generator.sample(lines[index], len(lines[index])))
    return "\r\n".join(lines)
