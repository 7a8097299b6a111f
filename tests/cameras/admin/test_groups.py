from __future__ import annotations

from django.contrib.auth.models import Permission

from cameras.models import Camera, CameraGroup, Grant, Role
from tests.cameras.admin.actions import add, change, listed, text

#: Of the form for what is granted on a group.
NO_GRANTS = {"grants-TOTAL_FORMS": 0, "grants-INITIAL_FORMS": 0}


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
    admin.post(change(group), form | NO_GRANTS)
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


def test_what_is_granted_on_a_group_is_its_owners_to_say(admin, client, staff, owner, stranger):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    granted = {"grants-0-user": stranger.pk, "grants-0-role": "watch", "grants-TOTAL_FORMS": 1}
    form = {"name": "Doors", "owner": owner.pk, "cameras": [], **NO_GRANTS, **granted}
    admin.post(change(group), form)
    assert Grant.objects.get().who == stranger
    Grant.objects.all().delete()
    client.force_login(staff)
    client.post(change(group), form | {"owner": staff.pk})
    group.refresh_from_db()
    assert group.owner == owner
    assert not Grant.objects.exists()


def test_a_grant_in_the_admin_is_for_one_person_or_group(admin, owner, stranger):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    nobody = {"grants-0-role": Role.WATCH, "grants-0-user": "", "grants-TOTAL_FORMS": 1}
    form = {"name": "Doors", "owner": owner.pk, "cameras": [], **NO_GRANTS, **nobody}
    page = text(admin.post(change(group), form | {"grants-0-role": Role.MANAGE}))
    assert "Choose either a person or a group of people." in page
