"""How many cameras, keys, tokens and invitations there may be, at every door."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from cameras import phones
from cameras.models import ApiToken, Camera, CameraGroup, PhoneInvitation, PublishKey, ShareLink
from cameras.quotas import QuotaExceeded
from cameras.signals import limit_reached
from tests.cameras.pages.browser import signed_in, text

SETTINGS = "/cameras/front-door/settings/"
CAMERAS, KEYS = "/api/cameras/", "/api/cameras/front-door/keys/"


@pytest.fixture(autouse=True)
def two_of_each(settings: Any) -> None:
    names = (
        "CAMERAS_PER_PERSON",
        "GROUPS_PER_PERSON",
        "LINKS_PER_PERSON",
        "KEYS_PER_CAMERA",
        "TOKENS_PER_PERSON",
        "INVITATIONS_PER_PERSON",
    )
    settings.SKYSENTRY = dict.fromkeys((*names, "INVITATIONS_PER_PERSON"), 2)


@pytest.fixture
def heard() -> Any:
    limits: list[str] = []

    def hear(limit: str, **_: object) -> None:
        limits.append(limit)

    limit_reached.connect(hear)
    yield limits
    limit_reached.disconnect(hear)


def refused(response: Any, sentence: str) -> bool:
    return response.status_code == HTTPStatus.FORBIDDEN and sentence in text(response)


def keeps_what_was_typed(response: Any, name: str) -> bool:
    return f'value="{name}"' in response.content.decode()


def test_a_person_owns_as_many_cameras_as_is_allowed(
    owner: User, camera: Camera, api: APIClient, heard: list[str]
) -> None:
    client, sentence = signed_in(owner), "olga already owns 2 cameras"
    add = {"name": "Hall", "visibility": "private"}
    assert client.post(reverse("camera-add"), add).status_code == HTTPStatus.FOUND
    full = client.post(reverse("camera-add"), add)
    assert refused(full, sentence)
    assert keeps_what_was_typed(full, "Hall")
    api.force_authenticate(owner)
    assert refused(api.post(CAMERAS, {"name": "Hall"}), sentence)
    assert heard == ["cameras_per_person"] * 2
    Camera.objects.filter(name="Hall").delete()
    assert api.post(CAMERAS, {"name": "Hall"}).status_code == HTTPStatus.CREATED


def test_a_person_owns_as_many_groups_as_is_allowed(
    owner: User, api: APIClient, heard: list[str]
) -> None:
    api.force_authenticate(owner)
    doors, sentence = {"name": "Doors"}, "olga already owns 2 groups"
    statuses = [api.post("/api/groups/", doors).status_code for _ in range(2)]
    assert statuses == [HTTPStatus.CREATED] * 2
    assert refused(api.post("/api/groups/", doors), sentence)
    assert refused(signed_in(owner).post("/groups/add/", doors), sentence)
    assert heard == ["groups_per_person"] * 2


def test_nobody_is_handed_more_groups(owner: User, stranger: User) -> None:
    for _ in range(2):
        CameraGroup.objects.create(name="Doors", owner=owner)
    group = CameraGroup.objects.create(name="Doors", owner=stranger)
    group.owner = owner
    with pytest.raises(QuotaExceeded):
        group.save()


def test_others_have_their_own(owner: User, stranger: User, camera: Camera) -> None:
    for who in (owner, stranger, stranger):
        Camera.objects.create(name="Hall", owner=who)


def test_what_one_has_may_be_changed(owner: User, camera: Camera) -> None:
    Camera.objects.create(name="Hall", owner=owner)
    camera.name = "Back door"
    camera.save()


def test_a_camera_is_handed_over_to_a_person_who_has_room(
    owner: User, stranger: User, superuser: User, camera: Camera, heard: list[str]
) -> None:
    hall = Camera.objects.create(name="Hall", owner=stranger)
    path = f"/admin/cameras/camera/{camera.pk}/change/"
    client, change = signed_in(superuser), handed_over(signed_in(superuser), path, stranger)
    Camera.objects.create(name="Attic", owner=stranger)
    assert refused(client.post(path, change), "sam already owns 2 cameras")
    camera.refresh_from_db()
    assert (camera.owner, heard) == (owner, ["cameras_per_person"])
    hall.delete()
    assert client.post(path, change).status_code == HTTPStatus.FOUND
    camera.refresh_from_db()
    assert camera.owner == stranger


def handed_over(client: Client, path: str, to: User) -> dict[str, Any]:
    form = client.get(path).context["adminform"].form
    return {**{name: form[name].value() for name in form.fields}, **INLINES, "owner": to.pk}


#: None of the inline forms of a camera.
INLINES = {
    f"{prefix}-{name}_FORMS": 0
    for prefix in ("grants", "publish_keys")
    for name in ("TOTAL", "INITIAL")
}


def test_a_camera_is_changed_without_its_owner_however_many_they_have(
    owner: User, stranger: User, camera: Camera
) -> None:
    for name in ("Hall", "Attic"):
        Camera.objects.create(name=name, owner=stranger)
    camera.owner, camera.enabled = stranger, False
    camera.save(update_fields=["enabled"])
    with pytest.raises(QuotaExceeded):
        camera.save(update_fields=["owner"])


def test_a_camera_has_as_many_keys_as_is_allowed(
    owner: User, camera: Camera, api: APIClient
) -> None:
    client, sentence = signed_in(owner), "Front door already has 2 publish keys"
    revoked, _ = PublishKey.issue(camera=camera, name="Old")
    revoked.revoke()
    for _ in range(2):
        client.post(SETTINGS, {"action": "make-key", "key-name": "Phone"})
    full = client.post(SETTINGS, {"action": "make-key", "key-name": "Phone"})
    assert refused(full, sentence)
    assert keeps_what_was_typed(full, "Phone")
    api.force_authenticate(owner)
    assert refused(api.post(KEYS, {"name": "Phone"}), sentence)


def test_a_person_has_as_many_share_links_as_is_allowed(owner: User, camera: Camera) -> None:
    ended, _ = ShareLink.issue(camera=camera, created_by=owner, name="Old")
    ended.revoke()
    for _number in range(2):
        ShareLink.issue(camera=camera, created_by=owner, name="Neighbours")
    with pytest.raises(QuotaExceeded, match="olga already has 2 share links"):
        ShareLink.issue(created_by=owner, name="All")


def test_a_person_has_as_many_tokens_as_is_allowed(owner: User) -> None:
    client, sentence = signed_in(owner), "olga already has 2 API tokens"
    expired = timezone.now()
    ApiToken.issue(user=owner, name="Old", expires=expired)
    make = {"action": "make-token", "name": "Script", "days": "30"}
    for _ in range(2):
        assert client.post(reverse("account"), make).status_code == HTTPStatus.OK
    full = client.post(reverse("account"), make)
    assert refused(full, sentence)
    assert keeps_what_was_typed(full, "Script")
    # Of a session that signed in just now.
    posted = client.post("/api/tokens/", {"name": "Script"}, content_type="application/json")
    assert refused(posted, sentence)


def test_as_many_invitations_wait_as_is_allowed(owner: User, camera: Camera) -> None:
    used, _ = phones.invite(camera, owner)
    PhoneInvitation.objects.filter(pk=used.pk).update(used=timezone.now())
    for _ in range(2):
        phones.invite(camera, owner)
    with pytest.raises(QuotaExceeded, match="2 of your codes are waiting for a phone"):
        phones.invite(camera, owner)


def test_a_phone_that_finds_no_room_for_its_key_may_come_again(owner: User, camera: Camera) -> None:
    _, secret = phones.invite(camera, owner)
    keys = [PublishKey.issue(camera=camera, name="Phone")[0] for _ in range(2)]
    headers = {"Origin": "http://testserver"}
    response = Client().post(reverse("phone-join"), {"secret": secret}, headers=headers)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert "already has 2 publish keys" in response.json()["message"]
    keys[0].revoke()
    assert phones.redeem(secret, "") is not None


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/admin/cameras/apitoken/add/", {"name": "Script", "expires_0": "", "expires_1": ""}),
        ("/admin/cameras/publishkey/add/", {"name": "Phone"}),
    ],
)
def test_the_administration_knows_no_exception(
    superuser: User, camera: Camera, path: str, data: dict[str, str]
) -> None:
    for _ in range(2):
        ApiToken.issue(user=superuser, name="Script")
        PublishKey.issue(camera=camera, name="Phone")
    response = signed_in(superuser).post(path, {**data, "camera": camera.pk, "user": superuser.pk})
    assert refused(response, "already has 2")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["camera", "key"])
def test_those_who_come_at_once_are_counted_one_after_the_other(
    owner: User, camera: Camera, kind: str
) -> None:
    add: dict[str, Callable[[], object]] = {
        "camera": lambda: Camera.objects.create(name="Hall", owner=owner),
        "key": lambda: PublishKey.issue(camera=camera, name="Phone"),
    }

    def come(_: int) -> bool:
        try:
            add[kind]()
        except QuotaExceeded:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(come, range(6))) == {"camera": 1, "key": 2}[kind]
