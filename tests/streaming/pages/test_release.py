from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streaming.pages import release


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "main.js").write_text("1")
    return tmp_path


def now() -> str:
    release.release.cache_clear()
    return release.release()


@pytest.fixture(autouse=True)
def forgotten() -> Any:
    yield
    release.release.cache_clear()


def test_a_release_is_the_same_until_a_script_or_style_changes(files: Path) -> None:
    before = now()
    assert before == now()
    (files / "notes.txt").write_text("Not shown")
    assert now() == before
    (files / "js" / "main.js").write_text("2")
    assert now() != before


def test_it_is_read_once(files: Path) -> None:
    before = now()
    (files / "js" / "main.js").write_text("2")
    assert release.release() == before
