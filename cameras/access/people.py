"""Who looks after whose account, and fills which group of people."""

from __future__ import annotations

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Group, Permission
from django.db.models import Exists, OuterRef, QuerySet

from cameras.access.roles import Actor, permissions_of
from cameras.users import User


def can_invite_people(actor: Actor) -> bool:
    """Whether they may add people, and look after their accounts."""
    return isinstance(actor, User) and actor.is_active and actor.has_perm(_of_people("add"))


def can_manage_people_groups(actor: Actor) -> bool:
    """Whether they may make groups of people, and say who is in them."""
    return isinstance(actor, User) and actor.is_active and actor.has_perm("auth.change_group")


def manageable_people_groups(actor: Actor) -> QuerySet[Group]:
    """The groups of people that they may fill: those that may do nothing in the administration that
    they may not do themselves, for they may put themselves into each."""
    if not isinstance(actor, User) or not can_manage_people_groups(actor):
        return Group.objects.none()
    if actor.is_superuser:
        return Group.objects.all()
    theirs = Permission.objects.filter(group=OuterRef("pk"))
    more = theirs.exclude(pk__in=permissions_of(actor).values("pk"))
    return Group.objects.filter(~Exists(more))


def manageable_people(actor: Actor) -> QuerySet[User]:
    """Whose accounts they look after: of those who may do nothing in the administration that they
    may not do themselves, for who has somebody's sign-in link may do what that person may."""
    everybody = User._default_manager.all()
    if not isinstance(actor, User) or not can_invite_people(actor):
        return everybody.none()
    if actor.is_superuser:
        return everybody
    theirs = permissions_of(OuterRef("pk"))
    more = theirs.exclude(pk__in=permissions_of(actor).values("pk"))
    less = everybody.filter(~Exists(more), is_superuser=False)
    # Permissions alone open no administration.
    has_staff = any(field.name == "is_staff" for field in User._meta.concrete_fields)
    return less.filter(is_staff=False) if has_staff and not actor.is_staff else less


def _of_people(verb: str) -> str:
    return f"{User._meta.app_label}.{get_permission_codename(verb, User._meta)}"
