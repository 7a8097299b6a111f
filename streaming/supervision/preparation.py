"""What `serve` sees to before it starts anything."""

from __future__ import annotations

from urllib.parse import urlsplit

import redis.exceptions
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from cameras.models import Visibility
from cameras.setup import ensure_camera, ensure_owner, fresh_key
from cameras.signals import access_changed
from streaming.receivers import announce_access
from streaming.redis import connect_sync
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
        url = urlsplit(settings.REDIS_URL)
        # Not the part before "@": a password.
        place = f"{url.scheme}://{url.netloc.rpartition('@')[2]}{url.path}"
        raise NotReady(f"REDIS_URL ({place}) cannot be used: {error}") from error


def migrate() -> bool:
    """Whether there was anything to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def ensure_catalogue(with_demo: bool) -> tuple[User, Demo | None]:
    """The owner, and the demo camera if wanted."""
    if not settings.REDIS_URL:
        # The processes that would hear of changed rights do not run yet, nor does the server.
        access_changed.disconnect(announce_access)
    owner = _owner()
    ensure_camera(owner, FIRST_CAMERA, "My camera")
    if not with_demo:
        return owner, None
    camera, _ = ensure_camera(owner, DEMO_CAMERA, "Demo", visibility=Visibility.PUBLIC)
    return owner, Demo(camera.slug, fresh_key(camera, "demo camera"))


def _owner() -> User:
    try:
        return ensure_owner()[0]
    except User.DoesNotExist as error:
        raise NotReady(
            "Every superuser is deactivated. Make another one: manage.py createsuperuser."
        ) from error
