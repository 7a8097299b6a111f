from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from cameras import sign_in_links
from cameras.users import User
from streaming.conf import Conf
from streaming.network import addresses


def server_urls(chosen: Conf) -> list[str]:
    """Where `serve` is found with these settings: by this machine, then by other devices."""
    return [
        addresses.url(chosen.HOST, chosen.API_PORT),
        *addresses.lan_urls(chosen.HOST, chosen.API_PORT),
        *(addresses.lan_urls(chosen.TLS_HOST, chosen.TLS_PORT, "https") if chosen.TLS else ()),
    ]


def links_to_sign_in(urls: Iterable[str], user: User) -> list[str]:
    """One new secret as a link at each address; it signs in once, within an hour."""
    secret = sign_in_links.issue(user)
    # In the fragment, which browsers send to nobody: the page takes it from there.
    return [f"{url}{reverse('sign-in-link')}#{secret}" for url in urls]
