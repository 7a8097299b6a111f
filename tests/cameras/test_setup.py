from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from cameras.models import Camera, PublishKey
from cameras.setup import ensure_camera, ensure_owner, replace_key


def test_the_first_start_makes_an_owner_without_a_password(db):
    owner, made = ensure_owner()
    assert made
    assert (owner.username, owner.is_superuser, owner.is_staff) == ("owner", True, True)
    assert not owner.has_usable_password()


def test_later_starts_find_the_owner(db):
    owner, _ = ensure_owner()
    assert ensure_owner() == (owner, False)


def test_an_existing_superuser_is_the_owner(superuser):
    assert ensure_owner() == (superuser, False)


def test_the_first_active_superuser_is_taken(superuser):
    other = User.objects.create_superuser("second")
    superuser.is_active = False
    superuser.save()
    assert ensure_owner() == (other, False)


def test_no_superuser_is_made_where_all_were_deactivated(superuser):
    superuser.is_active = False
    superuser.save()
    with pytest.raises(User.DoesNotExist):
        ensure_owner()


def test_a_person_who_happens_to_be_called_owner_gains_no_rights(db):
    person = User.objects.create_user("owner")
    User.objects.create_user("owner-2")
    owner, made = ensure_owner()
    assert (owner.username, made) == ("owner-3", True)
    person.refresh_from_db()
    assert not person.is_superuser


def test_a_camera_is_made_once_and_then_left_alone(owner):
    camera, made = ensure_camera(owner, "demo", "Demo", visibility="public")
    assert made
    assert (camera.slug, camera.owner, camera.visibility) == ("demo", owner, "public")
    assert ensure_camera(owner, "demo", "Renamed") == (camera, False)
    assert Camera.objects.get().name == "Demo"


def test_a_camera_that_was_given_another_slug_is_not_made_again(owner):
    camera, _ = ensure_camera(owner, "demo", "Demo")
    camera.slug = "garden"
    camera.save()
    assert ensure_camera(owner, "demo", "Demo") == (camera, False)


def test_a_fresh_key_revokes_those_of_the_same_name(camera, owner):
    other = Camera.objects.create(name="Garden", owner=owner)
    kept = [replace_key(camera, "Hall phone"), replace_key(other, "Demo")]
    earlier = replace_key(camera, "Demo")
    later = replace_key(camera, "Demo")
    assert PublishKey.find(earlier) is None
    assert all(PublishKey.find(secret) for secret in [later, *kept])


def test_keys_that_were_revoked_long_ago_do_not_pile_up(camera):
    kept = PublishKey.issue(camera=camera, name="Hall phone")[0]
    kept.revoke()
    for _ in range(4):
        replace_key(camera, "Demo")
    assert PublishKey.objects.filter(name="Demo").count() == 2
    assert PublishKey.objects.contains(kept)
