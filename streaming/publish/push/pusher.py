"""Who pushes pictures to which camera, as the address and the key of a request say."""

from __future__ import annotations

import time

from django.contrib.auth.models import AnonymousUser

from cameras import database
from cameras.access import Identity
from cameras.secret import digest_of
from streaming.lanes import AUTHENTICATION
from streaming.publish.authentication import Authenticated, authenticate

#: Whoever was found is known for so long, unless rights change before: of ten pictures a second,
#: one in twenty asks the database.
KNOWN_S = 2.0
MAX_KNOWN = 10_000


class Pushers:
    """Finds who may push, and remembers them for a moment."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[float, Authenticated]] = {}

    async def find(self, slug: str, key: str) -> Authenticated | None:
        """None without the right to publish there. Raises what `database.Unavailable` names."""
        now_s = time.monotonic()
        digest = digest_of(key)
        until_s, who = self._known.get((slug, digest), (0.0, None))
        if until_s > now_s:
            return who
        nobody = AnonymousUser()
        # A camera that goes on while the database is away is still known for a while.
        found = await database.memory.ask_async(
            ("publish", slug, digest, Identity()),
            lambda: AUTHENTICATION.run(authenticate, slug, key, nobody, Identity()),
        )
        self._known.pop((slug, digest), None)
        if found is not None:
            while len(self._known) >= MAX_KNOWN:
                del self._known[next(iter(self._known))]
            self._known[slug, digest] = (now_s + KNOWN_S, found)
        return found

    def forget(self) -> None:
        """Rights have changed."""
        self._known.clear()
