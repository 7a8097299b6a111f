from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cameras import two_step
from cameras.models import AuditEvent, AuditKind, Passkey
from tests.cameras.authenticator import Authenticator
from tests.cameras.pages.browser import prove_second_step, text

ACCOUNT = "/account/"
ADD = "/account/passkeys/"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"


@pytest.fixture
def client(owner: User) -> Client:
    client = Client(headers={"host": "localhost", "user-agent": SAFARI})
    client.force_login(owner)
    return client


@pytest.fixture
def passkey(client: Client) -> Passkey:
    options = client.post(ADD).json()
    client.post(ADD, {"answer": Authenticator().make(options)})
    return Passkey.objects.get()


def changes() -> list[str]:
    events = AuditEvent.objects.filter(kind=AuditKind.ACCOUNT_CHANGED).order_by("pk")
    return [event.details["what"] for event in events]


def test_a_passkey_is_named_by_its_browser(client: Client, owner: User, passkey: Passkey) -> None:
    assert (passkey.user, str(passkey), passkey.host) == (owner, "Safari on iPhone", "localhost")
    page = text(client.get(ACCOUNT))
    assert "Passkey added." in page
    assert "Safari on iPhone Never used · added now" in page
    assert changes()[-1] == "passkey_added"


def test_what_was_asked_once_is_answered_once(client: Client, passkey: Passkey) -> None:
    response = client.post(ADD, {"answer": Authenticator().make(client.post(ADD).json())})
    assert response.status_code == HTTPStatus.OK
    options = client.post(ADD).json()
    device = Authenticator()
    for expected in HTTPStatus.OK, HTTPStatus.BAD_REQUEST:
        response = client.post(ADD, {"answer": device.make(options)})
        assert response.status_code == expected
    assert "could not be verified" in response.json()["message"]


def test_one_removes_ones_own(client: Client, passkey: Passkey, stranger: User) -> None:
    other = Passkey.objects.create(user=stranger, name="Hers", credential="x", public_key=b"")
    for each in passkey, other:
        client.post(ACCOUNT, {"action": "remove-passkey", "id": each.pk})
    assert list(Passkey.objects.all()) == [other]
    assert changes()[-1] == "passkey_removed"


def test_the_only_second_step_stays(client: Client, owner: User, passkey: Passkey) -> None:
    two_step.turn_on(owner)
    prove_second_step(client)
    data = {"action": "remove-passkey", "id": passkey.pk}
    assert "your second step" in text(client.post(ACCOUNT, data, follow=True))
    assert Passkey.objects.exists()


def test_a_page_that_can_have_none_says_why(owner: User) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(owner)
    assert "Passkeys don't work at an IP address." in text(client.get(ACCOUNT))
    assert client.post(ADD).status_code == HTTPStatus.BAD_REQUEST


def test_visitors_add_none(db: None) -> None:
    assert Client(headers={"host": "localhost"}).post(ADD).status_code == HTTPStatus.FOUND
