from __future__ import annotations

from django.contrib.auth.models import Permission

from cameras.models import Camera, CameraGroup
from tests.cameras.admin.actions import add, change, listed, text


def test_a_group_is_made_with_its_cameras(admin, superuser, camera):
    page = admin.get(add("cameragroup"))
    assert f'<option value="{superuser.pk}" selected>' in text(page)
    form = {"name": "Doors", "slug": "", "owner": superuser.pk, "cameras": [camera.pk]}
    assert admin.post(add("cameragroup"), form).status_code == 302
    group = CameraGroup.objects.get()
    assert (group.slug, list(group.cameras.all())) == ("doors", [camera])


def test_its_address_stays(admin, owner):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    form = {"name": "Entrances", "slug": "entrances", "owner": owner.pk, "cameras": []}
    admin.post(change(group), form)
    group.refresh_from_db()
    assert (group.name, group.slug) == ("Entrances", "doors")


def test_staff_see_what_they_manage_and_take_out_nothing_that_they_cannot_see(
    client, staff, owner, camera, own
):
    other = CameraGroup.objects.create(name="Doors", owner=owner)
    other.cameras.add(camera)
    client.force_login(staff)
    form = {"name": "Entrances", "owner": owner.pk, "cameras": [own.pk]}
    assert str(camera.pk) not in text(client.get(change(other)))
    client.post(change(other), form)
    assert {each.slug for each in other.cameras.all()} == {"front-door", "garden"}


def test_without_the_permission_only_ones_own_are_listed(client, staff, owner):
    staff.user_permissions.set(Permission.objects.filter(codename="view_cameragroup"))
    CameraGroup.objects.create(name="Doors", owner=owner)
    CameraGroup.objects.create(name="Plants", owner=staff)
    client.force_login(staff)
    page = text(client.get(listed("cameragroup")))
    assert "Plants" in page
    assert "Doors" not in page
    assert not Camera.objects.exists()
