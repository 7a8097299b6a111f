"""From `git clone` to the first picture: clone this repository, type the README's one command,
open the printed link, and wait until the demo camera's picture is drawn on the wall.

Cold has no environment yet and installs it; warm is the same command typed again.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from benchmarks.conditions import describe
from tests.e2e.conftest import FLAGS
from tests.e2e.system import ROOT
from tests.processes import free_port

_TIMEOUT_S = 600.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="dev.py bench first_picture", description=__doc__)
    parser.parse_args()
    chromium = os.environ.get("SKYSENTRY_CHROMIUM")
    if not chromium:
        parser.error("set SKYSENTRY_CHROMIUM to a Chromium")
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        clone = Path(folder) / "skysentry"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        cold_s, up_s = _first_picture(clone, chromium, began)
        print(describe())
        print(f"cold: {cold_s:5.1f} s from git clone to the first picture (up after {up_s:.1f} s)")
        warm_s, up_s = _first_picture(clone, chromium, time.monotonic())
        print(
            f"warm: {warm_s:5.1f} s from the command to the first picture (up after {up_s:.1f} s)"
        )


def _first_picture(clone: Path, chromium: str, began: float) -> tuple[float, float]:
    """Seconds since `began` to the first picture drawn, and to the printed link."""
    port = free_port()
    # The interpreter that made this environment: a newcomer has no .venv to start from.
    python = Path(sys.base_prefix) / "bin" / "python3"
    serving = subprocess.Popen(
        [python, "dev.py", "run", "--port", str(port)],
        cwd=clone,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        link = _sign_in_link(serving)
        up_s = time.monotonic() - began
        _wait_for_picture(link, chromium)
        return time.monotonic() - began, up_s
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(15)


def _sign_in_link(serving: subprocess.Popen[str]) -> str:
    assert serving.stdout is not None
    for line in serving.stdout:
        if found := re.search(r"http://\S+/sign-in/link/\S+", line):
            return found[0]
    raise SystemExit("The system did not come up.")


def _wait_for_picture(link: str, chromium: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        page = browser.new_page()
        page.goto(link)
        page.get_by_role("button", name="Sign in as").click()
        page.locator(".tile[data-camera=demo][data-sequence]").wait_for(timeout=_TIMEOUT_S * 1000)
        browser.close()


if __name__ == "__main__":
    main()
