"""Links that sign a person in: each works once, within an hour, whatever becomes of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cameras.models import SignInLink
from cameras.users import User

LIFETIME = timedelta(hours=1)


def issue(user: User) -> str:
    """The secret of a new link."""
    now = timezone.now()
    SignInLink.objects.filter(expires__lt=now).delete()
    _link, secret = SignInLink.issue(
        user=user,
        name=user.get_username(),
        expires=now + LIFETIME,
        auth_hash=user.get_session_auth_hash(),
    )
    return secret


def redeem(secret: str, sign_in: Callable[[User], object] = lambda _user: None) -> User | None:
    """Who came by the link of this secret, which is used up by that, unless `sign_in` fails.

    None when it is wrong, used or too old, or its person was deactivated or changed the password.
    """
    # Outside any transaction: a wrong secret must not make others wait.
    link = SignInLink.find(secret)
    if link is None:
        return None
    if not constant_time_compare(link.auth_hash, link.user.get_session_auth_hash()):
        return None
    with transaction.atomic():
        # If several come at once, only one of them changes the row.
        if not SignInLink.valid().filter(pk=link.pk).update(used=timezone.now()):
            return None
        sign_in(link.user)
    return link.user
