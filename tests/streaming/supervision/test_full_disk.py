"""A real `serve` whose database lies on a full disk."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from pathlib import Path

import pytest

from cameras.secret import digest_of
from tests.processes import PATIENCE_S, wait_until
from tests.signing_in import open_link
from tests.streaming.supervision.served import Serve, Start, ready

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(
        sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk"
    ),
]

SECRET = "ssat_of_a_test"
PICTURE = "/api/cameras/demo/latest.jpg"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """The folder of `serve`, with room for two megabytes."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("nothing can be mounted here")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.fixture
def serve(disk: Path, start: Start) -> Serve:
    serve = ready(start("--demo"))
    with closing(sqlite3.connect(disk / "skysentry.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO cameras_apitoken (name, digest, created, user_id)"
            " SELECT 'test', ?, '2026-01-01', min(id) FROM auth_user",
            [digest_of(SECRET)],
        )
    wait_until(lambda: ask(serve, PICTURE)[0] == HTTPStatus.OK, PATIENCE_S)
    return serve


def ask(serve: Serve, path: str, **headers: str) -> tuple[int, str, str]:
    """Status, session of a picture, and body."""
    request = urllib.request.Request(serve.url + path, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as response:
            session = response.headers.get("X-Session", "")
            return response.status, session, response.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, "", error.read().decode()


def fill(disk: Path) -> Path:
    path = disk / "fill"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(descriptor, bytes(4096))
    except OSError:
        return path
    finally:
        os.close(descriptor)


@pytest.mark.faults(seconds=20)
def test_what_is_live_goes_on_and_cameras_return_after_a_reload(serve: Serve, disk: Path) -> None:
    _, session, _ = ask(serve, PICTURE)
    filling = fill(disk)
    assert '"read-only"' in ask(serve, "/readyz")[2]
    as_script = {"Authorization": f"Bearer {SECRET}"}
    for path in (PICTURE, "/metrics", "/api/cameras/"):
        assert ask(serve, path, **as_script)[0] == HTTPStatus.OK
    link = next(word for word in serve.welcome.split() if "/sign-in/link/" in word)
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with pytest.raises(urllib.error.HTTPError, match="503") as refused:
        open_link(opener, link)
    with refused.value as answer:
        assert "The database is unavailable" in answer.read().decode()
    serve.renew()
    wait_until(lambda: ask(serve, PICTURE)[:2] == (HTTPStatus.OK, session), PATIENCE_S)
    assert "Traceback" not in serve.output
    filling.unlink()
    wait_until(lambda: ask(serve, "/readyz")[0] == HTTPStatus.OK, PATIENCE_S)
    # The link was not used up.
    assert open_link(opener, link) == f"{serve.url}/"
