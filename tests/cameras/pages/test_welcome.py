"""The page on which people begin who were sent a link."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from cameras import invitations, sign_in_links
from cameras.models import ApiToken, Camera, Grant
from tests.cameras.pages.browser import signed_in, text

WELCOME = "/welcome/"
GOOD = "correct horse battery"


@pytest.fixture
def secret(superuser: User, camera: Camera) -> str:
    return invitations.invite(superuser, "Anna", [Grant(camera=camera)])[1]


def send(client: Client, secret: str, **fields: str) -> Any:
    return client.post(WELCOME, {"secret": secret, **fields})


def test_the_address_alone_uses_nothing_up(client: Client, secret: str) -> None:
    assert client.get(WELCOME).status_code == HTTPStatus.OK
    page = text(send(client, secret))
    assert "Create your account" in page
    assert "root invited Anna." in page


def test_who_is_invited_chooses_name_and_password(client: Client, secret: str) -> None:
    response = send(client, secret, username="anna", password=GOOD)
    assert response.headers["Location"] == reverse("wall")
    wall = text(client.get(reverse("wall")))
    assert "Front door" in wall
    assert "Your account is ready" in wall
    assert User.objects.get(username="anna").check_password(GOOD)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"username": "olga", "password": GOOD}, "This name is taken"),
        ({"username": "OLGA", "password": GOOD}, "This name is taken"),
        # In letters of another width.
        ({"username": "\uff4f\uff4c\uff47\uff41", "password": GOOD}, "This name is taken"),
        ({"username": "guards", "password": GOOD}, "This name is taken"),
        ({"username": "anna", "password": "short"}, "too short"),
        ({"username": "annabella", "password": "annabella"}, "too similar"),
        ({"username": "an na", "password": GOOD}, "Enter a valid username"),
        ({"username": "", "password": GOOD}, "This field is required"),
    ],
)
def test_mistakes_are_said_and_use_nothing_up(
    client: Client, secret: str, owner: User, fields: dict[str, str], words: str
) -> None:
    Group.objects.create(name="Guards")
    people = User.objects.count()
    assert words in text(send(client, secret, **fields))
    assert User.objects.count() == people
    assert send(client, secret, username="anna", password=GOOD).status_code == HTTPStatus.FOUND


def test_a_used_invitation_says_so(client: Client, secret: str) -> None:
    send(client, secret, username="anna", password=GOOD)
    response = send(Client(), secret, username="ben", password=GOOD)
    assert response.status_code == HTTPStatus.GONE
    assert "This invitation no longer works" in text(response)


@pytest.mark.parametrize("wrong", ["", "ssiv_wrong", "ssil_wrong", "sspk_x", "\x00"])
def test_a_wrong_link_says_so(client: Client, db: None, wrong: str) -> None:
    assert send(client, wrong).status_code == HTTPStatus.GONE


def test_a_link_for_a_new_password_signs_in_and_everybody_else_out(
    client: Client, owner: User
) -> None:
    old = signed_in(owner)
    secret = sign_in_links.issue_for_password(owner)
    assert "Your user name is olga." in text(send(client, secret))
    assert old.get(reverse("account")).status_code == HTTPStatus.OK
    assert "too short" in text(send(client, secret, password="x"))
    assert send(client, secret, password=GOOD).headers["Location"] == reverse("wall")
    assert client.get(reverse("account")).status_code == HTTPStatus.OK
    assert old.get(reverse("account")).status_code == HTTPStatus.FOUND
    owner.refresh_from_db()
    assert owner.check_password(GOOD)
    assert send(Client(), secret, password=GOOD).status_code == HTTPStatus.GONE


def test_a_link_for_a_new_password_closes_the_other_ways_in(client: Client, owner: User) -> None:
    secret = sign_in_links.issue_for_password(owner)
    assert "revokes your API tokens" not in text(send(client, secret))
    ApiToken.issue(user=owner, name="Script")
    assert "This also revokes your API tokens" in text(send(client, secret))
    send(client, secret, password=GOOD)
    assert not ApiToken.valid().exists()


def test_a_link_that_only_signs_in_sets_no_password(client: Client, owner: User) -> None:
    response = send(client, sign_in_links.issue(owner), password=GOOD)
    assert response.status_code == HTTPStatus.GONE
