from __future__ import annotations

import re
from pathlib import Path

from cameras.models import EndReason

PROTOCOL = Path(__file__).parents[3] / "docs" / "protocol.md"


def test_end_reasons_are_those_of_the_protocol():
    table = PROTOCOL.read_text().partition("| end reason | means |")[2].partition("\n\n")[0]
    assert EndReason.values == re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
