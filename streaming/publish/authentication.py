"""Who a publish socket speaks for: a person who is signed in, or whoever has a publish key."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser

from cameras import access, denials
from cameras.identity import Identity
from cameras.models import Camera, PublishKey
from cameras.secret import digest_of
from cameras.users import User
from streaming.protocol.publish import Offer, Stream
from streaming.protocol.signaling import Claim
from streaming.publish.resume import read_resume_token


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Who may publish to which camera."""

    camera: Camera
    identity: Identity
    #: Name of the person or key, as shown to others.
    publisher: str

    def session_of(self, token: str | None) -> int:
        """The session that a resume token is worth; 0 for none."""
        return read_resume_token(token, self.camera.pk, self.identity) if token else 0

    def claim(
        self, message: Offer | Stream, *, remote_address: str, user_agent: str, reply_to: str
    ) -> Claim:
        return Claim(
            peer=uuid.uuid4().hex,
            camera_id=self.camera.pk,
            slug=self.camera.slug,
            identity=self.identity,
            publisher=self.publisher,
            resume=self.session_of(message.resume),
            take_over=bool(message.take_over),
            remote_address=remote_address,
            user_agent=user_agent,
            reply_to=reply_to,
        )


def why_refused(address: str, secret: str | None, identity: Identity) -> denials.Denial | None:
    """Why `authenticate` refused somebody; None where that would tell of a camera's existence."""
    if secret is None:
        return None if identity.user_id else denials.Denial.SIGNED_OUT
    key = PublishKey.objects.filter(digest=digest_of(secret)).first()
    if key is None or not Camera.objects.filter(Camera.at(address), pk=key.camera_id).exists():
        return None
    return denials.of_publisher(Identity(key_id=key.pk), key.camera_id)


def authenticate(
    address: str, secret: str | None, user: User | AnonymousUser, identity: Identity
) -> Authenticated | None:
    """By a publish key, or without one as the user of the page, who is `identity`, for the camera
    at `address` (`Camera.at`).

    None without the right to publish, and where there is no such camera.
    """
    who: access.Actor = user
    name = user.get_username()
    if secret is not None:
        key = PublishKey.find(secret)
        if key is None:
            return None
        who, name, identity = key, key.name, Identity(key_id=key.pk)
    camera = Camera.objects.filter(Camera.at(address)).first()
    if camera is None or not access.can_publish(who, camera):
        return None
    return Authenticated(camera, identity, name)
