"""What the browser's scripts repeat of the protocol."""

from __future__ import annotations

import re

from streaming.protocol.generate import ROOT


def script(path: str) -> str:
    return (ROOT / "static" / "js" / path).read_text()


def words(path: str, name: str) -> dict[str, str]:
    """The constant object of this name whose values are sentences for people."""
    found = re.search(rf"^const {name} = \{{\n(.*?)^\}};$", script(path), re.MULTILINE | re.DOTALL)
    assert found, f"{path} has no words {name}"
    return dict(re.findall(r'^  (\w+): gettext\("(.*)"\),$', found[1], re.MULTILINE))


def number(path: str, name: str) -> int:
    """The constant of this name."""
    found = re.search(rf"^(?:export )?const {name} = ([\d_]+);$", script(path), re.MULTILINE)
    assert found, f"{path} has no number {name}"
    return int(found[1])
