from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.utils import timezone

from cameras import access
from cameras.access import Identity, actor_of, knows_publishers, publishable_camera
from cameras.models import ApiToken, Camera, Grant, PublishKey, Visibility

ANYBODY = Identity(user_id=None, session_key=None, key_id=None)


def signed_in(client, user):
    client.force_login(user)
    return Identity(user.pk, client.session.session_key, None)


def by_key(camera):
    key, _ = PublishKey.issue(camera=camera, name="Hall phone")
    return key, Identity(None, None, key.pk)


def by_token(user):
    token, _ = ApiToken.issue(user=user, name="Script")
    return token, Identity(user.pk, None, None, token.pk)


def watchable(identity):
    """Ids by slug; None for nobody."""
    actor = actor_of(identity)
    return None if actor is None else dict(access.watchable(actor).values_list("slug", "pk"))


def test_without_user_and_key_it_is_an_anonymous_visitor(db):
    assert actor_of(ANYBODY) == AnonymousUser()


def test_it_is_the_signed_in_person(client, owner):
    assert actor_of(signed_in(client, owner)) == owner


def test_a_user_without_a_session_is_taken_at_their_word(owner):
    assert actor_of(Identity(owner.pk, None, None)) == owner


def test_it_is_the_key(camera):
    key, identity = by_key(camera)
    assert actor_of(identity) == key


def test_it_is_the_person_of_the_token(owner):
    assert actor_of(by_token(owner)[1]) == owner


def test_signing_out_ends_it(client, owner):
    identity = signed_in(client, owner)
    client.logout()
    assert actor_of(identity) is None


def test_another_session_goes_on_after_signing_out(client, owner, async_client):
    other = signed_in(client, owner)
    async_client.force_login(owner)
    async_client.logout()
    assert actor_of(other) == owner


def test_an_expired_session_ends_it(client, owner):
    identity = signed_in(client, owner)
    Session.objects.update(expire_date=timezone.now())
    assert actor_of(identity) is None


def test_a_session_of_somebody_else_is_nobodys(client, owner, stranger):
    identity = signed_in(client, owner)
    assert actor_of(Identity(stranger.pk, identity.session_key, None)) is None


def test_an_anonymous_session_speaks_for_no_user(client, owner):
    session = client.session
    session["cart"] = 1
    session.save()
    assert actor_of(Identity(owner.pk, session.session_key, None)) is None


def test_a_new_password_ends_it(client, owner):
    identity = signed_in(client, owner)
    owner.set_password("another")
    owner.save()
    assert actor_of(identity) is None


def test_sessions_outlive_a_change_of_the_secret_key(client, owner, settings):
    identity = signed_in(client, owner)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next one"
    assert actor_of(identity) == owner


def test_a_deactivated_person_is_nobody(client, owner):
    identity = signed_in(client, owner)
    owner.is_active = False
    owner.save()
    assert actor_of(identity) is None


def test_a_deleted_person_is_nobody(client, stranger):
    identity = signed_in(client, stranger)
    stranger.delete()
    assert actor_of(identity) is None


def test_a_revoked_key_is_nobody(camera):
    key, identity = by_key(camera)
    key.revoke()
    assert actor_of(identity) is None


def test_a_revoked_token_is_nobody(owner):
    token, identity = by_token(owner)
    token.revoke()
    assert actor_of(identity) is None


def test_a_token_speaks_for_its_own_person_only(owner, stranger):
    token, _ = by_token(owner)
    assert actor_of(Identity(stranger.pk, None, None, token.pk)) is None


def test_a_key_may_publish_until_its_camera_is_disabled(camera):
    _, identity = by_key(camera)
    assert publishable_camera(identity, camera.pk)
    Camera.objects.update(enabled=False)
    assert not publishable_camera(identity, camera.pk)


def test_who_is_nobody_may_publish_and_watch_nothing(client, camera, owner):
    identity = signed_in(client, owner)
    client.logout()
    assert not publishable_camera(identity, camera.pk)
    assert watchable(identity) is None


def test_what_is_watchable_follows_the_rights(client, camera, viewer):
    identity = signed_in(client, viewer)
    assert watchable(identity) == {camera.slug: camera.pk}
    Grant.objects.all().delete()
    assert watchable(identity) == {}


def test_anonymous_visitors_watch_what_is_public(camera, owner):
    public = Camera.objects.create(name="Garden", owner=owner, visibility=Visibility.PUBLIC)
    assert watchable(ANYBODY) == {public.slug: public.pk}


@pytest.mark.parametrize("cameras", [1, 20])
def test_what_is_watchable_costs_three_queries(
    client, owner, cameras, django_assert_max_num_queries
):
    for _ in range(cameras):
        Camera.objects.create(name="Garden", owner=owner)
    identity = signed_in(client, owner)
    with django_assert_max_num_queries(3):
        assert len(watchable(identity)) == cameras


def test_people_and_their_programs_are_told_who_films(client, camera, owner):
    assert knows_publishers(owner)
    assert knows_publishers(signed_in(client, owner))
    assert knows_publishers(by_token(owner)[1])
    assert not any(knows_publishers(who) for who in (AnonymousUser(), ANYBODY, *by_key(camera)))


def test_staff_without_their_second_step_are_nobody_where_it_is_demanded(client, owner, settings):
    owner.is_staff = True
    owner.save()
    identity = signed_in(client, owner)
    assert actor_of(identity) == owner
    settings.SKYSENTRY = {**settings.SKYSENTRY, "STAFF_TWO_STEP": True}
    assert actor_of(identity) is None
