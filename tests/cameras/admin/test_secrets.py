from __future__ import annotations

import pytest

from cameras import invitations
from cameras.models import ApiToken, PublishKey, ShareLink
from tests.cameras.admin.actions import (
    add,
    change,
    listed,
    messages,
    run,
    secrets_in,
    text,
)


def test_an_added_key_shows_its_secret_once(admin, camera, superuser):
    response = admin.post(add("publishkey"), {"camera": camera.pk, "name": "Hall phone"})
    (secret,) = secrets_in(messages(response))
    key = PublishKey.objects.get()
    assert (key.name, key.created_by) == ("Hall phone", superuser)
    assert PublishKey.find(secret) == key


def test_an_added_token_shows_its_secret_once(admin, owner):
    response = admin.post(add("apitoken"), {"user": owner.pk, "name": "Script"})
    (secret,) = secrets_in(messages(response))
    token = ApiToken.objects.get()
    assert (token.name, token.user) == ("Script", owner)
    assert ApiToken.find(secret) == token


def test_a_key_keeps_secret_and_camera_when_its_name_changes(admin, camera, own):
    key, secret = PublishKey.issue(camera=camera, name="Hall phone")
    response = admin.post(change(key), {"name": "Old phone", "camera": own.pk, "digest": "x"})
    assert response.status_code == 302
    key.refresh_from_db()
    assert (key.name, key.camera) == ("Old phone", camera)
    assert PublishKey.find(secret) == key
    assert not secrets_in(messages(response))


@pytest.mark.parametrize("model", [PublishKey, ApiToken])
def test_secrets_are_revoked(admin, camera, owner, model):
    holder = {"camera": camera} if model is PublishKey else {"user": owner}
    row, secret = model.issue(name="Script", **holder)
    run(admin, model._meta.model_name, "revoke", row)
    assert model.find(secret) is None


def test_neither_secret_nor_digest_is_on_the_page_of_a_key(admin, camera):
    key, secret = PublishKey.issue(camera=camera, name="Hall phone")
    page = admin.get(change(key)).content.decode()
    assert secret not in page
    assert key.digest not in page


def test_links_and_invitations_are_seen_and_revoked_and_not_made(admin, owner, camera):
    link, _ = ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    invitation, _ = invitations.invite(owner, "Anna")
    for row in (link, invitation):
        model = row._meta.model_name
        assert str(row) in text(admin.get(listed(model)))
        assert admin.get(add(model)).status_code == 403
        assert admin.get(change(row)).status_code == 200
        run(admin, model, "revoke", row)
        row.refresh_from_db()
        assert row.revoked
