"""What is live is told without the database, for a while, to those who asked before."""

from __future__ import annotations

import pytest

from cameras import database
from cameras.models import ApiToken, Camera, Visibility
from tests.outage import database_away, disk_full
from tests.streaming.frames import frame

pytestmark = pytest.mark.django_db

PICTURE = "/api/cameras/front-door/latest.jpg"
LIVE = (
    PICTURE,
    "/api/cameras/front-door/latest/",
    "/api/cameras/front-door/stats/",
    "/api/stats/",
    "/metrics",
)


@pytest.fixture
def _filming(show, camera):
    show(camera, frame(session=1, sequence=1), session=1)


@pytest.fixture
def token(superuser):
    secret = ApiToken.issue(user=superuser, name="Script")[1]
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.usefixtures("_filming")
@pytest.mark.parametrize("path", LIVE)
def test_who_asked_by_token_is_told_on(client, token, path):
    assert client.get(path, headers=token).status_code == 200
    with database_away():
        assert client.get(path, headers=token).status_code == 200


@pytest.mark.usefixtures("_filming")
@pytest.mark.parametrize("path", LIVE)
def test_who_has_signed_in_is_told_on(client, superuser, path):
    client.force_login(superuser)
    assert client.get(path).status_code == 200
    with database_away():
        assert client.get(path).status_code == 200


@pytest.mark.usefixtures("_filming")
def test_a_visitor_is_told_on_of_what_is_public(client, camera):
    Camera.objects.update(visibility=Visibility.PUBLIC)
    assert client.get(PICTURE).status_code == 200
    with database_away():
        assert client.get(PICTURE).status_code == 200


@pytest.mark.usefixtures("_filming")
@pytest.mark.parametrize("path", LIVE)
def test_who_did_not_ask_before_is_asked_to_come_again(client, superuser, viewer, token, path):
    client.force_login(superuser)
    client.get(path)
    client.force_login(viewer)
    with database_away():
        refused = client.get(path)
        assert (refused.status_code, refused["Retry-After"]) == (503, "5")
        assert client.get(path, headers=token).status_code == 503


@pytest.mark.usefixtures("_filming")
def test_nobody_is_told_on_for_ever(client, token, monkeypatch):
    client.get(PICTURE, headers=token)
    monkeypatch.setattr(database, "REMEMBERED_S", 0.0)
    with database_away():
        assert client.get(PICTURE, headers=token).status_code == 503


@pytest.mark.usefixtures("_filming")
@pytest.mark.parametrize("path", LIVE)
def test_on_a_full_disk_the_use_of_a_token_is_not_noted(client, token, path):
    with disk_full():
        assert client.get(path, headers=token).status_code == 200
    assert ApiToken.objects.get().last_used is None


@pytest.mark.usefixtures("_filming")
def test_without_the_database_changes_are_refused(client, token, camera):
    client.get("/api/cameras/", headers=token)
    with database_away():
        answer = client.delete("/api/cameras/front-door/", headers=token)
    assert answer.status_code == 503
    assert Camera.objects.filter(pk=camera.pk).exists()
