"""Hooks for django-axes: what is never throttled, and the page of somebody who has to wait."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone


def is_sign_in_link(request: HttpRequest, credentials: Mapping[str, Any] | None) -> bool:
    """Links cannot be guessed, and a used one opened again is no attack."""
    return credentials is not None and "sesame" in credentials


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    left = _time_left(request, credentials)
    context = {"minutes": max(1, math.ceil(left.total_seconds() / 60))}
    answer = render(request, "registration/locked.html", context, status=429)
    answer["Retry-After"] = str(max(1, math.ceil(left.total_seconds())))
    return answer


def _time_left(request: HttpRequest, credentials: Mapping[str, Any] | None) -> timedelta:
    [attempts] = AxesProxyHandler.get_implementation().get_user_attempts(request, credentials)
    last = attempts.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    ends: timedelta = last + settings.AXES_COOLOFF_TIME - timezone.now()
    return ends
