from __future__ import annotations

from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from cameras.access import Identity, actor_of
from cameras.database import memory
from cameras.models import ApiToken, Camera, CameraGroup, Grant, PublishKey, Role
from cameras.signals import access_changed

ANY = (None, None)


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """A context that commits at its end and collects (camera_id, user_id) of what was announced."""

    @contextmanager
    def listening():
        heard = []

        def hear(camera_id, user_id, **_):
            heard.append((camera_id, user_id))

        access_changed.connect(hear)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield heard
        finally:
            access_changed.disconnect(hear)

    return listening


def test_what_is_remembered_of_rights_is_forgotten_here_at_once(announced, camera):
    memory.keep("may", "yes", memory.changes)
    with announced():
        assert memory.recall("may") == "yes"
        camera.save()
    assert memory.recall("may") is None


def test_a_saved_camera_is_announced(announced, camera):
    with announced() as heard:
        camera.save()
    assert heard == [(camera.pk, None)]


def test_a_group_that_is_made_renamed_or_deleted_is_announced(announced, owner):
    with announced() as heard:
        group = CameraGroup.objects.create(name="Doors", owner=owner)
        group.save()
        group.delete()
    assert heard == [(None, owner.pk)] * 2 + [ANY]


def test_a_group_that_is_handed_over_is_announced_for_anybody(announced, owner, stranger):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    group.owner = stranger
    with announced() as heard:
        group.save()
    assert heard == [ANY]


def test_cameras_that_come_into_a_group_or_leave_it_are_announced(announced, camera, owner):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    with announced() as heard:
        group.cameras.add(camera)
        group.cameras.set([])
        camera.groups.add(group)
        camera.groups.clear()
    assert heard == [(camera.pk, None)] * 4


def test_many_cameras_of_a_group_are_announced_together(announced, owner):
    cameras = [Camera.objects.create(name="Gate", owner=owner) for _ in range(21)]
    group = CameraGroup.objects.create(name="Gates", owner=owner)
    with announced() as heard:
        group.cameras.add(*cameras)
        group.cameras.clear()
    assert heard == [ANY] * 2


def test_a_deleted_camera_is_announced(announced, camera):
    number = camera.pk
    with announced() as heard:
        camera.delete()
    assert heard == [(number, None)]


def test_a_grant_is_announced_when_given_and_when_taken(announced, camera, stranger):
    with announced() as heard:
        grant = Grant.objects.create(camera=camera, user=stranger, role=Role.WATCH)
        grant.delete()
    assert heard == [(camera.pk, stranger.pk)] * 2


def test_grants_deleted_together_are_announced(announced, camera, viewer):
    with announced() as heard:
        camera.grants.all().delete()
    assert heard == [(camera.pk, viewer.pk)]


def test_a_key_is_announced_when_made_revoked_and_deleted(announced, camera):
    with announced() as heard:
        key, _ = PublishKey.issue(camera=camera, name="Hall phone")
        key.revoke()
        key.delete()
    assert heard == [(camera.pk, None)] * 3


def test_a_revoked_token_is_announced(announced, owner):
    token, _ = ApiToken.issue(user=owner, name="Script")
    with announced() as heard:
        token.revoke()
    assert heard == [(None, owner.pk)]


@pytest.mark.parametrize(("model", "holder"), [(PublishKey, "camera"), (ApiToken, "user")])
def test_the_use_of_a_secret_is_not_announced(announced, camera, owner, model, holder):
    _, secret = model.issue(name="Script", **{holder: {"camera": camera, "user": owner}[holder]})
    with announced() as heard:
        assert model.find(secret).last_used is not None
    assert heard == []


@pytest.mark.parametrize("fields", [["is_active"], ["is_superuser"], ["password"], None])
def test_a_saved_user_is_announced(announced, owner, fields):
    with announced() as heard:
        owner.save(update_fields=fields)
    assert heard == [(None, owner.pk)]


@pytest.mark.parametrize("fields", [["last_login"], ["first_name", "email"], []])
def test_a_user_saved_without_a_change_of_rights_is_not_announced(announced, owner, fields):
    with announced() as heard:
        owner.save(update_fields=fields)
    assert heard == []


def test_a_deleted_user_is_announced(announced, stranger):
    number = stranger.pk
    with announced() as heard:
        stranger.delete()
    assert heard == [(None, number)]


def test_signing_in_is_not_announced(announced, owner, client):
    with announced() as heard:
        client.force_login(owner)
    assert heard == []


def test_signing_in_from_an_anonymous_session_is_not_announced(announced, owner, client):
    session = client.session
    session["theme"] = "dark"
    session.save()
    with announced() as heard:
        client.force_login(owner)
    assert heard == []


def test_signing_out_is_announced_when_the_session_is_gone(announced, owner, client):
    client.force_login(owner)
    identity = Identity(owner.pk, client.session.session_key, None)
    known = []

    def look(**_):
        known.append(actor_of(identity))

    access_changed.connect(look)
    try:
        with announced() as heard:
            client.logout()
    finally:
        access_changed.disconnect(look)
    assert heard == [(None, owner.pk)]
    assert known == [None]


def test_a_session_ended_by_others_is_announced(announced, owner, client):
    client.force_login(owner)
    with announced() as heard:
        Session.objects.all().delete()
    assert heard == [(None, owner.pk)]


def test_a_session_that_had_expired_is_not_announced(announced, owner, client):
    client.force_login(owner)
    Session.objects.update(expire_date=timezone.now())
    with announced() as heard:
        call_command("clearsessions")
    assert heard == []
    assert not Session.objects.exists()


@pytest.mark.parametrize("relation", ["groups", "user_permissions"])
def test_what_a_person_holds_is_announced_at_each_change(announced, stranger, relation):
    held = (
        Group.objects.create(name="Guards") if relation == "groups" else Permission.objects.first()
    )
    holds = getattr(stranger, relation)
    with announced() as heard:
        holds.add(held)
        holds.remove(held)
        holds.add(held)
        holds.clear()
    assert heard == [(None, stranger.pk)] * 4


def test_members_added_from_the_side_of_the_group_are_announced(announced, owner, stranger):
    guards = Group.objects.create(name="Guards")
    with announced() as heard:
        guards.user_set.add(owner, stranger)
    assert sorted(heard) == [(None, owner.pk), (None, stranger.pk)]


def test_an_emptied_group_is_announced_for_anybody(announced, stranger):
    guards = Group.objects.create(name="Guards")
    guards.user_set.add(stranger)
    with announced() as heard:
        guards.user_set.clear()
    assert heard == [ANY]


def test_the_permissions_of_a_group_are_announced_for_anybody(announced, db):
    guards = Group.objects.create(name="Guards")
    with announced() as heard:
        guards.permissions.add(Permission.objects.get(codename="view_camera"))
    assert heard == [ANY]


def test_a_deleted_group_is_announced_for_anybody(announced, db):
    guards = Group.objects.create(name="Guards")
    with announced() as heard:
        guards.delete()
    assert heard == [ANY]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_announced_before_the_commit(camera):
    heard = []

    def hear(**_):
        heard.append(transaction.get_connection().in_atomic_block)

    access_changed.connect(hear)
    try:
        with transaction.atomic():
            camera.save()
            assert heard == []
        assert heard == [False]
    finally:
        access_changed.disconnect(hear)


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_announced(camera, announced):
    with announced() as heard, transaction.atomic():
        camera.save()
        transaction.set_rollback(True)
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_failing_listener_does_not_undo_the_change(camera):
    def fail(**_):
        raise OSError("no network")

    access_changed.connect(fail)
    try:
        camera.enabled = False
        camera.save()
    finally:
        access_changed.disconnect(fail)
    assert not Camera.objects.get().enabled


def test_the_keys_of_somebody_deleted_are_revoked(announced, camera, stranger):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone", created_by=stranger)
    with announced() as heard:
        stranger.delete()
    key.refresh_from_db()
    assert key.revoked is not None
    assert (camera.pk, None) in heard
