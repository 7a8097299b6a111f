"""Somebody new is invited: by a link, with which they make an account of their own, once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from cameras import access
from cameras.models import Grant, PersonInvitation
from cameras.users import User

LIFETIME = timedelta(days=7)


def invite(
    inviter: User, name: str, grants: Iterable[Grant] = (), groups: Iterable[Group] = ()
) -> tuple[PersonInvitation, str]:
    """A new invitation and its secret; the grants, not saved yet, say what the person may do.

    Whether the inviter may is asked of `access`. Raises QuotaExceeded.
    """
    PersonInvitation.objects.filter(expires__lt=timezone.now()).delete()
    with transaction.atomic():
        invitation, secret = PersonInvitation.issue(
            created_by=inviter, name=name, expires=timezone.now() + LIFETIME
        )
        invitation.user_groups.set(groups)
        for grant in grants:
            grant.invitation = invitation
            grant.save()
    return invitation, secret


def find(secret: str) -> PersonInvitation | None:
    """The invitation of this secret; None when it is wrong, used, revoked or too old, or whoever
    made it may no longer invite."""
    invitation = PersonInvitation.find(secret)
    if invitation is None or not access.can_invite_people(invitation.created_by):
        return None
    return invitation


def accept(
    invitation: PersonInvitation, user: User, sign_in: Callable[[User], object] = lambda _user: None
) -> bool:
    """Saves the new `user`, with all that the invitation says; whether it was still open.

    The password is to be set before, because hashing takes long. Where `sign_in` fails, nothing has
    happened.
    """
    with transaction.atomic():
        if not invitation.use_up():
            return False
        user.save()
        theirs = access.manageable_people_groups(invitation.created_by)
        user.groups.set(invitation.user_groups.filter(pk__in=theirs.values("pk")))
        for grant in invitation.grants.select_related("camera", "camera_group"):
            _hand_over(grant, invitation.created_by, user)
        sign_in(user)
    return True


def _hand_over(grant: Grant, inviter: User, user: User) -> None:
    if not access.can_grant(inviter, grant):
        grant.delete()
        return
    grant.invitation, grant.user = None, user
    grant.save()
