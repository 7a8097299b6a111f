from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User

from cameras import users
from cameras.users import active_user, signed_in_user


def test_it_is_the_user_model_of_the_project():
    assert users.User is User
    assert users.NAME_FIELD == "username"


def test_users_are_found_by_name_while_they_are_active(owner):
    assert active_user("olga") == owner
    assert active_user("Olga") is None
    User.objects.update(is_active=False)
    assert active_user("olga") is None


def test_a_page_that_lets_nobody_else_in_knows_who_has_signed_in(rf, owner):
    request = rf.get("/")
    request.user = owner
    assert signed_in_user(request) is owner


def test_a_page_that_lets_a_visitor_in_by_mistake_fails(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    with pytest.raises(AssertionError):
        signed_in_user(request)
