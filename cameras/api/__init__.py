"""REST framework reads this name from the settings while its own views are still loading.

Whatever needs those views stands in the modules of this package, not here.
"""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import auth
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from cameras.database import memory
from cameras.models import ApiToken
from cameras.secret import digest_of
from cameras.users import User


class WrongTokenThrottle(SimpleRateThrottle):
    """How many wrong tokens an address may send to one process.

    Nobody guesses 256 bits. This stops runaway programs, and a valid token is always accepted:
    others may share their address.
    """

    rate = "10/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        # Not what X-Forwarded-For says, which is for the client to choose.
        return f"wrong-tokens:{request.META.get('REMOTE_ADDR')}"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ssat_...`"""

    scheme = "bearer"

    def secret(self, given: str) -> str | None:
        """None for what is meant for somebody else."""
        return given

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, given = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.scheme:
            return None
        secret = self.secret(given.strip())
        if secret is None:
            return None
        token = memory.ask(("token", digest_of(secret)), lambda: ApiToken.find(secret))
        if token is None:
            raise self._refusal(request)
        return token.user, token

    def _refusal(self, request: Request) -> AuthenticationFailed | Throttled:
        throttle = WrongTokenThrottle()
        # Its view is what DRF passes on and this one does not look at.
        if throttle.allow_request(request, None):  # type: ignore[arg-type]
            return AuthenticationFailed(_("This token is unknown, revoked or expired."))
        return Throttled(throttle.wait(), _("Too many wrong tokens came from your address."))

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="SkySentry"'


class PageAuthentication(SessionAuthentication):
    """Who has signed in on the pages; for a while also without the database."""

    #: A page that asks again and again says for whom it was made, by number.
    HEADER = "X-Signed-In"

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        page = request._request
        key = ("session", page.session.session_key)
        page.user = memory.ask(key, lambda: auth.get_user(page))
        expected = request.headers.get(self.HEADER)
        if expected is not None and expected != str(page.user.pk):
            # Signed out since: what a visitor may see would look like news.
            raise NotAuthenticated
        return super().authenticate(request)


class PasswordAuthentication(TokenAuthentication):
    """A token as the password, with any name: for programs that know no other way to sign in.

    Only where nothing can be changed: browsers send a password that they know by themselves. That
    of a proxy before this server is none of ours.
    """

    scheme = "basic"

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="SkySentry", charset="UTF-8"'

    def secret(self, given: str) -> str | None:
        try:
            password = base64.b64decode(given).decode().partition(":")[2]
        except ValueError:
            return None
        return password if password.startswith(ApiToken.PREFIX) else None
