"""The user model of the project (`AUTH_USER_MODEL`), whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.http import HttpRequest

if TYPE_CHECKING:
    # For mypy, which takes no call for a type.
    from django.contrib.auth.models import User
else:
    User = get_user_model()

__all__ = ["NAME_FIELD", "User", "active_user", "signed_in_user"]

#: The field that holds a user's name: `username`, or `email` and the like.
NAME_FIELD = User.USERNAME_FIELD


def signed_in_user(request: HttpRequest) -> User:
    """For pages that let nobody in who has not signed in."""
    assert isinstance(request.user, User)
    return request.user


def active_user(name: str) -> User | None:
    return User._default_manager.filter(**{NAME_FIELD: name}, is_active=True).first()
