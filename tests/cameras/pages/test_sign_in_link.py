from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from cameras import sign_in_links
from cameras.signed_in import SessionStore
from tests.cameras.pages.browser import signed_in, text, use_link

LINK = "/sign-in/link/"


@pytest.fixture
def secret(owner: User) -> str:
    return sign_in_links.issue(owner)


def test_it_signs_in_and_leads_to_the_wall(client: Client, secret: str, owner: User) -> None:
    assert use_link(client, secret).headers["Location"] == reverse("wall")
    assert client.session["_auth_user_id"] == str(owner.pk)
    # Whoever is asked for a password next is asked by a backend that there is.
    assert client.get(reverse("account")).status_code == HTTPStatus.OK


def test_it_leads_to_a_page_of_this_server_only(client: Client, secret: str) -> None:
    assert use_link(client, secret, then="/account/").headers["Location"] == "/account/"


def test_it_leads_nowhere_else(client: Client, secret: str) -> None:
    response = use_link(client, secret, then="https://elsewhere.example/")
    assert response.headers["Location"] == reverse("wall")


def test_a_used_one_says_how_to_get_another(client: Client, secret: str) -> None:
    use_link(client, secret)
    for form in ({"secret": secret}, {"secret": secret, "sign_in": "yes"}):
        response = Client().post(LINK, form)
        assert response.status_code == HTTPStatus.FORBIDDEN
        assert "manage.py signin_link" in text(response)


def test_nothing_but_the_button_uses_it_up(client: Client, secret: str) -> None:
    for method in (client.get, client.head):
        assert method(LINK).status_code == HTTPStatus.OK
        # As old links had it.
        assert method(LINK, {"secret": secret}).status_code == HTTPStatus.OK
    assert client.post(LINK, {"secret": secret}).status_code == HTTPStatus.OK
    assert "_auth_user_id" not in client.session
    assert use_link(client, secret).headers["Location"] == reverse("wall")


def test_the_button_names_the_person(client: Client, secret: str, owner: User) -> None:
    response = client.post(LINK, {"secret": secret})
    assert "Sign in as olga" in text(response)
    assert "no-store" in response.headers["Cache-Control"]


def test_its_forms_leave_the_secret_out_of_the_next_address(client: Client, secret: str) -> None:
    """As the address of a form without one, browsers take that of the page with its fragment."""
    there = f"{LINK}?next=/account/"
    for page in (client.get(there), client.post(there, {"secret": secret})):
        assert f'action="{there}"' in page.content.decode()


def test_whoever_is_signed_in_already_is_told_that_it_ends(secret: str, viewer: User) -> None:
    page = text(signed_in(viewer).post(LINK, {"secret": secret}))
    assert f"It signs {viewer} out in this browser." in page


def test_no_other_site_signs_anybody_in(secret: str) -> None:
    response = use_link(Client(enforce_csrf_checks=True), secret)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert sign_in_links.person(secret) is not None


@pytest.mark.django_db(transaction=True)
def test_a_sign_in_that_cannot_be_kept_does_not_use_it_up(
    client: Client, secret: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(*_: object, **__: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as full:
        full.setattr(SessionStore, "save", save)
        response = use_link(client, secret)
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "The database is unavailable" in text(response)
    assert use_link(client, secret).headers["Location"] == reverse("wall")
