from __future__ import annotations

from typing import Any

from channels.auth import AuthMiddleware, get_user
from channels.sessions import CookieMiddleware, SessionMiddleware

from streaming.database import HANDSHAKES


class SignedIn(AuthMiddleware):  # type: ignore[misc]
    """Channels' own, whose lookups wait for no others of the process."""

    async def resolve_scope(self, scope: dict[str, Any]) -> None:
        scope["user"]._wrapped = await HANDSHAKES.run(get_user.func, scope)


def signed_in(application: Any) -> Any:
    """Tells a WebSocket application by `scope["user"]` who has signed in on the page."""
    return CookieMiddleware(SessionMiddleware(SignedIn(application)))
