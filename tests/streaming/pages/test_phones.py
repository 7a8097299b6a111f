from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

import streaming.pages.phones
from cameras import phones
from cameras.models import Camera, Grant, PhoneInvitation, PublishKey, Role
from streaming.network import addresses, certificates

LAN = "192.168.7.5"


@pytest.fixture(autouse=True)
def network(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SKYSENTRY = {"TLS": True}
    settings.VAR_DIR = tmp_path
    settings.ALLOWED_HOSTS = ["testserver", "localhost", LAN, "cameras.example"]
    monkeypatch.setattr(addresses, "_others", lambda _host: [LAN])


def text(response: Any) -> str:
    return str(response.content.decode())


def invite(user: User, camera: Camera, **options: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(reverse("invite-phone", args=[camera.slug]), **options)


def join(client: Client, secret: str, **headers: str) -> Any:
    headers = {"Origin": "http://testserver", **headers}
    return client.post(reverse("phone-join"), {"secret": secret}, headers=headers)


# Inviting


@pytest.mark.parametrize(
    ("host", "secure", "origin"),
    [
        ("localhost:8000", False, f"https://{LAN}:8443"),
        ("localhost:8443", True, f"https://{LAN}:8443"),
        (f"{LAN}:8000", False, f"https://{LAN}:8443"),
        (f"{LAN}:9443", True, f"https://{LAN}:9443"),
        ("cameras.example", True, "https://cameras.example"),
    ],
)
def test_the_code_leads_where_phones_find_the_server(
    owner: User, camera: Camera, host: str, secure: bool, origin: str
) -> None:
    response = invite(owner, camera, secure=secure, headers={"Host": host})
    assert response.json()["origin"] == origin
    assert response.json()["svg"].startswith("<svg")
    assert response.json()["expires_in_s"] == 600


def test_the_code_is_the_invitation(
    owner: User, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Mock(wraps=streaming.pages.phones.qr_code)
    monkeypatch.setattr(streaming.pages.phones, "qr_code", make)
    invite(owner, camera)
    origin, _, secret = make.call_args.args[0].partition("/phone/#")
    assert origin == f"https://{LAN}:8443"
    assert phones.redeem(secret, "")


def test_without_tls_it_says_what_to_do(owner: User, camera: Camera, settings) -> None:
    settings.SKYSENTRY = {}
    response = invite(owner, camera)
    assert response.status_code == HTTPStatus.CONFLICT
    assert "run --tls" in response.json()["message"]
    assert not PhoneInvitation.objects.exists()


def test_a_proxy_with_a_certificate_will_do(owner: User, camera: Camera, settings) -> None:
    settings.SKYSENTRY = {}
    response = invite(owner, camera, secure=True, headers={"Host": "cameras.example"})
    assert response.json()["origin"] == "https://cameras.example"


def test_without_a_network_it_says_so(
    owner: User, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_others", lambda _host: [])
    assert "on a network" in invite(owner, camera).json()["message"]


def test_only_who_manages_may_invite(viewer: User, stranger: User, camera: Camera) -> None:
    Grant.objects.create(camera=camera, user=stranger, role=Role.PUBLISH)
    path = reverse("invite-phone", args=[camera.slug])
    assert Client().post(path).status_code == HTTPStatus.NOT_FOUND
    for user in (viewer, stranger):
        assert invite(user, camera).status_code == HTTPStatus.NOT_FOUND
        client = Client()
        client.force_login(user)
        assert "add-phone" not in text(client.get(reverse("viewer", args=[camera.slug])))
    assert not PhoneInvitation.objects.exists()


def test_a_page_of_somebody_else_cannot_invite(owner: User, camera: Camera) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    response = client.post(reverse("invite-phone", args=[camera.slug]))
    assert response.status_code == HTTPStatus.FORBIDDEN


def test_the_dialog_learns_who_has_joined(owner: User, camera: Camera, client: Client) -> None:
    invitation, secret = phones.invite(camera, owner)
    client.force_login(owner)
    path = reverse("phone-invitation", args=[camera.slug, invitation.pk])
    assert client.get(path).json() == {"state": "open", "phone": ""}
    phones.redeem(secret, "iPhone")
    assert client.get(path).json() == {"state": "used", "phone": "iPhone"}


def test_an_invitation_of_another_camera_is_not_told_of(
    owner: User, stranger: User, camera: Camera, client: Client
) -> None:
    invitation, _ = phones.invite(camera, owner)
    other = Camera.objects.create(name="Shed", owner=stranger)
    client.force_login(stranger)
    for slug in (camera.slug, other.slug):
        path = reverse("phone-invitation", args=[slug, invitation.pk])
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND


# The phone


def test_a_phone_joins_by_its_secret(owner: User, camera: Camera, client: Client) -> None:
    _, secret = phones.invite(camera, owner)
    answer = join(client, secret, user_agent="Mozilla/5.0 (Linux; Android 16; K) Mobile").json()
    assert answer["camera"] == str(camera.pk)
    key = PublishKey.find(answer["key"])
    assert key
    assert key.name == "Android phone"


@pytest.mark.parametrize("secret", ["", "ssin_wrong", "\0", "x" * 10_000])
def test_a_secret_that_is_not_good_is_refused_in_a_sentence(
    client: Client, db: None, secret: str
) -> None:
    response = join(client, secret)
    assert response.status_code == HTTPStatus.GONE
    assert "ten minutes" in response.json()["message"]


@pytest.mark.parametrize("body", ["", "nonsense", "[" * 10_000, "secret"])
def test_a_body_without_secret_is_refused(client: Client, db: None, body: str) -> None:
    headers = {"Origin": "http://testserver"}
    response = client.post(reverse("phone-join"), body, "application/json", headers=headers)
    assert response.status_code == HTTPStatus.GONE


def test_a_phone_joins_from_its_own_page_only(owner: User, camera: Camera) -> None:
    _, secret = phones.invite(camera, owner)
    # Not by a cookie, which some phones refuse.
    client = Client(enforce_csrf_checks=True)
    for origin, expected in (
        ("", HTTPStatus.FORBIDDEN),
        ("null", HTTPStatus.FORBIDDEN),
        (f"https://{LAN}", HTTPStatus.FORBIDDEN),
        (f"http://{LAN}:8443", HTTPStatus.FORBIDDEN),
        (f"https://{LAN}:8443", HTTPStatus.OK),
    ):
        response = client.post(
            reverse("phone-join"),
            {"secret": secret},
            secure=True,
            headers={"Origin": origin, "Host": f"{LAN}:8443"},
        )
        assert response.status_code == expected


def test_a_phone_that_cannot_keep_its_key_gives_it_back(camera: Camera) -> None:
    kept = PublishKey.issue(camera=camera, name="iPad")[1]
    key, secret = PublishKey.issue(camera=camera, name="iPhone")
    client = Client(enforce_csrf_checks=True)
    for given in secret, secret, "sspk_wrong", "":
        response = client.post(reverse("phone-leave"), {"key": given})
        assert response.status_code == HTTPStatus.NO_CONTENT
    key.refresh_from_db()
    assert key.revoked
    assert PublishKey.find(kept)


def test_the_page_of_a_phone_says_nothing_of_cameras(camera: Camera, client: Client) -> None:
    assert camera.name not in text(client.get(reverse("phone")))


def test_the_page_can_be_put_on_the_home_screen(client: Client, db: None) -> None:
    path = reverse("phone-manifest")
    assert path in text(client.get(reverse("phone")))
    response = client.get(path)
    assert response.headers["Content-Type"] == "application/manifest+json"
    assert response.json()["start_url"] == reverse("phone")


# Trust


def test_the_certificate_can_be_downloaded_and_the_key_cannot(
    client: Client, db: None, tmp_path: Path
) -> None:
    certificates.ensure(tmp_path, ["localhost"])
    assert reverse("authority") in text(client.get(reverse("trust")))
    response = client.get(reverse("authority"))
    assert response.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert response.content == certificates.authority_certificate(tmp_path)
    assert b"PRIVATE" not in response.content


@pytest.mark.parametrize("name", ["trust", "authority"])
def test_without_tls_there_is_nothing_to_trust(
    client: Client, db: None, settings, name: str
) -> None:
    settings.SKYSENTRY = {}
    response = client.get(reverse(name))
    assert response.status_code == HTTPStatus.NOT_FOUND
    assert "started without --tls" in text(response)
