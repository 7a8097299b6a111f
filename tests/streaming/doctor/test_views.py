from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory, override_settings

from cameras.models import ApiToken, Camera, PublishKey
from streaming.doctor.views import proxy_fact
from streaming.domain.doctor import Proxy

pytestmark = pytest.mark.django_db(transaction=True)


def page_of(client: Client) -> dict[str, object]:
    response = client.get("/doctor/")
    assert response.status_code == 200
    data: dict[str, object] = response.context["data"]
    return data


def test_everybody_may_check_their_browser(client: Client, owner: User) -> None:
    visitor = page_of(client)
    assert visitor == {"sockets": ["/ws/doctor/"], "server": "", "signedIn": False}
    client.force_login(owner)
    assert page_of(client) == {**visitor, "signedIn": True}


def test_only_staff_are_told_of_the_server(
    client: Client, owner: User, superuser: User, tmp_path: Path
) -> None:
    assert client.get("/doctor/server/").status_code == 403
    client.force_login(owner)
    assert client.get("/doctor/server/").status_code == 403
    client.force_login(superuser)
    assert page_of(client)["server"] == "/doctor/server/"
    with override_settings(VAR_DIR=tmp_path):
        response = client.get("/doctor/server/")
    assert "no-store" in response.headers["Cache-Control"]
    checks = [each["check"] for each in response.json()["findings"]]
    assert checks[:2] == ["serving", "addresses"]
    assert "proxy" in checks
    assert re.match(r"SkySentry \S+, Python 3", response.json()["versions"])


def test_its_sockets_are_where_cameras_and_viewers_have_theirs(client: Client) -> None:
    with override_settings(
        ALLOWED_HOSTS=["*"],
        SKYSENTRY={"API_PORT": 8000, "WEBSOCKET_PORT": 8001, "STREAMING_PORT": 8002},
    ):
        response = client.get("/doctor/", headers={"host": "cameras.example:8000"})
    assert response.context["data"]["sockets"] == [
        "ws://cameras.example:8002/ws/doctor/",
        "ws://cameras.example:8001/ws/doctor/",
    ]


SECRETS = {
    "ICE_SERVERS": [
        {"urls": "turn:127.0.0.1:9", "username": "sky", "credential": "turn-password"},
    ]
}


def test_nothing_of_it_is_secret(
    client: Client, superuser: User, camera: Camera, tmp_path: Path
) -> None:
    """Of what the report has: all but `places`, which the page shows to staff."""
    _, key = PublishKey.issue(camera=camera, name="Hall phone")
    _, token = ApiToken.issue(user=superuser, name="script")
    client.force_login(superuser)
    with override_settings(VAR_DIR=tmp_path, SKYSENTRY=SECRETS):
        found = client.get("/doctor/server/", headers={"x-forwarded-for": "198.51.100.23"}).json()
    said = json.dumps([{**each, "places": []} for each in found["findings"]])
    secrets = [
        *(key, token, "turn-password", settings.SECRET_KEY, "127.0.0.1", "198.51.100.23"),
        *(str(tmp_path), superuser.username, client.cookies[settings.SESSION_COOKIE_NAME].value),
    ]
    assert [each for each in secrets if each in said] == []
    assert "turn-password" not in json.dumps(found)


@pytest.mark.parametrize(
    ("proxies", "headers", "fact"),
    [
        ([], {}, Proxy(False, False)),
        ([], {"X-Forwarded-For": "192.0.2.1"}, Proxy(True, False)),
        (["10.0.0.0/8"], {"X-Forwarded-For": "127.0.0.1"}, Proxy(True, True)),
        (["10.0.0.0/8"], {"X-Forwarded-For": "192.0.2.1"}, Proxy(True, False)),
        (["10.0.0.0/8"], {"X-Forwarded-Proto": "https"}, Proxy(True, False)),
        (["10.0.0.0/8"], {"X-Forwarded-Proto": "http"}, Proxy(True, True)),
    ],
)
def test_a_proxy_is_believed_or_not(
    proxies: list[str], headers: dict[str, str], fact: Proxy
) -> None:
    with override_settings(TRUSTED_PROXIES=proxies):
        assert proxy_fact(RequestFactory().get("/doctor/", headers=headers)) == fact
