"""What `serve` sees to before it starts anything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import redis.exceptions
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cameras import access, sessions
from cameras.models import Camera, Visibility
from cameras.setup import ensure_camera, ensure_owner, replace_key
from cameras.signals import access_changed
from cameras.users import User
from streaming.backplane.announce import announce_access
from streaming.backplane.connection import connect_sync
from streaming.backplane.store import LEASE_MS, Store
from streaming.supervision.system import Demo

FIRST_CAMERA = "my-camera"
DEMO_CAMERA = "demo"


class NotReady(Exception):
    """Something is missing that only the person who starts SkySentry can put right."""


def check_redis() -> None:
    if not settings.REDIS_URL:
        return
    try:
        with connect_sync() as client:
            client.ping()
    except (redis.exceptions.RedisError, ValueError) as error:
        raise NotReady(
            f"REDIS_URL ({_place(settings.REDIS_URL)}) cannot be used: {str(error).rstrip('.')}."
            " Start that server, fix the address, or leave REDIS_URL empty for an embedded one."
        ) from error


def _place(url: str) -> str:
    """The URL without what stands before "@": a password."""
    parts = urlsplit(url)
    if not parts.netloc:
        return url.rpartition("@")[2]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def migrate() -> bool:
    """Whether there was anything to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def close_sessions_of_a_crash() -> None:
    """Ends those that a crash left open, at their last sign of life."""
    if not settings.REDIS_URL:
        # The server of the last start is gone, and nobody can publish to this one yet.
        sessions.close_abandoned(older_than_s=0)
        return
    with connect_sync() as client:
        leases = Store(client).holders(sessions.open_cameras())
    # For a moment, a lease does not yet name the session that was opened under it.
    sessions.close_abandoned(LEASE_MS / 1000, held=[lease.session for lease in leases])


def ensure_catalogue(with_demo: bool) -> tuple[User, Demo | None]:
    """The owner, and the demo camera if wanted."""
    with _unannounced():
        owner, is_first_start = _owner()
        if is_first_start:
            ensure_camera(owner, FIRST_CAMERA, "My camera")
        if not with_demo:
            return owner, None
        # Its pictures are painted and encoded here: those of 1280x720 take three times the work.
        small = {"width": 640, "height": 480}
        camera, _ = ensure_camera(owner, DEMO_CAMERA, "Demo", visibility=Visibility.PUBLIC, **small)
        return owner, Demo(camera.slug, replace_key(camera, "demo camera"))


def camera_to_try(owner: User) -> Camera | None:
    """The oldest that the owner may publish to; not the demo camera, which does it by itself."""
    return access.publishable(owner).exclude(Camera.at(DEMO_CAMERA)).order_by("created").first()


@contextmanager
def _unannounced() -> Iterator[None]:
    """Without REDIS_URL, nobody who would hear of changed rights runs yet, nor does the server."""
    if settings.REDIS_URL:
        yield
        return
    access_changed.disconnect(announce_access)
    try:
        yield
    finally:
        access_changed.connect(announce_access)


def _owner() -> tuple[User, bool]:
    try:
        return ensure_owner()
    except User.DoesNotExist as error:
        raise NotReady(
            "Every superuser account is disabled. To add one: python3 manage.py createsuperuser"
        ) from error
