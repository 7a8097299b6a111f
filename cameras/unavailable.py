"""Answers 503 where the database is unavailable: problem details in the API, else a small page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from cameras.api import problems
from cameras.database import Unavailable


class DatabaseUnavailable(MiddlewareMixin):
    """Answers for views that could not ask the database. Where it stands in MIDDLEWARE is all one:
    what middleware itself could not ask, `handler500` answers (cameras/api/problems.py).
    """

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Unavailable):
            return problems.database_unavailable(request, error)
        return None
