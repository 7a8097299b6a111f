"""Both apps stand in another project, whose users are not Django's own: from the wheel."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the project and what the wheel installs, and nothing else of this one."""
    build = [*(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"), "--no-index"]
    options = ["--no-build-isolation", "--wheel-dir", str(tmp_path)]
    subprocess.run([*build, *options, str(ROOT)], check=True)
    [wheel] = tmp_path.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "project")
    shutil.copytree(ROOT / "tests" / "other_project", tmp_path / "project/tests/other_project")
    return tmp_path / "project"


def test_another_project_with_people_of_its_own_is_at_home_with_both_apps(project, tmp_path):
    visit = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.other_project.visit"],
        cwd=project,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.other_project.settings",
            "OTHER_PROJECT_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
    )
    assert visit.returncode == 0, visit.stderr
    assert json.loads(visit.stdout) == {
        "owner": "owner",
        "grants": ["vera@example.org"],
        "may_watch": True,
        "announced": ["owner", "vera"],
        "signed_in": True,
        "policy": True,
        "script": True,
        "languages": ["Skip to content", "Zum Inhalt springen"],
        "pages": [200] * 5,
        "of_skysentry": [],
    }
