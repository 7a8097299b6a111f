from __future__ import annotations

import pytest
from django.test import RequestFactory

from cameras.pages import links
from streaming.network import addresses, public


@pytest.fixture(autouse=True)
def _lan(monkeypatch, settings):
    monkeypatch.setattr(addresses, "_others", lambda host: [] if "127" in host else ["192.0.2.5"])
    settings.ALLOWED_HOSTS = ["*"]


def origin(host, **options):
    return public.origin_of(RequestFactory().get("/", headers={"Host": host}, **options))


@pytest.mark.parametrize("host", ["cameras.example", "192.0.2.9:8000"])
def test_others_find_the_server_as_this_page_was_opened(host):
    assert origin(host) == f"http://{host}"
    assert origin(host, secure=True) == f"https://{host}"


@pytest.mark.parametrize(
    ("settings_", "expected"),
    [
        ({"HOST": "0.0.0.0"}, "http://192.0.2.5:8000"),
        ({"HOST": "0.0.0.0", "TLS": True}, "https://192.0.2.5:8443"),
        ({"HOST": "127.0.0.1"}, "http://localhost:8000"),
    ],
)
def test_unless_only_this_machine_can_open_that(settings, settings_, expected):
    settings.SKYSENTRY = settings_
    assert origin("localhost:8000") == expected


def test_pages_of_the_catalogue_say_so_too():
    assert links.origin_of is public.origin_of
