from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.test import override_settings

from cameras.models import Camera
from skysentry.env import cookie_mark
from tests.cameras.pages.browser import signed_in, text

SETTINGS = "/cameras/front-door/settings/"


def test_the_cookies_of_two_servers_on_a_host_have_names_of_their_own(
    owner: User, camera: Camera
) -> None:
    client = signed_in(owner)
    client.get(SETTINGS)
    client.post(SETTINGS, {"action": "unshare", "id": 0})
    mark = cookie_mark(settings.SECRET_KEY)
    assert len(client.cookies) == 3
    assert all(name.endswith(f"_{mark}") for name in client.cookies)
    assert mark != cookie_mark("another server")
    assert mark not in settings.SECRET_KEY


def test_what_another_server_left_is_not_touched(owner: User, camera: Camera) -> None:
    client = signed_in(owner)
    client.cookies["messages"] = client.cookies["sessionid"] = "of another server"
    client.post(SETTINGS, {"action": "unshare", "id": 0})
    assert "It was no longer shared" in text(client.get(SETTINGS))
    assert client.cookies["messages"].value == "of another server"


def test_servers_that_share_the_key_share_the_sign_in(owner: User) -> None:
    with override_settings(ALLOWED_HOSTS=["one.example", "two.example"]):
        client = signed_in(owner)
        for host in ("one.example", "two.example:8001"):
            assert client.get("/account/", headers={"host": host}).status_code == 200
