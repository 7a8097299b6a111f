from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from cameras import sign_in_links
from cameras.signed_in import SessionStore
from tests.cameras.pages.browser import text


@pytest.fixture
def link(owner: User) -> str:
    return f"{reverse('sign-in-link')}?secret={sign_in_links.issue(owner)}"


def test_it_signs_in_and_leads_to_the_wall(client: Client, link: str, owner: User) -> None:
    assert client.get(link).headers["Location"] == reverse("wall")
    assert client.session["_auth_user_id"] == str(owner.pk)
    # Whoever is asked for a password next is asked by a backend that there is.
    assert client.get(reverse("account")).status_code == HTTPStatus.OK


def test_it_leads_to_a_page_of_this_server_only(client: Client, link: str) -> None:
    assert client.get(f"{link}&next=/account/").headers["Location"] == "/account/"


def test_it_leads_nowhere_else(client: Client, link: str) -> None:
    response = client.get(f"{link}&next=https://elsewhere.example/")
    assert response.headers["Location"] == reverse("wall")


def test_a_used_one_says_how_to_get_another(client: Client, link: str) -> None:
    client.get(link)
    response = Client().get(link)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "manage.py signin_link" in text(response)


def test_a_look_at_it_does_not_use_it_up(client: Client, link: str) -> None:
    assert client.head(link).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.get(link).headers["Location"] == reverse("wall")


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_cannot_be_kept_does_not_use_it_up(
    client: Client, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(SessionStore, "save", save)
        response = client.get(link)
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "The database is unavailable" in text(response)
    assert client.get(link).headers["Location"] == reverse("wall")
