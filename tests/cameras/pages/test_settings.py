from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.forms import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras import access
from cameras.models import Camera, Grant, PublishKey, Role
from cameras.pages.forms import CameraForm
from cameras.signals import access_changed
from tests.cameras.pages.browser import secret_in, signed_in, text

SETTINGS = "/cameras/front-door/settings/"


@pytest.fixture
def owners(owner: User, camera: Camera) -> Client:
    return signed_in(owner)


@pytest.fixture
def announced(django_capture_on_commit_callbacks: Any) -> Any:
    """Of which camera and user open pages heard while something was posted."""
    heard: list[tuple[UUID | None, int | None]] = []

    def listen(camera_id: UUID | None, user_id: int | None, **_: object) -> None:
        heard.append((camera_id, user_id))

    def after(do: Any) -> list[tuple[UUID | None, int | None]]:
        with django_capture_on_commit_callbacks(execute=True):
            do()
        return heard

    access_changed.connect(listen)
    yield after
    access_changed.disconnect(listen)


def form_of(camera: Camera, **changes: object) -> dict[str, Any]:
    fields = model_to_dict(camera, fields=CameraForm.Meta.fields)
    return {"action": "save", **fields, **changes}


def test_all_settings_are_saved(owners: Client, camera: Camera) -> None:
    changes = {
        "name": "Back door",
        "location": "Yard",
        "notes": "Beside the bell",
        "slug": "back",
        "visibility": "public",
        "width": 1280,
        "height": 720,
        "frame_rate": 15,
        "quality": 0.43,
        "delivery": "realtime",
        "codec": "vp8",
    }
    response = owners.post(SETTINGS, form_of(camera, **changes), follow=True)
    assert "Saved." in text(response)
    camera.refresh_from_db()
    assert {name: getattr(camera, name) for name in changes} == changes
    assert response.request["PATH_INFO"] == "/cameras/back/settings/"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "This field is required."),
        ({"width": 5000}, "less than or equal to 1920"),
        ({"quality": "nan"}, "Enter a number."),
        ({"slug": "add"}, "This address is used by another page."),
        ({"slug": "no spaces"}, "consisting of letters"),
    ],
)
def test_mistakes_are_said_and_nothing_is_saved(
    owners: Client, camera: Camera, changes: dict[str, object], words: str
) -> None:
    response = owners.post(SETTINGS, form_of(camera, location="Elsewhere", **changes))
    assert words in text(response)
    camera.refresh_from_db()
    assert (camera.slug, camera.location) == ("front-door", "")


def test_a_disabled_camera_ends_on_open_pages(
    owners: Client, camera: Camera, announced: Any
) -> None:
    form = form_of(camera)
    del form["enabled"]
    assert announced(lambda: owners.post(SETTINGS, form)) == [(camera.pk, None)]
    camera.refresh_from_db()
    assert not camera.enabled


def test_a_camera_is_shared_by_user_name(
    owners: Client, camera: Camera, stranger: User, announced: Any
) -> None:
    data = {"action": "share", "share-username": "sam", "share-role": "publish"}
    assert announced(lambda: owners.post(SETTINGS, data)) == [(camera.pk, stranger.pk)]
    assert Grant.objects.get(user=stranger).role == Role.PUBLISH
    assert "Shared with sam: Publish." in text(owners.get(SETTINGS))


def test_sharing_again_gives_another_role(owners: Client, viewer: User) -> None:
    owners.post(SETTINGS, {"action": "share", "share-username": "vera", "share-role": "manage"})
    assert Grant.objects.get(user=viewer).role == Role.MANAGE


@pytest.mark.parametrize(
    ("name", "words"),
    [("nobody", "No user or group named “nobody”."), ("olga", "olga already owns the camera")],
)
def test_who_cannot_be_shared_with_is_said(owners: Client, name: str, words: str) -> None:
    data = {"action": "share", "share-username": name, "share-role": "watch"}
    assert words in text(owners.post(SETTINGS, data))
    assert not Grant.objects.exists()


def test_what_is_no_longer_shared_ends_on_open_pages(
    owners: Client, camera: Camera, viewer: User, announced: Any
) -> None:
    data = {"action": "unshare", "id": Grant.objects.get(user=viewer).pk}
    assert announced(lambda: owners.post(SETTINGS, data)) == [(camera.pk, viewer.pk)]
    assert not Grant.objects.exists()


def test_a_manager_who_removes_herself_is_led_away(camera: Camera, viewer: User) -> None:
    grant = Grant.objects.get(user=viewer)
    grant.role = Role.MANAGE
    grant.save()
    response = signed_in(viewer).post(SETTINGS, {"action": "unshare", "id": grant.pk})
    assert response.headers["Location"] == reverse("cameras")


def test_a_key_is_shown_once(owners: Client, owner: User, camera: Camera) -> None:
    response = owners.post(SETTINGS, {"action": "make-key", "key-name": "Phone"})
    secret = secret_in(response)
    key = PublishKey.find(secret)
    assert key is not None
    assert (key.camera, key.name, key.created_by) == (camera, "Phone", owner)
    assert "no-store" in response.headers["Cache-Control"]
    assert secret not in owners.get(SETTINGS).content.decode()
    assert secret not in str(dict(owners.session))


def test_a_key_needs_a_name(owners: Client) -> None:
    response = owners.post(SETTINGS, {"action": "make-key"})
    assert "This field is required." in text(response)
    assert not PublishKey.objects.exists()


@pytest.mark.parametrize("name", ["Hall\nphone", "\x1b[31mphone", "\u202eenohp"])
def test_a_key_has_a_name_of_one_line(owners: Client, name: str) -> None:
    response = owners.post(SETTINGS, {"action": "make-key", "key-name": name})
    assert "without control characters" in text(response)
    assert not PublishKey.objects.exists()


def test_a_revoked_key_ends_on_open_pages(owners: Client, camera: Camera, announced: Any) -> None:
    key, secret = PublishKey.issue(camera=camera, name="Phone")
    data = {"action": "revoke-key", "id": key.pk}
    assert announced(lambda: owners.post(SETTINGS, data))[-1] == (camera.pk, None)
    assert PublishKey.find(secret) is None
    assert "Phone" not in text(owners.get(SETTINGS))


def test_a_key_whose_maker_lost_the_right_can_be_taken_over(
    owners: Client, owner: User, camera: Camera, stranger: User
) -> None:
    key, _ = PublishKey.issue(camera=camera, name="Phone", created_by=stranger)
    assert "Doesn't work: sam no longer has permission to publish here." in text(
        owners.get(SETTINGS)
    )
    page = owners.post(SETTINGS, {"action": "keep-key", "id": key.pk}, follow=True)
    assert "The key works again. It is now yours." in text(page)
    assert "Doesn't work" not in text(page)
    assert access.can_publish(PublishKey.objects.get(), camera)


def test_a_key_that_works_stays_its_makers(owners: Client, camera: Camera, superuser: User) -> None:
    key, _ = PublishKey.issue(camera=camera, name="Phone", created_by=superuser)
    owners.post(SETTINGS, {"action": "keep-key", "id": key.pk})
    assert PublishKey.objects.get().created_by == superuser


@pytest.mark.parametrize("action", ["unshare", "revoke-key", "keep-key"])
def test_rows_of_other_cameras_cannot_be_named(
    owners: Client, stranger: User, viewer: User, action: str
) -> None:
    other = Camera.objects.create(name="Other", owner=stranger)
    grant = Grant.objects.create(camera=other, user=viewer)
    key, _ = PublishKey.issue(camera=other, name="Phone")
    for number in (grant.pk, key.pk, "", "x", "9" * 30):
        owners.post(SETTINGS, {"action": action, "id": number})
    key.refresh_from_db()
    assert key.revoked is None
    assert Grant.objects.filter(pk=grant.pk).exists()


def test_more_people_and_keys_take_no_more_queries(
    owners: Client, camera: Camera, owner: User
) -> None:
    def add(number: int) -> None:
        user = User.objects.create_user(f"user {number}")
        Grant.objects.create(camera=camera, user=user)
        PublishKey.issue(camera=camera, name=f"key {number}", created_by=owner)

    add(0)
    with CaptureQueriesContext(connection) as few:
        owners.get(SETTINGS)
    for number in range(1, 6):
        add(number)
    with CaptureQueriesContext(connection) as more:
        owners.get(SETTINGS)
    assert len(more) == len(few)


def test_deleting_says_what_goes_and_asks_first(
    owners: Client, camera: Camera, viewer: User, announced: Any
) -> None:
    PublishKey.issue(camera=camera, name="Phone")
    delete = reverse("camera-delete", args=[camera.slug])
    page = text(owners.get(delete))
    assert "Delete Front door?" in page
    assert "1 publish key" in page
    assert "the access of 1 person" in page
    assert "session" not in page
    assert (camera.pk, None) in announced(lambda: owners.post(delete))
    assert not Camera.objects.exists()
    assert "“Front door” is deleted." in text(owners.get(reverse("cameras")))
