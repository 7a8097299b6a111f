"""What takes something away is asked about first."""

from __future__ import annotations

import pytest

from cameras.models import ApiToken, Camera, PublishKey
from tests.cameras.admin.actions import (
    choose,
    messages,
    text,
)


@pytest.fixture
def phone_key(camera):
    return PublishKey.issue(camera=camera, name="Hall <phone>")[0]


@pytest.mark.parametrize("action", ["disable", "revoke_keys"])
def test_what_takes_something_away_from_a_camera_asks_first(admin, camera, phone_key, action):
    asked = text(choose(admin, "camera", action, camera))
    assert "Are you sure?" in asked
    assert "Front door" in asked
    assert Camera.objects.get().enabled
    assert PublishKey.valid().get() == phone_key


@pytest.mark.parametrize("action", ["enable", "make_keys"])
def test_what_takes_nothing_away_does_not_ask(admin, camera, action):
    assert choose(admin, "camera", action, camera).status_code == 302


def test_the_keys_that_would_be_revoked_are_listed(admin, camera, own, phone_key):
    revoked, _ = PublishKey.issue(camera=camera, name="Old phone")
    revoked.revoke()
    PublishKey.issue(camera=own, name="Shed")
    for asked in (
        text(choose(admin, "camera", "revoke_keys", camera)),
        text(choose(admin, "publishkey", "revoke", phone_key, revoked)),
    ):
        assert "Front door: Hall &lt;phone&gt;" in asked
        assert "Old phone" not in asked
        assert "Shed" not in asked


def test_tokens_are_listed_with_their_people(admin, owner):
    token, secret = ApiToken.issue(user=owner, name="Script")
    assert "olga: Script" in text(choose(admin, "apitoken", "revoke", token))
    assert ApiToken.find(secret)


def test_nothing_is_asked_where_there_is_nothing_to_take_away(admin, camera):
    Camera.objects.update(enabled=False)
    for action in "disable", "revoke_keys":
        response = choose(admin, "camera", action, camera)
        assert response.status_code == 302
        assert "Nothing to do for the selected items" in messages(response)


def test_deleting_cameras_asks_first(admin, camera):
    assert "Are you sure" in text(choose(admin, "camera", "delete_selected", camera))
    assert Camera.objects.exists()
