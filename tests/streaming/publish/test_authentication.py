from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from cameras.identity import Identity
from cameras.models import Camera, PublishKey
from streaming.protocol.publish import Offer, Stream
from streaming.publish.authentication import authenticate
from streaming.publish.resume import resume_token

NOBODY = Identity(None, None, None)


@pytest.fixture
def identity(owner):
    return Identity(owner.pk, "session", None)


@pytest.fixture
def who(camera, owner, identity):
    return authenticate("front-door", None, owner, identity)


def claim(who, message):
    return who.claim(message, remote_address="192.0.2.7", user_agent="Mozilla", reply_to="socket")


def test_a_person_is_who_has_signed_in(who, camera, identity):
    assert (who.camera, who.identity, who.publisher) == (camera, identity, "olga")


def test_a_key_stands_for_itself_whoever_has_signed_in(camera, owner, identity):
    key, secret = PublishKey.issue(camera=camera, name="Hall phone")
    who = authenticate("front-door", secret, owner, identity)
    assert who
    assert (who.identity, who.publisher) == (Identity(None, None, key.pk), "Hall phone")


@pytest.mark.parametrize(("slug", "secret"), [("front-door", None), ("nowhere", None)])
def test_who_may_not_publish_and_what_is_not_there_are_not_told_apart(camera, slug, secret):
    assert authenticate(slug, secret, AnonymousUser(), NOBODY) is None


def test_a_camera_is_known_by_its_id_and_by_its_former_slug(camera, owner, identity):
    camera.slug = "porch"
    camera.save()
    for address in "porch", "front-door", str(camera.pk):
        who = authenticate(address, None, owner, identity)
        assert who
        assert who.camera == camera


def test_a_key_of_another_camera_does_not_open_this_one(camera, owner):
    garden = Camera.objects.create(name="Garden", owner=owner)
    secret = PublishKey.issue(camera=garden, name="Hall phone")[1]
    assert authenticate(str(camera.pk), secret, AnonymousUser(), NOBODY) is None


def test_an_unknown_key_is_nobody_even_beside_the_owner(camera, owner, identity):
    assert authenticate("front-door", "sspk_x", owner, identity) is None


def test_a_claim_says_what_was_asked_for(who, camera, identity):
    said = claim(who, Offer("v=0", take_over=True))
    assert (said.camera_id, said.slug, said.identity) == (camera.pk, "front-door", identity)
    assert (said.take_over, said.resume, said.publisher) == (True, 0, "olga")
    assert (said.remote_address, said.user_agent, said.reply_to) == (
        "192.0.2.7",
        "Mozilla",
        "socket",
    )


def test_each_claim_has_a_name_of_its_own(who):
    assert claim(who, Stream()).peer != claim(who, Stream()).peer


def test_a_token_names_the_session_to_resume(who, camera, identity):
    token = resume_token(7, camera.pk, identity)
    assert claim(who, Stream(resume=token)).resume == 7
    assert claim(who, Stream(resume="a:b:c")).resume == 0
