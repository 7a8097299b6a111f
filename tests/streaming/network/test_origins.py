from __future__ import annotations

import pytest
from channels.testing import WebsocketCommunicator
from django.test import override_settings

from streaming.network.origins import SameOriginValidator

HOST = b"camera.example:8443"


@pytest.fixture(autouse=True)
def _server(settings):
    settings.ALLOWED_HOSTS = ["camera.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://wall.example"]


async def accept(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})


async def is_let_in(origin, host=HOST, scheme="wss"):
    headers = [(b"host", host)] if host is not None else []
    if origin is not None:
        headers.append((b"origin", origin))
    socket = WebsocketCommunicator(SameOriginValidator(accept), "/ws/watch/", headers)
    socket.scope["scheme"] = scheme
    connected, _ = await socket.connect()
    return connected


async def test_pages_of_this_server_are_let_in():
    assert await is_let_in(b"https://camera.example:8443")


async def test_a_plain_socket_belongs_to_a_plain_page():
    assert await is_let_in(b"http://camera.example:8443", scheme="ws")


async def test_the_name_of_the_host_has_no_case():
    assert await is_let_in(b"https://Camera.Example:8443", host=b"CAMERA.example:8443")


async def test_the_usual_port_is_not_said():
    assert await is_let_in(b"https://camera.example", host=b"camera.example")


@pytest.mark.parametrize("host", [b"camera.example", b"camera.example:%d"])
@pytest.mark.parametrize("origin", [b"%s://camera.example", b"%s://camera.example:%d"])
@pytest.mark.parametrize(("scheme", "page", "port"), [("ws", b"http", 80), ("wss", b"https", 443)])
async def test_a_program_may_say_the_usual_port(scheme, page, port, origin, host):
    values = (page, port)[: origin.count(b"%")]
    assert await is_let_in(origin % values, host=host.replace(b"%d", b"%d" % port), scheme=scheme)


async def test_the_usual_port_of_another_scheme_is_another_origin():
    assert not await is_let_in(b"http://camera.example:443", host=b"camera.example", scheme="ws")


async def test_an_ipv6_address_is_a_host():
    with override_settings(ALLOWED_HOSTS=["[::1]"]):
        assert await is_let_in(b"http://[::1]:8000", host=b"[::1]:8000", scheme="ws")


async def test_a_trusted_origin_is_let_in():
    assert await is_let_in(b"https://wall.example")


@pytest.mark.parametrize(
    ("origin", "is_trusted"),
    [
        (b"https://one.wall.example", True),
        (b"https://wall.example", True),
        (b"http://one.wall.example", False),
        (b"https://onewall.example", False),
        (b"https://evil.example/one.wall.example", False),
        (b"https://one.wall.example:444", False),
    ],
)
async def test_all_names_below_a_trusted_domain_are_let_in(settings, origin, is_trusted):
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.wall.example"]
    assert await is_let_in(origin) == is_trusted


@pytest.mark.parametrize(
    "origin",
    [
        b"",
        b"null",
        b"https://evil.example:8443",
        b"https://camera.example.evil.example:8443",
        b"https://evil.example/camera.example:8443",
        b"https://camera.example:8444",
        b"https://camera.example",
        b"http://camera.example:8443",
        b"http://wall.example",
        b"https://wall.example:444",
        b"camera.example:8443",
        b"https://camera.example:8443/",
        b"https://\xff\xfe",
    ],
)
async def test_any_other_origin_is_refused(origin):
    assert not await is_let_in(origin)


async def cookies_of(headers):
    """The cookies with which a client is let in."""
    seen: list[bytes] = []

    async def look(scope, receive, send):
        seen.extend(value for name, value in scope["headers"] if name == b"cookie")
        await accept(scope, receive, send)

    given = [(b"host", HOST), (b"cookie", b"sessionid=1"), *headers]
    socket = WebsocketCommunicator(SameOriginValidator(look), "/ws/watch/", given)
    connected, _ = await socket.connect()
    assert connected
    return seen


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"authorization", b"Bearer ssat_1")],
        [(b"authorization", b"bearer ssat_1"), (b"origin", b"https://evil.example")],
        [(b"authorization", b"Bearer ssat_1"), (b"origin", b"https://wall.example")],
    ],
    ids=["no origin", "token", "token from elsewhere", "token from here"],
)
async def test_a_program_is_let_in_without_cookies(headers):
    assert await cookies_of(headers) == []


async def test_a_page_keeps_its_cookies():
    assert await cookies_of([(b"origin", b"https://wall.example")]) == [b"sessionid=1"]


@pytest.mark.parametrize("given", [b"", b"Basic abc", b"Bearer", b"Bearer ", b"Bearerssat_1"])
async def test_an_authorization_that_is_no_token_opens_nothing(given):
    headers = [(b"host", HOST), (b"authorization", given), (b"origin", b"https://evil.example")]
    socket = WebsocketCommunicator(SameOriginValidator(accept), "/ws/watch/", headers)
    connected, _ = await socket.connect()
    assert not connected


@pytest.mark.parametrize("host", [None, b"", b"evil.example", b"a b", b"\xff", b":8443"])
async def test_a_host_that_is_not_ours_lets_nobody_in(host):
    assert not await is_let_in(b"https://" + (host or b""), host=host)


SPLIT = {"WEBSOCKET_PORT": 8001, "STREAMING_PORT": 8002, "TLS": True}


@override_settings(SKYSENTRY=SPLIT)
@pytest.mark.parametrize("port", [8443, 8444, 8445])
async def test_pages_of_our_other_ports_are_let_in(port):
    assert await is_let_in(b"https://camera.example:%d" % port, host=b"camera.example:8444")


@override_settings(SKYSENTRY=SPLIT)
@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (b"https://camera.example:8446", b"camera.example:8444"),
        (b"https://camera.example", b"camera.example:8444"),
        (b"https://camera.example:8000", b"camera.example:8444"),
        (b"http://camera.example:8000", b"camera.example:8444"),
        (b"https://evil.example:8443", b"camera.example:8444"),
        (b"https://camera.example:8443", b"camera.example"),
        (b"https://camera.example:8443", b"camera.example:9000"),
    ],
)
async def test_nothing_else_is_let_in_because_of_them(origin, host):
    assert not await is_let_in(origin, host=host)


@override_settings(SKYSENTRY={**SPLIT, "TLS": False})
async def test_without_tls_there_are_no_other_ports_with_it():
    assert not await is_let_in(b"https://camera.example:8444")


async def test_a_star_in_the_hosts_does_not_open_other_origins():
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert await is_let_in(b"https://camera.example:8443")
        assert not await is_let_in(b"https://evil.example")


async def test_a_refused_socket_is_denied_before_it_opens():
    headers = [(b"host", HOST), (b"origin", b"https://evil.example")]
    socket = WebsocketCommunicator(SameOriginValidator(accept), "/ws/watch/", headers)
    await socket.send_input({"type": "websocket.connect"})
    # What servers answer with 403.
    assert await socket.receive_output() == {"type": "websocket.close"}
