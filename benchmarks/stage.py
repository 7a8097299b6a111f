"""What the system's own processes need around them, with a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import django

from benchmarks.cores import bound_to
from streaming.supervision import embedded
from tests.e2e.system import ROOT
from tests.processes import free_port, wait_until
from tests.valkey import Valkey

__all__ = ["Process", "Stage", "free_port", "publishing", "running", "set_up"]

_START_S = 20.0
_STOP_S = 8.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Valkey, a database with an owner who has signed in, and cameras of theirs."""

    folder: Path
    redis_url: str
    cookie: str
    #: Slug and id of each camera.
    cameras: Mapping[str, str]
    #: Secrets to publish with, by slug.
    keys: Mapping[str, str]


#: All viewers of a benchmark come from one address.
UNLIMITED = dict.fromkeys(
    [
        "SKYSENTRY_CONNECTIONS",
        "SKYSENTRY_CONNECTIONS_PER_ADDRESS",
        "SKYSENTRY_SOCKETS_PER_ADDRESS",
        "SKYSENTRY_SOCKETS_PER_PERSON",
        "SKYSENTRY_HANDSHAKES_PER_ADDRESS",
        "SKYSENTRY_VIEWERS",
        "SKYSENTRY_VIEWERS_PER_CAMERA",
        "SKYSENTRY_VIEWER_MESSAGES_PER_S",
    ],
    "1000000",
)


@dataclass(frozen=True, slots=True)
class Process:
    pid: int
    output: Path


@contextmanager
def set_up(cameras: int = 1) -> Iterator[Stage]:
    """Once in a process: Django is set up for it."""
    with tempfile.TemporaryDirectory(prefix="skysentry-bench-") as name:
        folder = Path(name)
        valkey = Valkey(folder / "valkey")
        url = embedded.url(folder / "valkey")
        os.environ |= UNLIMITED | {
            "SKYSENTRY_VAR_DIR": name,
            "REDIS_URL": url,
            "PYTHON_DOTENV_DISABLED": "1",
            "DJANGO_SETTINGS_MODULE": "skysentry.settings",
        }
        valkey.start()
        try:
            yield _fill(folder, url, cameras)
        finally:
            valkey.stop()


def _fill(folder: Path, url: str, cameras: int) -> Stage:
    django.setup()
    # Not before the settings are read.
    from django.conf import settings
    from django.test import Client

    from cameras.setup import ensure_camera, ensure_owner, replace_key
    from streaming.supervision.preparation import migrate

    migrate()
    owner, _ = ensure_owner()
    made = [ensure_camera(owner, f"camera-{n}", f"Camera {n}")[0] for n in range(1, cameras + 1)]
    client, name = Client(), settings.SESSION_COOKIE_NAME
    client.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    return Stage(
        folder,
        url,
        f"{name}={client.cookies[name].value}",
        {camera.slug: str(camera.pk) for camera in made},
        {camera.slug: replace_key(camera, "benchmark") for camera in made},
    )


@contextmanager
def running(
    command: Sequence[str | Path], folder: Path, core: int | None, port: int | None = None
) -> Iterator[Process]:
    """A process bound to a core, or to none, from the moment it listens on `port` to its end."""
    output = folder / "output.log"
    with bound_to(core) if core is not None else nullcontext(), output.open("wb") as file:
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        if port is not None:
            wait_until(lambda: _listens(port) or process.poll() is not None, _START_S)
        if process.poll() is not None:
            sys.exit(f"{command[0]} ended:\n{output.read_text()}")
        yield Process(process.pid, output)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def publishing(stage: Stage, way: str, frame_bytes: int, *to: str) -> Iterator[int]:
    """Frames come from benchmarks/load/publisher.py, on this process' core; its process."""
    folder = stage.folder / "publisher"
    folder.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.load.publisher", way, str(frame_bytes), *to]
    [core] = os.sched_getaffinity(0)
    with running(command, folder, core) as process:
        wait_until(lambda: "ready" in process.output.read_text(), _START_S)
        yield process.pid


def _listens(port: int) -> bool:
    """Asked of the kernel, for a connection would be the first visitor."""
    wanted = f":{port:04X}"
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(line.split()[1].endswith(wanted) and line.split()[3] == "0A" for line in lines)
