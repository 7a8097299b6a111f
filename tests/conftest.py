"""The cast: `owner` owns the camera, `viewer` was granted to watch it, `stranger` has no rights."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from channels.layers import channel_layers
from django.conf import settings
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, override_settings
from django.utils import translation

from cameras import database, devices
from cameras.models import Camera, Grant, Role
from streaming.process import web
from streaming.supervision import embedded
from streaming.watch.polls import Polls
from tests import migrated
from tests.valkey import Valkey

STATIC_FILES = "streaming.pages.static_files.StaticFiles"
#: By so many files the end of each folder is brought forward: folders of many quick files are left
#: for last, so that no process is alone with a slow one at the end.
_FORWARD = 4
#: They take minutes, as do those of tests/hostile: one that began late would hold up the end.
_FIRST = ("test_axe.py", "test_serve.py", "test_system.py", "test_servers.py")
#: What is to be covered wholly (pyproject.toml) is covered from here, and everything else runs
#: twice as fast where coverage looks away.
_HERE = Path(__file__).parent
_COVERS = tuple(
    _HERE / folder for folder in ("cameras/access", "streaming/domain", "streaming/protocol")
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    _look_away(items)
    _spread(items)


def _look_away(items: list[pytest.Item]) -> None:
    for item in items:
        folders = item.path.parents
        if folders[0] != _HERE / "cameras" and not any(each in folders for each in _COVERS):
            item.add_marker("no_cover")


def _spread(items: list[pytest.Item]) -> None:
    """The files of each folder spread evenly, so that few of those with browsers meet; and those
    that take longest first."""
    folders: dict[Path, list[Path]] = {}
    for file in dict.fromkeys(item.path for item in items):
        folders.setdefault(file.parent, []).append(file)
    places = {
        file: -1
        if file.name in _FIRST or file.parent.name == "hostile"
        else index / (len(files) + _FORWARD)
        for files in folders.values()
        for index, file in enumerate(files)
    }
    items.sort(key=lambda item: places[item.path])


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    # A file: threads that share a database in memory lock each other out of whole tables.
    path = tmp_path_factory.mktemp("database") / "test.sqlite3"
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def _migrated_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> None:
    folder = tmp_path_factory.getbasetemp()
    migrated.folder = folder if worker_id == "master" else folder.parent


@pytest.fixture(scope="session", autouse=True)
def valkey_server() -> Iterator[Valkey]:
    """The Redis of all settings; away until a test asks for `valkey`."""
    # pytest's own directories have names too long for a socket.
    directory = Path(tempfile.mkdtemp(prefix="sky-"))
    url = embedded.url(directory)
    layers = json.dumps(settings.CHANNEL_LAYERS).replace(settings.REDIS_LAYER_URL, url)
    server = Valkey(directory)
    with override_settings(REDIS_LAYER_URL=url, CHANNEL_LAYERS=json.loads(layers)):
        yield server
    server.stop()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """The real hash takes a quarter of a second by intention."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture(scope="session", autouse=True)
def whole_middleware() -> Iterator[list[str]]:
    """Tests do without static files: each test client makes its own middleware, and theirs looks at
    all files, 0.1 s of CPU."""
    whole = settings.MIDDLEWARE
    with override_settings(MIDDLEWARE=[each for each in whole if each != STATIC_FILES]):
        yield whole


@pytest.fixture
def static_files(whole_middleware: list[str]) -> Iterator[None]:
    """For tests that fetch some."""
    with override_settings(MIDDLEWARE=whole_middleware):
        yield


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    """A running, empty server, and channel layers that nobody used before."""
    valkey_server.start()
    valkey_server.flush()
    channel_layers.backends.clear()
    return valkey_server


@pytest.fixture(autouse=True)
def nobody_has_chosen_a_language() -> None:
    """A request leaves its language to the thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def nobody_was_refused() -> None:
    """Wrong tokens are counted in the cache."""
    cache.clear()


@pytest.fixture(autouse=True)
def nobody_has_polled(monkeypatch: pytest.MonkeyPatch) -> None:
    """What readers have left of a second, or of a test's own time, is that of no earlier test."""
    monkeypatch.setattr(web.node(), "polls", Polls())


@pytest.fixture(autouse=True)
def database_was_never_away() -> None:
    """What a process remembers of the database is that of no earlier test."""
    database.memory.forget()
    database.notes.__init__()  # type: ignore[misc]
    database.outages.__init__()  # type: ignore[misc]


@pytest.fixture
def devices_noted() -> None:
    """Notes which device a session is used by, which others leave out: it is a write on the first
    request of each, which tests of other things would count."""
    devices.noted.forget()


@pytest.fixture(autouse=True)
def _devices_not_noted(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "devices_noted" not in request.fixturenames:
        monkeypatch.setattr(devices.noted, "is_due", lambda _session_key, _address: False)


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_user("olga")


@pytest.fixture
def stranger(db: None) -> User:
    return User.objects.create_user("sam")


@pytest.fixture
def superuser(db: None) -> User:
    return User.objects.create_superuser("root")


@pytest.fixture
def admin(client: Client, superuser: User) -> Client:
    """The browser of a superuser, who has signed in."""
    client.force_login(superuser)
    return client


@pytest.fixture
def camera(owner: User) -> Camera:
    return Camera.objects.create(name="Front door", owner=owner)


@pytest.fixture
def viewer(camera: Camera) -> User:
    user = User.objects.create_user("vera")
    Grant.objects.create(camera=camera, user=user, role=Role.WATCH)
    return user
