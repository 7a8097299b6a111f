from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, Permission, User

from cameras.access import manageable_people, manageable_people_groups


def permission(codename):
    return Permission.objects.get(codename=codename)


@pytest.fixture
def secretary(stranger):
    """May add people and fill groups, and change cameras by a group they are in."""
    stranger.user_permissions.set([permission("add_user"), permission("change_group")])
    operators = Group.objects.create(name="Operators")
    operators.permissions.add(permission("change_camera"))
    stranger.groups.add(operators)
    return stranger


def test_visitors_look_after_nobody(owner):
    assert not manageable_people(AnonymousUser())
    assert not manageable_people_groups(AnonymousUser())


def test_somebody_looks_after_those_who_may_no_more_than_they(secretary, owner, superuser):
    alike, above = User.objects.create_user("ada"), User.objects.create_user("abe")
    alike.user_permissions.add(permission("change_camera"))
    above.user_permissions.add(permission("delete_camera"))
    assert set(manageable_people(secretary)) == {secretary, owner, alike}


def test_what_somebody_may_by_a_group_counts_too(secretary, owner):
    admins = Group.objects.create(name="Admins")
    admins.permissions.add(permission("delete_camera"))
    owner.groups.add(admins)
    assert owner not in manageable_people(secretary)


def test_somebody_fills_the_groups_that_may_no_more_than_they(secretary):
    for name, codename in (("Guards", "change_camera"), ("Admins", "delete_camera")):
        Group.objects.create(name=name).permissions.add(permission(codename))
    theirs = manageable_people_groups(secretary).order_by("name")
    assert [group.name for group in theirs] == ["Guards", "Operators"]


def test_superusers_fill_every_group(superuser, secretary):
    assert [group.name for group in manageable_people_groups(superuser)] == ["Operators"]
