"""What the browser's scripts repeat of the protocol."""

from __future__ import annotations

import re

from streaming.protocol.generate import ROOT


def script(path: str) -> str:
    return (ROOT / "static" / "js" / path).read_text()


def number(path: str, name: str) -> int:
    """The constant of this name."""
    found = re.search(rf"^(?:export )?const {name} = ([\d_]+);$", script(path), re.MULTILINE)
    assert found, f"{path} has no number {name}"
    return int(found[1])
