from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory

from cameras import requester
from cameras.signals import request_refused


def test_a_request_is_known_while_it_is_answered() -> None:
    seen: list[HttpRequest | None] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(requester.current())
        return HttpResponse()

    request = RequestFactory().get("/")
    request.resolver_match = None
    requester.remember_request(view)(request)
    assert seen == [request]
    assert requester.current() is None


@pytest.fixture
def refused() -> Iterator[list[tuple[str, str]]]:
    told: list[tuple[str, str]] = []

    def listen(address: str, view: str, **_: object) -> None:
        told.append((address, view))

    request_refused.connect(listen, weak=False)
    yield told
    request_refused.disconnect(listen)


@pytest.mark.django_db
def test_what_is_not_found_is_announced(client: Client, refused: list[tuple[str, str]]) -> None:
    client.get("/cameras/front-door/")
    client.get("/api/cameras/front-door/")
    client.get("/nothing/")
    client.get("/")
    assert refused == [("front-door", "viewer"), ("front-door", "api-camera-detail")]


async def test_in_the_event_loop_too(
    transactional_db: None, refused: list[tuple[str, str]]
) -> None:
    await AsyncClient().get("/cameras/front-door/")
    assert refused == [("front-door", "viewer")]
