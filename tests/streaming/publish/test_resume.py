from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import signing

from cameras.access import Identity
from streaming.publish.resume import read_resume_token, resume_token

FRONT_DOOR, GARDEN = uuid4(), uuid4()
OLGA = Identity(user_id=1, session_key="abc", key_id=None)
SAM = Identity(user_id=2, session_key="def", key_id=None)
PHONE = Identity(user_id=None, session_key=None, key_id=1)
TABLET = Identity(user_id=None, session_key=None, key_id=2)


@pytest.mark.parametrize("identity", [OLGA, PHONE], ids=["user", "key"])
def test_a_publisher_proves_a_session(identity):
    token = resume_token(42, FRONT_DOOR, identity)
    assert read_resume_token(token, FRONT_DOOR, identity) == 42


def test_a_user_goes_on_after_signing_in_anew():
    token = resume_token(42, FRONT_DOOR, OLGA)
    again = Identity(user_id=1, session_key="xyz", key_id=None)
    assert read_resume_token(token, FRONT_DOOR, again) == 42


@pytest.mark.parametrize("other", [SAM, PHONE, Identity(None, None, None)])
def test_the_token_of_a_user_is_worth_nothing_to_others(other):
    token = resume_token(42, FRONT_DOOR, OLGA)
    assert read_resume_token(token, FRONT_DOOR, other) == 0


@pytest.mark.parametrize("other", [TABLET, OLGA])
def test_the_token_of_a_key_is_worth_nothing_to_others(other):
    token = resume_token(42, FRONT_DOOR, PHONE)
    assert read_resume_token(token, FRONT_DOOR, other) == 0


def test_a_token_is_worth_nothing_on_another_camera():
    assert read_resume_token(resume_token(42, GARDEN, OLGA), FRONT_DOOR, OLGA) == 0


@pytest.mark.parametrize("token", ["", ":", "a:b", "a:b:c", "x" * 10_000, "é:ü", ".:." * 99])
def test_what_is_no_token_is_worth_nothing(token):
    assert read_resume_token(token, FRONT_DOOR, OLGA) == 0


def test_a_token_that_was_changed_is_worth_nothing():
    token = resume_token(42, FRONT_DOOR, OLGA)
    for place in range(len(token)):
        changed = token[:place] + ("B" if token[place] == "A" else "A") + token[place + 1 :]
        assert read_resume_token(changed, FRONT_DOOR, OLGA) == 0


def test_a_token_signed_for_something_else_is_worth_nothing():
    token = signing.dumps([42, str(FRONT_DOOR), 1, None], salt="password reset")
    assert read_resume_token(token, FRONT_DOOR, OLGA) == 0
