from __future__ import annotations

from http import HTTPStatus

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cameras.models import Camera, Grant, LossNotification, Visibility
from tests.cameras.pages.browser import signed_in, text

CHOOSE = "/cameras/front-door/notification/"
VIEWER, ACCOUNT = "/cameras/front-door/", "/account/"


def chosen() -> list[tuple[str, int]]:
    rows = LossNotification.objects.order_by("user__username")
    return [*rows.values_list("user__username", "after_s")]


def test_each_person_chooses_for_each_camera(camera: Camera, owner: User, viewer: User) -> None:
    for user, after_s in ((owner, 30), (owner, 600), (viewer, 120)):
        answer = signed_in(user).post(CHOOSE, {"after_s": after_s})
        assert answer.status_code == HTTPStatus.NO_CONTENT
    assert chosen() == [("olga", 600), ("vera", 120)]
    signed_in(owner).post(CHOOSE, {"after_s": 0})
    assert chosen() == [("vera", 120)]


def test_a_page_names_the_camera_by_its_id(camera: Camera, viewer: User) -> None:
    signed_in(viewer).post(f"/cameras/{camera.pk}/notification/", {"after_s": 30})
    assert chosen() == [("vera", 30)]


@pytest.mark.parametrize("after_s", ["", "31", "-30", "30.0", "x", "٣٠"])
def test_there_are_no_other_times(camera: Camera, owner: User, after_s: str) -> None:
    answer = signed_in(owner).post(CHOOSE, {"after_s": after_s})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "list" in answer.json()["message"]
    assert not chosen()


def test_it_takes_the_right_to_watch(camera: Camera, stranger: User, client: Client) -> None:
    assert signed_in(stranger).post(CHOOSE, {"after_s": 30}).status_code == HTTPStatus.NOT_FOUND
    assert client.post(CHOOSE, {"after_s": 30}).status_code == HTTPStatus.FORBIDDEN
    assert signed_in(stranger).get(CHOOSE).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert not chosen()


def test_the_page_of_a_camera_shows_what_was_chosen(
    camera: Camera, owner: User, client: Client
) -> None:
    page = signed_in(owner).get(VIEWER)
    assert "Tell me when this camera is lost" in text(page)
    assert ' value="120" selected' not in page.content.decode()
    LossNotification.objects.create(user=owner, camera=camera, after_s=120)
    page = signed_in(owner).get(VIEWER)
    assert '<option value="120" selected>After 2 minutes</option>' in page.content.decode()
    Camera.objects.update(visibility=Visibility.PUBLIC)
    assert "Tell me" not in text(client.get(VIEWER))


def test_the_account_page_lists_them_and_turns_them_off(
    camera: Camera, owner: User, viewer: User
) -> None:
    rows = [LossNotification.objects.create(user=each, camera=camera) for each in (owner, viewer)]
    client = signed_in(viewer)
    assert "After 30 seconds" in text(client.get(ACCOUNT))
    for row in rows:
        client.post(ACCOUNT, {"action": "notification-off", "id": row.pk})
    assert chosen() == [("olga", 30)]
    assert "After 30 seconds" not in text(client.get(ACCOUNT))


def test_the_account_page_names_no_camera_that_one_may_no_longer_watch(
    camera: Camera, viewer: User
) -> None:
    LossNotification.objects.create(user=viewer, camera=camera)
    Grant.objects.all().delete()
    assert "Front door" not in text(signed_in(viewer).get(ACCOUNT))
