from __future__ import annotations

import pytest

from streaming.domain import wire
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


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ("publish.from_camera", "| `authenticate` | `key` (string, optional): publish key |"),
        ("publish.from_camera", "| `bye` | |"),
        ("publish.to_camera", "; `resumed` (bool): whether"),
        ("publish.to_camera", "`camera` (object); `ice_servers` (list of objects): as for"),
        ("publish.to_camera", "`reason` (string); `message` (string): a sentence"),
        ("publish.camera", "| `frame_rate` | integer | most frames a second |"),
        ("control.to_camera", "`video` (string or null): in which codec"),
        ("watch.from_viewer", "`fps` (number, optional, 0.1 to 30): every frame by default"),
        ("watch.from_viewer", "`cameras` (list of strings): up to 64 ids or slugs"),
        ("watch.to_viewer", "`session` (integer or null): its number"),
    ],
)
def test_a_row_says_of_each_field_what_type_it_has_and_whether_it_may_be_missing(table, part):
    assert part in tables.table(table)


def test_the_header_of_a_frame_is_told_as_it_is_packed():
    rows = tables.table("frame.header").splitlines()[2:]
    assert rows[0] == "| 0 | u8 | version | 1 |"
    assert rows[1] == "| 1 | u8 | rendition | 1 still, 2 jpeg, 3 video |"
    assert rows[6].startswith("| 12 | f64 | captured_at |")
    assert rows[-1] == f"| {wire.HEADER.size} | ... | payload | the encoded picture |"
