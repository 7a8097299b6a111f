from __future__ import annotations

from django.urls import reverse
from django.utils.http import urlencode

from cameras import sign_in_links
from cameras.pages.sign_in_link import PARAMETER
from cameras.users import User


def sign_in_link(url: str, user: User) -> str:
    """A new one, which signs in at the server `url`: once, within an hour."""
    query = urlencode({PARAMETER: sign_in_links.issue(user), "next": reverse("wall")})
    return f"{url}{reverse('sign-in-link')}?{query}"
