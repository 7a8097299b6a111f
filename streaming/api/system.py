"""How the system itself is doing, for those who run it."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from django.conf import settings
from django.db import connection
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response

from streaming.api.serializers import SystemStateSerializer
from streaming.api.views import LiveView, moment
from streaming.backplane.connection import Unavailable
from streaming.backplane.facts import ProcessFacts, ServerFacts
from streaming.backplane.store import store

#: Those whose versions matter in a report of a bug.
_PACKAGES = ("Django", "channels", "channels-redis", "uvicorn", "daphne", "aiortc", "redis")


class SystemView(LiveView):
    """Processes, machine, Redis and versions. For staff, and for programs with a token of theirs.

    Processes are those of all machines; load and disk are those of the machine that answers.
    """

    permission_classes = (IsAdminUser,)
    is_for_some = True

    @extend_schema(operation_id="system", responses=SystemStateSerializer)
    def get(self, request: Request) -> Response:
        try:
            processes, redis = store().processes(), store().server()
        except Unavailable:
            processes, redis = [], None
        facts = {
            "processes": [_process(each) for each in sorted(processes, key=_order)],
            "machine": _machine(),
            "redis": redis and _redis(redis),
            "versions": [{"name": name, "version": each} for name, each in _versions(redis)],
        }
        return Response(SystemStateSerializer(facts).data)


def _order(process: ProcessFacts) -> tuple[str, str, int]:
    return process.role, process.host, process.pid


def _process(process: ProcessFacts) -> dict[str, Any]:
    # A process of the version before does not say since when.
    started = moment(process.started_at) if process.started_at else None
    return {**asdict(process), "started": started}


def _machine() -> dict[str, Any]:
    disk = shutil.disk_usage(settings.VAR_DIR)
    return {
        "host": socket.gethostname(),
        "cores": os.cpu_count() or 1,
        # Not every system tells.
        "load": [round(each, 2) for each in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "disk_free_bytes": disk.free,
        "disk_bytes": disk.total,
    }


def _redis(facts: ServerFacts) -> dict[str, Any]:
    started = datetime.fromtimestamp(time.time() - facts.uptime_s, UTC)
    return {**asdict(facts), "started": started}


def _versions(redis: ServerFacts | None) -> Iterator[tuple[str, str]]:
    yield "SkySentry", str(spectacular_settings.VERSION)
    yield "Python", platform.python_version()
    if redis is not None:
        yield redis.name, redis.version
    yield connection.display_name, ".".join(map(str, connection.get_database_version()))
    for package in _PACKAGES:
        yield package, version(package)
    yield platform.system(), platform.release()
