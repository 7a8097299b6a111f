from __future__ import annotations

import shutil

import pytest

from streaming.protocol import generate


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
