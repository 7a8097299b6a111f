from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from streaming.pages import release, static_files


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> Path:
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "main.js").write_text("1")
    return tmp_path


def forget() -> None:
    static_files.version.cache_clear()
    release.release.cache_clear()


def now() -> str:
    forget()
    return release.release()


@pytest.fixture(autouse=True)
def forgotten() -> Any:
    yield
    forget()


def test_a_release_is_the_same_until_a_static_file_changes(files: Path) -> None:
    before = now()
    assert before == now()
    (files / "js" / "main.js").write_text("2")
    assert now() != before


def test_a_changed_template_is_another_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    template = tmp_path / "wall.html"
    template.write_text("1")
    monkeypatch.setattr(release, "_path", lambda _name: template)
    before = now()
    template.write_text("2")
    assert now() != before


def test_it_is_read_once(files: Path) -> None:
    before = now()
    (files / "js" / "main.js").write_text("2")
    assert release.release() == before
