from __future__ import annotations

import pytest
from django.http import HttpResponse
from django.test import AsyncRequestFactory, RequestFactory, override_settings

from streaming.pages.content_policy import HEADER, content_policy


def answer(request):
    return HttpResponse("page")


async def answer_async(request):
    return HttpResponse("page")


def parts(response):
    return dict(part.split(" ", 1) for part in response.headers[HEADER].split("; "))


def test_a_page_loads_from_its_own_server_only():
    policy = parts(content_policy(answer)(RequestFactory().get("/")))
    assert policy["default-src"] == policy["connect-src"] == "'self'"
    assert "script-src" not in policy
    assert "unsafe" not in str(policy)


async def test_asynchronous_answers_have_it_too():
    response = await content_policy(answer_async)(AsyncRequestFactory().get("/"))
    assert parts(response)["frame-ancestors"] == "'none'"


def test_the_server_for_signaling_may_be_spoken_to():
    with override_settings(SKYSENTRY={"SIGNALING_URL": "wss://cameras.example"}):
        response = content_policy(answer)(RequestFactory().get("/"))
    assert parts(response)["connect-src"] == "'self' wss://cameras.example"


def test_the_other_ports_of_this_server_may_be_spoken_to():
    request = RequestFactory().get("/", headers={"host": "localhost:8000"})
    with override_settings(
        SKYSENTRY={"WEBSOCKET_PORT": 8001, "STREAMING_PORT": 8002}, ALLOWED_HOSTS=["localhost"]
    ):
        response = content_policy(answer)(request)
    assert parts(response)["connect-src"] == "'self' ws://localhost:8001 ws://localhost:8002"


def test_a_policy_of_the_page_itself_stays():
    def own(request):
        return HttpResponse("page", headers={HEADER: "default-src 'none'"})

    assert content_policy(own)(RequestFactory().get("/")).headers[HEADER] == "default-src 'none'"


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/admin/login/", "/healthz", "/no-such-page"])
def test_every_page_has_it_and_its_kin(client, db, path):
    headers = client.get(path).headers
    assert HEADER in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
