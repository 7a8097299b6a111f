"""Who watches with a secret, and not by the page's sign-in: a share link's, or an API token.

As for requests to the API, what the database said holds for a while without it.
"""

from __future__ import annotations

from uuid import UUID

from cameras import access, database, shares
from cameras.models import ApiToken, ShareLink
from cameras.secret import digest_of
from streaming.lanes import AUTHENTICATION
from streaming.protocol.watch import WatchError
from streaming.watch import words


class Refused(Exception):
    """The viewer may not come in: `error` says why."""

    def __init__(self, error: WatchError) -> None:
        super().__init__(error.message)
        self.error = error


async def opened_link(link_id: UUID, cookie: str) -> ShareLink:
    """The share link that this browser has opened. Raises Refused."""
    if not shares.browser_of(link_id, cookie):
        raise Refused(words.link_ended())
    try:
        link = await database.memory.ask_async(
            ("link", link_id), lambda: AUTHENTICATION.run(access.share_link, link_id)
        )
    except database.Unavailable:
        raise Refused(words.unchecked_link()) from None
    if link is None:
        raise Refused(words.link_ended())
    return link


async def valid_token(secret: str) -> ApiToken:
    """The API token with this secret. Raises Refused."""
    try:
        token = await database.memory.ask_async(
            ("token", digest_of(secret)), lambda: AUTHENTICATION.run(ApiToken.find, secret)
        )
    except database.Unavailable:
        raise Refused(words.unchecked_token()) from None
    if token is None:
        raise Refused(words.wrong_token())
    return token
