from __future__ import annotations

from typing import Any, cast

from asgiref.sync import SyncToAsync
from channels.auth import AuthMiddleware, get_user
from channels.sessions import CookieMiddleware, SessionMiddleware
from django.contrib.auth.models import AnonymousUser

from cameras import database
from streaming.lanes import HANDSHAKES
from streaming.network.later import close_at_once

# As a plain function.
_user_of = cast(SyncToAsync[[Any], Any], get_user).func


class SignedIn(AuthMiddleware):
    """Channels' own, whose lookups wait for no others of the process.

    While the database is away, whoever it knew a minute ago is known, and others come later.
    """

    async def __call__(self, scope: Any, receive: Any, send: Any) -> Any:
        scope = dict(scope)
        self.populate_scope(scope)
        key = ("session", scope["session"].session_key)
        try:
            user = await database.memory.ask_async(key, lambda: self._user(scope))
        except database.Unavailable:
            return await close_at_once(receive, send, database.RETRY_AFTER_S)
        scope["user"]._wrapped = user
        return await cast(Any, self.inner)(scope, receive, send)

    async def _user(self, scope: Any) -> Any:
        await self.resolve_scope(scope)
        return scope["user"]._wrapped

    async def resolve_scope(self, scope: Any) -> None:
        # Whoever shows no session needs no thread: cameras with a key wait for nobody.
        is_visitor = scope["session"].session_key is None
        user = AnonymousUser() if is_visitor else await HANDSHAKES.run(_user_of, scope)
        scope["user"]._wrapped = user


def signed_in(application: Any) -> Any:
    """Tells a WebSocket application by `scope["user"]` who has signed in on the page."""
    return CookieMiddleware(SessionMiddleware(SignedIn(application)))
