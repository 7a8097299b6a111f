"""For load balancers and supervisors: is this process alive, can it serve."""

from __future__ import annotations

from django import db
from django.http import HttpRequest, JsonResponse

from streaming.backplane.connection import Unavailable
from streaming.backplane.store import store


def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> JsonResponse:
    """The process, the database and Redis answer; 503 and who does not otherwise."""
    checks = {"database": _answers_database(), "redis": _answers_redis()}
    ready = all(checks.values())
    words = {name: "ok" if well else "away" for name, well in checks.items()}
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", **words}, status=200 if ready else 503
    )


def _answers_database() -> bool:
    try:
        # An open connection may have lost its server: only a question tells.
        with db.connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except db.Error:
        return False
    return True


def _answers_redis() -> bool:
    try:
        store().now_ms()
    except Unavailable:
        return False
    return True
