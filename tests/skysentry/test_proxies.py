"""Behind a proxy, who asks and how is what the proxy says; anybody else may say what they like."""

from __future__ import annotations

import importlib

import pytest
from django.core.exceptions import ImproperlyConfigured

from skysentry import asgi, env

PROXY, STRANGER = "10.0.0.5", "192.0.2.7"
FORWARDED = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-proto", b"https")]


@pytest.fixture
def wired(settings):
    """Wires the application with these proxies."""

    def wired(*proxies):
        settings.TRUSTED_PROXIES = list(proxies)
        return importlib.reload(asgi)

    yield wired
    settings.TRUSTED_PROXIES = []
    importlib.reload(asgi)


async def seen(module, kind, scheme, sender, headers):
    """The address and the scheme that the pages and sockets see."""
    scopes = []

    async def look(scope, receive, send):
        scopes.append(scope)

    module.routes.application_mapping[kind] = look
    scope = {"type": kind, "scheme": scheme, "client": (sender, 4711), "headers": headers}
    await module.application(scope, None, None)
    [scope] = scopes
    return scope["client"][0], scope["scheme"]


@pytest.mark.parametrize(
    ("kind", "plain", "secure"), [("http", "http", "https"), ("websocket", "ws", "wss")]
)
async def test_a_trusted_proxy_says_who_asks_and_how(wired, kind, plain, secure):
    module = wired("10.0.0.0/8")
    assert await seen(module, kind, plain, PROXY, FORWARDED) == ("203.0.113.9", secure)


@pytest.mark.parametrize(("kind", "scheme"), [("http", "http"), ("websocket", "ws")])
@pytest.mark.parametrize(
    ("proxies", "sender"), [((), PROXY), (("10.0.0.0/8",), STRANGER), ((), "127.0.0.1")]
)
async def test_nobody_else_is_believed(wired, kind, scheme, proxies, sender):
    assert await seen(wired(*proxies), kind, scheme, sender, FORWARDED) == (sender, scheme)


async def test_what_a_stranger_told_the_proxy_is_not_believed(wired):
    headers = [(b"x-forwarded-for", b"198.51.100.1, 203.0.113.9, 10.0.0.6")]
    assert await seen(wired("10.0.0.0/8"), "http", "http", PROXY, headers) == (
        "203.0.113.9",
        "http",
    )


def test_proxies_are_addresses_and_networks(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8, ::1")
    assert env.read_list("TRUSTED_PROXIES", env.NETWORK) == ["127.0.0.1", "10.0.0.0/8", "::1"]


@pytest.mark.parametrize("text", ["*", "proxy.example", "10.0.0.1/8", "10.0.0.0/99"])
def test_anything_else_is_refused_with_an_example(monkeypatch, text):
    monkeypatch.setenv("TRUSTED_PROXIES", f"::1, {text}")
    with pytest.raises(ImproperlyConfigured, match=r"^TRUSTED_PROXIES has .* such as 127.0.0.1"):
        env.read_list("TRUSTED_PROXIES", env.NETWORK)
