from __future__ import annotations

import shutil

import pytest

from streaming.protocol import generate, tables
from streaming.protocol.typescript import declarations


@pytest.fixture
def root(tmp_path):
    """A place of its own for what is written."""
    (tmp_path / "docs").mkdir()
    shutil.copy(generate.DOCS, tmp_path / "docs")
    return tmp_path


def test_what_is_committed_is_what_the_messages_say():
    assert generate.outdated() == []
    assert generate.main(["--check"]) == 0


def test_it_writes_what_is_missing_and_then_nothing_is_outdated(root):
    assert [path.name for path in generate.outdated(root)] == [
        "protocol.schema.json",
        "messages.d.ts",
    ]
    generate.write(root)
    assert generate.outdated(root) == []


def test_a_table_that_was_changed_by_hand_is_written_anew(root):
    generate.write(root)
    docs = root / "docs" / "protocol.md"
    page = docs.read_text()
    docs.write_text(page.replace("| `authenticate` |", "| `authenticated` |"))
    assert generate.outdated(root) == [docs]
    generate.write(root)
    assert docs.read_text() == page


def test_the_check_names_what_is_outdated(root, monkeypatch, capsys):
    monkeypatch.setattr(generate, "ROOT", root)
    monkeypatch.setattr(generate, "outdated", lambda: [root / "docs" / "protocol.md"])
    assert generate.main(["--check"]) == 1
    assert "docs/protocol.md is not what the messages say" in capsys.readouterr().out


def test_without_the_check_it_writes(monkeypatch):
    written = []
    monkeypatch.setattr(generate, "write", lambda: written.append(True))
    assert generate.main([]) == 0
    assert written == [True]


def test_the_docs_have_every_table_once():
    assert sorted(tables.names(generate.DOCS.read_text())) == sorted(tables.TABLES)


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


def test_typescript_tells_messages_apart_by_their_type():
    text = declarations()
    assert 'export interface Bye {\n  type: "bye";\n}' in text
    assert "export type ToViewer = CameraState | Stages | Pong | WatchError;" in text
    assert "  session: number | null;" in text
    assert "  ice_servers: IceServer[];" in text
    assert "  by?: string;" in text
    assert '  /** the camera said `bye` */\n  | "stopped"' in text
    assert "Record<" not in text
    assert "unknown;" not in text
