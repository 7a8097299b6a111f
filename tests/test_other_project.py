"""Both apps stand in another project, whose users are not Django's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[1]


def test_another_project_with_people_of_its_own_is_at_home_with_both_apps(tmp_path):
    visit = subprocess.run(
        [sys.executable, "-W", "error", "-m", "tests.other_project.visit"],
        cwd=ROOT,
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
        "pages": [200] * 5,
        "of_skysentry": [],
    }
