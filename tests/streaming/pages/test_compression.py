from __future__ import annotations

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse

from streaming.pages.compression import MAX_BYTES, compress

TEXT = b"a camera, " * 100


def compressed(rf, response):
    return compress(lambda _request: response)(rf.get("/", headers={"Accept-Encoding": "gzip"}))


@pytest.mark.parametrize(
    "content_type",
    ["text/html; charset=utf-8", "application/json", "application/problem+json", "image/svg+xml"],
)
def test_texts_are_compressed(rf, content_type):
    response = compressed(rf, HttpResponse(TEXT, content_type=content_type))
    assert gzip.decompress(response.content) == TEXT
    assert "Accept-Encoding" in response.headers["Vary"]


def test_how_long_a_page_gets_is_a_little_random(rf):
    lengths = {len(compressed(rf, HttpResponse(TEXT)).content) for _ in range(20)}
    assert len(lengths) > 1


@pytest.mark.parametrize(
    "response",
    [
        HttpResponse(TEXT, content_type="image/jpeg"),
        HttpResponse(TEXT, headers={"Cache-Control": "private, no-store"}),
        HttpResponse(b"a" * (MAX_BYTES + 1)),
        HttpResponse(TEXT, status=206),
        StreamingHttpResponse([TEXT], content_type="text/event-stream"),
    ],
    ids=["a picture", "a secret", "too long", "a part", "a stream"],
)
def test_all_else_is_left_as_it_is(rf, response):
    assert "Content-Encoding" not in compressed(rf, response).headers


def test_a_page_is_compressed_and_one_with_a_secret_is_not(client, db):
    headers = {"Accept-Encoding": "gzip"}
    assert client.get("/", headers=headers).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/sign-in/", headers=headers).headers
