from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode
from sesame.utils import get_parameters

from cameras.users import User


def sign_in_link(url: str, user: User) -> str:
    """Signs in at the server `url`, once, within an hour."""
    query = urlencode({**get_parameters(user), "next": reverse("wall")})
    return f"{url}{reverse('sign-in-link')}?{query}"
