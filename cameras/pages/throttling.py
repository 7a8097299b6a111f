"""Who has to wait before they sign in: after wrong passwords, and while too many others do."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin

from cameras import passwords
from cameras.addresses import network_of
from cameras.signals import limit_reached

#: Wrong passwords from one address, for whatever names, after which all names wait there. A
#: household mistypes less; a minute is short for it, and long for who guesses.
ADDRESS_FAILURE_LIMIT = 20
ADDRESS_WAIT = timedelta(minutes=1)


def client_network(request: HttpRequest) -> str:
    """The address as failures are counted: of IPv6 the first of its network."""
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    return network.partition("/")[0]


class Handler(AxesDatabaseHandler):  # type: ignore[misc]
    """Counts the failures of a name from an address, and those of an address for all names."""

    def get_failures(self, request: Any, credentials: Mapping[str, Any] | None = None) -> int:
        if self.address_wait(request):
            limit: int = settings.AXES_FAILURE_LIMIT
            return limit
        failures: int = super().get_failures(request, credentials)
        return failures

    def name_wait(self, request: Any, credentials: Mapping[str, Any] | None) -> timedelta:
        """For how long nobody signs in by this name from this address."""
        [attempts] = self.get_user_attempts(request, credentials)
        return _wait(attempts, settings.AXES_FAILURE_LIMIT, settings.AXES_COOLOFF_TIME)

    def address_wait(self, request: Any) -> timedelta:
        """For how long nobody signs in by any name from this address."""
        recent = AccessAttempt.objects.filter(
            ip_address=request.axes_ip_address,
            attempt_time__gt=timezone.now() - settings.AXES_COOLOFF_TIME,
        )
        return _wait(recent, ADDRESS_FAILURE_LIMIT, ADDRESS_WAIT)


def _wait(attempts: QuerySet[Any], limit: int, wait: timedelta) -> timedelta:
    """What is left of the wait, when there were so many failures."""
    found = attempts.aggregate(failures=Sum("failures_since_start"), last=Max("attempt_time"))
    if (found["failures"] or 0) < limit:
        return timedelta()
    left: timedelta = found["last"] + wait - timezone.now()
    return max(left, timedelta())


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: Mapping[str, Any] | None
) -> HttpResponse:
    """The page of whoever has to wait after wrong passwords."""
    handler: Handler = AxesProxyHandler.get_implementation()
    of_name, of_address = handler.name_wait(request, credentials), handler.address_wait(request)
    left_s = max(1, math.ceil(max(of_name, of_address).total_seconds()))
    context = {"minutes": math.ceil(left_s / 60), "all_names": of_address > of_name}
    answer = render(request, "registration/locked.html", context, status=429)
    answer["Retry-After"] = str(left_s)
    return answer


class BusyMiddleware(MiddlewareMixin):
    """While too many passwords are hashed already, a page says when to try again."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, passwords.Busy):
            return None
        limit_reached.send(None, limit="sign_ins", who=request.META.get("REMOTE_ADDR", ""))
        answer = render(request, "registration/busy.html", status=429)
        answer["Retry-After"] = str(passwords.RETRY_AFTER_S)
        return answer
