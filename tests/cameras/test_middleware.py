from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import AsyncRequestFactory, RequestFactory

from cameras.middleware import on_response


@on_response
def name_the_path(request: HttpRequest, response: HttpResponseBase) -> None:
    response.headers["X-Path"] = request.path


def test_it_changes_each_answer():
    middleware = name_the_path(lambda request: HttpResponse("page"))
    assert middleware(RequestFactory().get("/a/")).headers["X-Path"] == "/a/"


async def test_it_does_so_in_the_event_loop_too():
    async def answer(request):
        return HttpResponse("page")

    response = await name_the_path(answer)(AsyncRequestFactory().get("/a/"))
    assert response.headers["X-Path"] == "/a/"
