"""What a share link lets anybody do who has it, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from cameras import access, shares
from cameras.identity import Identity
from cameras.models import Camera, CameraGroup, Grant, Role, ShareLink


@pytest.fixture
def link(camera, owner):
    return make(owner, camera=camera)


def make(maker, **fields):
    return ShareLink.issue(created_by=maker, name="Neighbours", **fields)[0]


def shown(link):
    return {camera.name for camera in access.watchable(link)}


def test_a_link_shows_its_camera_and_no_other(link, owner):
    Camera.objects.create(name="Garden", owner=owner, visibility="public")
    assert shown(link) == {"Front door"}


def test_a_link_lets_nobody_film_or_change_anything(link, camera):
    assert not access.can_publish(link, camera)
    assert not access.can_manage(link, camera)
    assert not access.can_create(link)
    assert not access.can_share(link, camera)
    assert not access.manageable_groups(link).exists()


def test_a_link_without_a_camera_shows_all_that_its_maker_manages(owner, viewer, camera, stranger):
    Camera.objects.create(name="Garden", owner=owner)
    theirs = Camera.objects.create(name="Theirs", owner=stranger)
    Grant.objects.create(camera=theirs, user=owner, role=Role.PUBLISH)
    assert shown(make(owner)) == {"Front door", "Garden"}
    assert shown(make(viewer)) == set()


def test_a_group_shows_what_is_in_it_and_its_links_maker_manages(owner, camera, stranger):
    theirs = Camera.objects.create(name="Theirs", owner=stranger)
    Grant.objects.create(camera=theirs, user=owner, role=Role.WATCH)
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    link = make(owner, group=group)
    assert shown(link) == set()
    group.cameras.set([camera, theirs])
    assert shown(link) == {"Front door"}


def test_a_disabled_camera_is_dark_and_its_link_holds(link, camera):
    Camera.objects.update(enabled=False)
    assert shown(link) == set()
    assert access.share_link(link.pk) == link


def test_a_link_falls_with_the_right_of_who_made_it(camera, stranger):
    grant = Grant.objects.create(camera=camera, user=stranger, role=Role.MANAGE)
    link = make(stranger, camera=camera)
    assert shown(link) == {"Front door"}
    grant.role = Role.PUBLISH
    grant.save()
    assert shown(link) == set()
    assert access.share_link(link.pk) is None


@pytest.mark.parametrize(
    "end",
    [
        lambda link: link.revoke(),
        lambda link: ShareLink.objects.update(expires=timezone.now() - timedelta(seconds=1)),
        lambda link: type(link.created_by).objects.update(is_active=False),
        lambda link: link.delete(),
    ],
    ids=["revoked", "expired", "maker deactivated", "deleted"],
)
def test_a_link_that_has_ended_shows_nothing(link, end):
    identity, cookie = shares.identity_of(link), shares.cookie_value(link)
    assert access.actor_of(identity) == link == shares.opened(link.pk, cookie)
    pk = link.pk
    end(link)
    assert access.actor_of(identity) is None
    assert shares.opened(pk, cookie) is None


def test_a_link_that_was_revoked_shows_nothing(link, camera):
    assert list(access.shared_by(link)) == [camera]
    link.revoke()
    assert not access.shared_by(link)


def test_visitors_revoke_no_links(link):
    assert not access.revocable_links(AnonymousUser())


def test_an_identity_of_a_link_acts_for_nobody_else(link, owner):
    identity = shares.identity_of(link)
    # So that whoever changes the rights of its maker is told of it, too.
    assert identity == Identity(user_id=owner.pk, share_id=link.pk)
    assert access.actor_of(identity) == link


def test_a_cookie_opens_its_own_link_alone(link, camera, owner):
    other = make(owner, camera=camera)
    cookie = shares.cookie_value(link)
    assert shares.opened(other.pk, cookie) is None
    for forged in ("", str(link.pk), f"{other.pk}:{cookie.partition(':')[2]}"):
        assert shares.opened(other.pk, forged) is None


def test_browsers_with_one_link_are_told_apart(link):
    first, second = (shares.cookie_value(link) for _ in range(2))
    assert shares.browser_of(link.pk, first) != shares.browser_of(link.pk, second)
    again = shares.cookie_value(link, shares.browser_of(link.pk, first))
    assert shares.browser_of(link.pk, again) == shares.browser_of(link.pk, first)


def test_a_secret_opens_its_link(link, camera, owner):
    assert shares.open_link("ssl_wrong") is None
    new, secret = ShareLink.issue(created_by=owner, name="Party", camera=camera)
    assert shares.open_link(secret) == new
    assert ShareLink.objects.get(pk=new.pk).last_used


def test_the_links_of_a_camera_are_its_own_and_those_of_its_groups(link, camera, owner):
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    of_group, of_all = make(owner, group=group), make(owner)
    assert set(access.links_to(camera)) == {link}
    group.cameras.add(camera)
    assert set(access.links_to(camera)) == {link, of_group}
    assert set(access.links_created_by(owner)) == {link, of_group, of_all}


def test_a_group_of_others_tells_of_no_link_or_grant_that_does_not_show_the_camera(
    camera, viewer, stranger
):
    # Who may only watch a camera may put it into a group of their own.
    group = CameraGroup.objects.create(name="Favourites", owner=viewer)
    group.cameras.add(camera)
    link = make(viewer, group=group)
    grant = Grant.objects.create(camera_group=group, user=stranger)
    assert link not in access.links_to(camera)
    assert grant not in access.grants_on(camera)
    assert set(access.links_to(group)) == {link}
    assert set(access.grants_on(group)) == {grant}


def test_nobody_shows_what_they_only_see_by_a_link_of_somebody_else(camera, viewer, superuser):
    group = CameraGroup.objects.create(name="Favourites", owner=viewer)
    link = make(superuser, group=group)
    group.cameras.add(camera)
    assert shown(link) == set()
    Grant.objects.filter(camera=camera, user=viewer).update(role=Role.MANAGE)
    assert shown(link) == {"Front door"}


def test_links_are_revoked_by_who_made_them_and_by_who_may_share_what_they_show(
    camera, owner, viewer, stranger
):
    Grant.objects.filter(user=viewer).update(role=Role.MANAGE)
    group = CameraGroup.objects.create(name="Doors", owner=owner)
    links = {make(viewer, camera=camera), make(viewer, group=group)}
    revocable = access.revocable_links
    assert set(revocable(viewer)) == set(revocable(owner)) == links
    assert not any(revocable(who) for who in (stranger, AnonymousUser(), *links))
