"""What the pages read from a request."""

from __future__ import annotations

from django.http import HttpRequest

from cameras.users import User


def person(request: HttpRequest) -> User:
    """Who is signed in, on pages that let nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def row_number(request: HttpRequest) -> int:
    """The `id` of the row that is meant; 0, which no row has, for nonsense."""
    text = request.POST.get("id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
