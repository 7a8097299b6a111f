"""What both sockets of docs/protocol.md have in common."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeAlias, cast

from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from msgspec import UNSET

from cameras.access import Identity
from cameras.errors import reason_of
from cameras.users import User
from streaming.domain.limits import Limit
from streaming.protocol.decode import Decoder, MessageError
from streaming.protocol.enums import retry_reason
from streaming.protocol.message import Message
from streaming.protocol.publish import PublishError
from streaming.protocol.watch import WatchError

logger = logging.getLogger(__name__)

Refusal: TypeAlias = PublishError | WatchError
Send: TypeAlias = Callable[[Any], Awaitable[None]]


class JsonConsumer(AsyncWebsocketConsumer):
    """Reads control messages, and closes on those that break the protocol."""

    decoder: ClassVar[Decoder[Any]]
    #: By this end: what has come before the other one noticed is not read, nor anything said.
    is_closed = False

    def __init__(self, count_refusal: Callable[[Limit, str], None]) -> None:
        """`count_refusal` takes the limit that something was refused by, and who was refused."""
        super().__init__()
        self._count_refusal = count_refusal

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        await super().__call__(scope, receive, self._until_gone(send))

    def _until_gone(self, send: Send) -> Send:
        async def send_if_there(message: Any) -> None:
            try:
                await send(message)
            except (OSError, RuntimeError) as error:
                # The client has gone, as the server will say; uvicorn raises either.
                logger.debug("Not sent: %s", reason_of(error))
                self.is_closed = True

        return send_if_there

    async def send(self, *args: Any, **kwargs: Any) -> None:
        if not self.is_closed:
            await super().send(*args, **kwargs)

    async def close(self, code: int | bool | None = None, reason: str | None = None) -> None:
        if not self.is_closed:
            self.is_closed = True
            await super().close(code, reason)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.is_closed:
            return
        try:
            if bytes_data is not None:
                self.handle_frame(bytes_data)
            else:
                await self.handle_message(self.decoder.decode(text_data or ""))
        except MessageError as error:
            self.count_refusal(Limit.BAD_MESSAGES)
            await self.refuse(self.bad_message(str(error)))

    async def handle_message(self, message: Any) -> None:
        """Take a message that the decoder read. May raise MessageError where it isn't expected."""
        raise NotImplementedError

    def bad_message(self, sentence: str) -> Refusal:
        """How the socket says that a message breaks the protocol."""
        raise NotImplementedError

    def handle_frame(self, data: bytes) -> None:
        """Take a binary message. Raises MessageError."""
        raise MessageError(_("Binary messages are not expected here."))

    async def send_message(self, message: Message) -> None:
        await self.send(text_data=message.text())

    async def refuse(self, error: Refusal) -> None:
        """Say what is wrong, and close the socket where that is the end of it."""
        await self.send_message(error)
        if error.code.closes:
            again_s = error.retry_after_s
            reason = None if again_s is UNSET else retry_reason(again_s)
            # Autobahn takes nothing but an int.
            await self.close(int(error.code.closes), reason)

    def count_refusal(self, limit: Limit) -> None:
        self._count_refusal(limit, self.client_address)

    @property
    def client_address(self) -> str:
        """Behind a proxy, whatever ProxyHeadersMiddleware believes; "" of a Unix socket."""
        return str((self.scope.get("client") or ("",))[0])

    @property
    def user(self) -> User | AnonymousUser:
        """The user who is signed in on the page."""
        return cast(User | AnonymousUser, self.scope["user"])

    def session_identity(self) -> Identity:
        """Who the page's own sign-in says it is; nobody for a visitor."""
        user = self.user
        if not user.is_authenticated:
            return Identity()
        return Identity(user_id=user.pk, session_key=self.scope["session"].session_key)
