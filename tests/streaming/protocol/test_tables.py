from __future__ import annotations

import pytest

from streaming.protocol import tables
from streaming.protocol.generate import DOCS


def test_the_docs_have_every_table_once():
    assert sorted(tables.names(DOCS.read_text())) == sorted(tables.TABLES)


def test_a_table_that_there_is_not_is_named():
    with pytest.raises(tables.UnknownTable, match=r"no table watch\.lies"):
        tables.fill("<!-- table: watch.lies -->\n<!-- /table -->")


def test_what_stands_around_a_table_stays():
    page = "before\n<!-- table: close_codes -->\nold\n<!-- /table -->\nafter\n"
    filled = tables.fill(page)
    assert filled.startswith("before\n<!-- table: close_codes -->\n\n| code | means |")
    assert filled.endswith("\n\n<!-- /table -->\nafter\n")
    assert tables.fill(filled) == filled


def test_a_row_says_what_may_be_missing_and_what_may_be_null():
    assert "| `authenticate` | `key` (optional): publish key |" in tables.table(
        "publish.from_camera"
    )
    assert "`session`: number or null" in tables.table("watch.to_viewer")
    assert "| `bye` | |" in tables.table("publish.from_camera")
