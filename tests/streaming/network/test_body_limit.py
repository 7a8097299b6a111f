from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from streaming.domain.limits import Limit
from streaming.network import body_limit
from streaming.network.body_limit import BodyLimit
from streaming.refusals import Refusals

MAX_BYTES = 100


@pytest.fixture(autouse=True)
def _no_lingering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_limit, "LINGER_S", 0.05)


class Exchange:
    """A request with a body in these parts, and what became of it."""

    def __init__(self, parts: Iterable[bytes], *headers: tuple[bytes, bytes]) -> None:
        self._parts = list(parts)
        self._headers = headers
        self.refusals = Refusals()
        #: What the application got, or None where it was not asked.
        self.body: bytes | None = None
        self.was_cut_off = False
        self.sent: list[dict[str, Any]] = []

    async def run(self) -> Exchange:
        scope = {"type": "http", "path": "/api/", "headers": list(self._headers)}
        await BodyLimit(self._echo, MAX_BYTES, self.refusals)(scope, self._receive, self._send)
        return self

    @property
    def status(self) -> int:
        status: int = self.sent[0]["status"]
        return status

    @property
    def text(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])

    async def _echo(self, scope: object, receive, send) -> None:
        self.body = b""
        while (message := await receive())["type"] == "http.request":
            self.body += message["body"]
            if not message["more_body"]:
                break
        else:
            self.was_cut_off = True
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"fine"})

    async def _receive(self) -> dict[str, Any]:
        if not self._parts:
            return {"type": "http.disconnect"}
        part = self._parts.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(self._parts)}

    async def _send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)


CHUNKED = (b"transfer-encoding", b"chunked")


def length(count: int) -> tuple[bytes, bytes]:
    return b"content-length", b"%d" % count


@pytest.mark.parametrize("header", [length(MAX_BYTES), CHUNKED], ids=["length", "chunked"])
async def test_a_body_of_the_size_that_is_allowed_arrives(header):
    exchange = await Exchange([bytes(60), bytes(40)], header).run()
    assert (exchange.body, exchange.text) == (bytes(MAX_BYTES), b"fine")


async def test_a_request_without_a_body_is_none_of_its_business():
    assert (await Exchange([b""]).run()).text == b"fine"


async def test_a_larger_one_is_refused_by_its_length_before_anybody_reads_it():
    exchange = await Exchange([bytes(1000)], length(MAX_BYTES + 1)).run()
    assert exchange.body is None
    assert exchange.status == 413
    assert dict(exchange.sent[0]["headers"])[b"content-type"] == b"application/problem+json"
    assert json.loads(exchange.text)["status"] == 413
    assert exchange.refusals.total[Limit.BODY_BYTES] == 1


async def test_one_without_a_length_is_refused_once_it_is_larger_and_the_rest_is_not_kept():
    exchange = await Exchange([bytes(60), bytes(60), bytes(60)], CHUNKED).run()
    assert exchange.body == bytes(60)
    assert exchange.was_cut_off
    assert exchange.status == 413
    assert exchange.refusals.total[Limit.BODY_BYTES] == 1


async def test_a_client_that_sends_on_is_read_before_the_connection_ends():
    exchange = await Exchange([bytes(60)] * 10, CHUNKED).run()
    assert not exchange._parts
    assert not exchange.sent[-1].get("more_body")
