from __future__ import annotations

from typing import Any, cast

from asgiref.sync import SyncToAsync
from channels.auth import AuthMiddleware, get_user
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.contrib.auth.models import AnonymousUser

from streaming.lanes import HANDSHAKES

# As a plain function.
_user_of = cast(SyncToAsync[[Any], Any], get_user).func


class SignedIn(AuthMiddleware):
    """Channels' own, whose lookups wait for no others of the process."""

    async def resolve_scope(self, scope: Any) -> None:
        # Whoever shows no session needs no thread: cameras with a key wait for nobody.
        is_visitor = scope["session"].session_key is None
        user = AnonymousUser() if is_visitor else await HANDSHAKES.run(_user_of, scope)
        scope["user"]._wrapped = user


def signed_in(application: Any) -> Any:
    """Tells a WebSocket application by `scope["user"]` who has signed in on the page."""
    return CookieMiddleware(SessionMiddleware(SignedIn(application)))
