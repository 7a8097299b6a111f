from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from cameras.addresses import network_of
from streaming.domain.limits import Limit
from streaming.process.web import node


class PollThrottle(BaseThrottle):
    """For what pages without a WebSocket poll. Each asks 20 times a second at most, however many
    cameras it shows: five of one reader stay below the limit.
    """

    _wait_s = 0.0

    def allow_request(self, request: Request, view: APIView) -> bool:
        reader = _reader(request)
        self._wait_s = node().polls.take(reader)
        if self._wait_s:
            node().refusals.count(Limit.POLLS_PER_S, reader)
        return not self._wait_s

    def wait(self) -> float:
        return self._wait_s


def _reader(request: Request) -> str:
    """A person, wherever they are; visitors count by their network."""
    if request.user.is_authenticated:
        return f"user {request.user.get_username()}"
    return network_of(request.META.get("REMOTE_ADDR", ""))
