from __future__ import annotations

from datetime import timedelta

from cameras import history
from cameras.models import Camera, CameraMinute
from tests.cameras.test_history import AT, MINUTE


def test_minutes_go_with_their_camera_in_one_statement(camera, django_assert_max_num_queries):
    for minute in range(5):
        history.record(AT + timedelta(minutes=minute), {camera.pk: MINUTE})
    with django_assert_max_num_queries(25):
        camera.delete()
    assert not CameraMinute.objects.exists()


def test_before_a_camera_is_deleted_the_admin_does_not_list_its_minutes(client, superuser, camera):
    history.record(AT, {camera.pk: MINUTE})
    client.force_login(superuser)
    page = client.get(f"/admin/cameras/camera/{camera.pk}/delete/")
    assert page.status_code == 200
    assert "inute" not in page.text
    client.post(f"/admin/cameras/camera/{camera.pk}/delete/", {"post": "yes"})
    assert not Camera.objects.exists()
