"""What both sockets of docs/protocol.md have in common."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, cast

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from cameras.access import Identity
from cameras.users import User
from streaming.protocol import messages

BAD_MESSAGE = 4400
NOT_ALLOWED = 4403
TIMED_OUT = 4408

Handler = Callable[[Any, Mapping[str, Any]], Awaitable[None]]


class JsonConsumer(AsyncWebsocketConsumer):
    """Reads control messages, and closes on those that break the protocol."""

    max_message_bytes: ClassVar[int]
    #: Message type to method name: what a client says never names a method itself.
    handlers: ClassVar[Mapping[str, str]]

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        try:
            if bytes_data is not None:
                self.frame(bytes_data)
                return
            message = messages.parse(text_data or "", self.max_message_bytes)
            if message["type"] not in self.handlers:
                raise messages.MessageError(_("This message is not known."))
            await getattr(self, self.handlers[message["type"]])(message)
        except messages.MessageError as error:
            await self.fail("bad_message", str(error), BAD_MESSAGE)

    def frame(self, data: bytes) -> None:
        """Take a binary message. Raises MessageError."""
        raise messages.MessageError(_("Binary messages are not expected here."))

    async def say(self, kind: str, **fields: Any) -> None:
        await self.send(text_data=json.dumps({"type": kind, **fields}))

    async def fail(self, code: str, message: str, close_code: int) -> None:
        await self.say("error", code=code, message=message)
        await self.close(close_code)

    @property
    def user(self) -> User | AnonymousUser:
        """Whom the page is signed in as."""
        return cast(User | AnonymousUser, self.scope["user"])

    def session_identity(self) -> Identity:
        """Who the page's own sign-in says it is; nobody for a visitor."""
        user = self.user
        if not user.is_authenticated:
            return Identity()
        return Identity(user_id=user.pk, session_key=self.scope["session"].session_key)
