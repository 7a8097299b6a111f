"""Who somebody is to the API: by a session, or by a token."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from cameras.models import ApiToken, Camera, Visibility

LIST = "/api/cameras/"
FRONT_DOOR = "/api/cameras/front-door/"


def slugs(response):
    return [shown["slug"] for shown in response.json()["results"]]


def test_a_session_may_read_and_needs_a_csrf_token_to_write(api, camera, owner):
    api.force_login(owner)
    assert api.get(FRONT_DOOR).status_code == 200
    assert api.patch(FRONT_DOOR, {"name": "Mine"}).status_code == 403


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer ssat_wrong", "bearer \xff", "Bearer a b"]
)
def test_a_wrong_token_is_refused_with_a_challenge(api, camera, header):
    Camera.objects.update(visibility=Visibility.PUBLIC)
    response = api.get(FRONT_DOOR, HTTP_AUTHORIZATION=header)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="SkySentry"'


@pytest.mark.parametrize("end", ["revoked", "expired", "inactive"])
def test_a_token_that_is_over_is_refused(api, owner, end):
    token, secret = ApiToken.issue(user=owner, name="Script")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert api.get(LIST).status_code == 200
    if end == "revoked":
        token.revoke()
    elif end == "expired":
        ApiToken.objects.update(expires=timezone.now() - timedelta(seconds=1))
    else:
        owner.is_active = False
        owner.save()
    assert api.get(LIST).status_code == 401


def test_other_schemes_are_left_to_others(api, db):
    assert api.get(LIST, HTTP_AUTHORIZATION="Basic b2xnYTpwYXNz").status_code == 200


def test_a_page_whose_person_is_signed_out_since_hears_so(api, owner, stranger, camera):
    """What a visitor may see would look as if the person's own cameras were gone."""
    Camera.objects.update(visibility=Visibility.PUBLIC)
    page = {"HTTP_X_SIGNED_IN": str(owner.pk)}
    api.force_login(owner)
    assert api.get(FRONT_DOOR, **page).status_code == 200
    api.force_login(stranger)
    assert api.get(FRONT_DOOR, **page).status_code == 401
    api.logout()
    response = api.get(FRONT_DOOR, **page)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Bearer")
    assert api.get(FRONT_DOOR).status_code == 200
