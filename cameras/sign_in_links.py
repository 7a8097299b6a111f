"""Links that sign a person in: each works once, for a while, whatever becomes of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cameras.models import SignInLink
from cameras.users import User

LIFETIME = timedelta(hours=1)
#: Of one that is sent to somebody.
PASSWORD_LIFETIME = timedelta(days=1)


def issue(user: User) -> str:
    """The secret of a new link."""
    return _issue(user, LIFETIME)


def issue_for_password(user: User) -> str:
    """The secret of a new link with which the person chooses a new password. Until then, the one
    before works."""
    return _issue(user, PASSWORD_LIFETIME, sets_password=True)


def _issue(user: User, lifetime: timedelta, **fields: bool) -> str:
    now = timezone.now()
    SignInLink.objects.filter(expires__lt=now).delete()
    _link, secret = SignInLink.issue(
        user=user,
        name=user.get_username(),
        expires=now + lifetime,
        auth_hash=user.get_session_auth_hash(),
        **fields,
    )
    return secret


def person(secret: str) -> User | None:
    """Whom the link of this secret signs in, which is not used up by that."""
    link = _valid(secret)
    return None if link is None else link.user


def person_without_password(secret: str) -> User | None:
    """Who chooses a new password by the link of this secret, which is not used up by that."""
    link = _valid(secret)
    return link.user if link is not None and link.sets_password else None


def redeem(secret: str, sign_in: Callable[[User], object] = lambda _user: None) -> User | None:
    """Who came by the link of this secret, which is used up by that, unless `sign_in` fails.

    None when it is wrong, used or too old, or its person was deactivated or changed the password.
    """
    # Outside any transaction: a wrong secret must not make others wait.
    link = _valid(secret)
    if link is None:
        return None
    with transaction.atomic():
        if not link.use_up():
            return None
        sign_in(link.user)
    return link.user


def _valid(secret: str) -> SignInLink | None:
    link = SignInLink.find(secret)
    if link is None:
        return None
    is_current = constant_time_compare(link.auth_hash, link.user.get_session_auth_hash())
    return link if is_current else None
