from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from cameras.models import ApiToken, Grant, PublishKey, Role

KEYS = "/api/cameras/front-door/keys/"
TOKENS = "/api/tokens/"


@pytest.fixture
def page(owner):
    """The owner's, who has signed in."""
    client = APIClient()
    client.force_login(owner)
    return client


def names(response):
    return [shown["name"] for shown in response.json()["results"]]


# Publish keys


def test_a_program_makes_a_key_and_is_told_its_secret_once(api, sign_in, camera, owner):
    sign_in(owner)
    response = api.post(KEYS, {"name": "Hall phone"})
    assert response.status_code == 201
    assert "no-store" in response["Cache-Control"]
    made = response.json()
    key = PublishKey.find(made.pop("secret"))
    assert key is not None
    assert (key.pk, key.camera, key.created_by) == (made["id"], camera, owner)
    assert made["created_by"] == "olga"
    assert api.get(KEYS).json()["results"][0].keys() == made.keys()


def test_a_key_says_whether_it_still_works(page, camera, owner, stranger):
    for name, maker in (("Hall phone", owner), ("Old phone", stranger)):
        PublishKey.issue(camera=camera, name=name, created_by=maker)
    assert page.post(KEYS, {"name": "New phone"}).json()["works"] is True
    shown = {key["name"]: key["works"] for key in page.get(KEYS).json()["results"]}
    assert shown == {"Hall phone": True, "Old phone": False, "New phone": True}


def test_a_key_is_revoked_and_no_more_listed(page, camera):
    key, secret = PublishKey.issue(camera=camera, name="Hall phone")
    assert names(page.get(KEYS)) == ["Hall phone"]
    for status in 204, 404:
        assert page.delete(f"{KEYS}{key.pk}/").status_code == status
    assert names(page.get(KEYS)) == []
    assert PublishKey.find(secret) is None
    assert PublishKey.objects.exists()


@pytest.mark.parametrize(("role", "status"), [(None, 404), (Role.WATCH, 403), (Role.PUBLISH, 403)])
def test_keys_are_for_managers(api, sign_in, camera, stranger, role, status):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    if role:
        Grant.objects.create(camera=camera, user=stranger, role=role)
    sign_in(stranger)
    assert api.get(KEYS).status_code == status
    assert api.post(KEYS, {"name": "Mine"}).status_code == status
    assert api.delete(f"{KEYS}{key.pk}/").status_code == status
    assert PublishKey.valid().get() == key


def test_a_key_is_revoked_at_its_own_camera_only(page, camera, stranger):
    elsewhere = type(camera).objects.create(name="Garden", owner=stranger)
    key, _ = PublishKey.issue(camera=elsewhere, name="Shed")
    assert page.delete(f"{KEYS}{key.pk}/").status_code == 404
    assert PublishKey.valid().exists()


def test_visitors_learn_of_no_keys(api, camera):
    type(camera).objects.update(visibility="public")
    assert api.get(KEYS).status_code == 401


def test_a_key_without_a_name_is_refused(page, camera):
    response = page.post(KEYS, {"name": " "})
    assert response.status_code == 400
    assert response.json()["errors"][0]["pointer"] == "#/name"


# Tokens


def test_a_token_is_made_and_works(page, api, owner):
    made = page.post(TOKENS, {"name": "Script"})
    assert made.status_code == 201
    assert "no-store" in made["Cache-Control"]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {made.json()['secret']}")
    [shown] = api.get(TOKENS).json()["results"]
    assert (shown["name"], shown["expires"]) == ("Script", None)
    assert "secret" not in shown


def test_a_token_may_expire(page, owner):
    tomorrow = timezone.now() + timedelta(days=1)
    assert page.post(TOKENS, {"name": "Script", "expires": tomorrow.isoformat()}).status_code == 201
    assert ApiToken.objects.get().expires == tomorrow


def test_a_token_does_not_expire_before_it_is_made(page, owner):
    response = page.post(TOKENS, {"name": "Script", "expires": "2001-01-01T00:00:00Z"})
    assert response.json()["errors"] == [{"pointer": "#/expires", "detail": "This is in the past."}]
    assert not ApiToken.objects.exists()


def test_a_token_makes_no_tokens(api, sign_in, owner):
    sign_in(owner)
    response = api.post(TOKENS, {"name": "Another"})
    assert response.status_code == 403
    assert response.json()["detail"].startswith("A token can't create tokens")
    assert ApiToken.objects.count() == 1


def test_a_token_revokes_itself(api, sign_in, owner):
    sign_in(owner)
    assert api.delete(f"{TOKENS}{ApiToken.objects.get().pk}/").status_code == 204
    assert api.get(TOKENS).status_code == 401


def test_tokens_of_others_are_not_found(page, stranger, superuser):
    token, _ = ApiToken.issue(user=stranger, name="Script")
    for user in None, superuser:
        if user:
            page.force_login(user)
        assert names(page.get(TOKENS)) == []
        assert page.delete(f"{TOKENS}{token.pk}/").status_code == 404
    assert ApiToken.valid().get() == token


@pytest.mark.parametrize("method", ["get", "post"])
def test_visitors_have_no_tokens(api, db, method):
    assert getattr(api, method)(TOKENS).status_code == 401


def test_a_session_needs_its_csrf_token_to_make_one(owner):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(owner)
    assert client.post(TOKENS, {"name": "Script"}).status_code == 403
    assert not ApiToken.objects.exists()
