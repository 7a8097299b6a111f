from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from cameras.access import can_see_system


def test_staff_are_told_of_the_server_and_nobody_else(owner, superuser):
    assert can_see_system(superuser)
    assert not can_see_system(owner)
    assert not can_see_system(AnonymousUser())


def test_who_was_deactivated_is_not(superuser):
    superuser.is_active = False
    assert not can_see_system(superuser)
