"""The ways into an account beside its password."""

from __future__ import annotations

from django.db import transaction

from cameras import passkeys, two_step
from cameras.models import ApiToken
from cameras.users import User


def has_others(user: User) -> bool:
    return ApiToken.valid().filter(user=user).exists() or user.passkeys.exists()


@transaction.atomic
def close_others(user: User) -> None:
    """Revokes API tokens and removes passkeys; but for those that are the second step: it would be
    gone with them, and who came by a link has yet to take it."""
    for token in ApiToken.valid().filter(user=user):
        token.revoke()
    row = two_step.of(user)
    if row is not None and not row.secret:
        return
    for passkey in user.passkeys.all():
        passkeys.remove(passkey)
