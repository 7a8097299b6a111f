from __future__ import annotations

import pytest

from streaming.pages.headers import HEADERS
from tests.cameras.pages.browser import signed_in

SECRET_PAGES = [
    "/account/",
    "/account/password/",
    "/sign-in/",
    "/cameras/front-door/settings/",
    "/admin/cameras/apitoken/",
    "/api/tokens/",
]


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/healthz", "/no-such-page", "/api/cameras/"])
def test_every_answer_says_that_it_is_for_whoever_asked_and_for_this_site(client, db, path):
    headers = client.get(path).headers
    assert "private" in headers["Cache-Control"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == HEADERS["Permissions-Policy"]


def test_pages_get_the_camera_and_nothing_that_they_do_not_need():
    permissions = dict(part.split("=") for part in HEADERS["Permissions-Policy"].split(", "))
    assert permissions["camera"] == permissions["screen-wake-lock"] == "(self)"
    assert permissions["geolocation"] == permissions["microphone"] == permissions["usb"] == "()"


@pytest.mark.parametrize("path", SECRET_PAGES)
def test_pages_of_accounts_and_secrets_are_kept_nowhere(superuser, camera, path):
    response = signed_in(superuser).get(path, follow=True)
    assert response.status_code == 200
    assert "private" in response.headers["Cache-Control"]
    assert "no-store" in response.headers["Cache-Control"]
