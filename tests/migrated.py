"""The database of a `serve` that starts for the first time, made once for all tests of a run."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "skysentry.sqlite3"

#: Where it is kept for all processes that run tests at the same time, as tests/conftest.py says;
#: None for benchmarks, whose systems make their own.
folder: Path | None = None


def put_database(var: Path) -> None:
    """Lays it into the folder of a `serve` that has none: to make one takes a second of CPU."""
    if folder is None or (var / NAME).exists():
        return
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = folder / "migrated"
        if not made.exists():
            shutil.copytree(_make(folder / "migrating"), made)
    shutil.copy(made / NAME, var / NAME)


def _make(var: Path) -> Path:
    env = {**os.environ, "SKYSENTRY_VAR_DIR": str(var), "PYTHON_DOTENV_DISABLED": "1"}
    env.pop("DATABASE_URL", None)
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(migrate, cwd=ROOT, env=env, check=True)
    return var
