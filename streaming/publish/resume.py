"""The token by which a camera goes on with its session after a break."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from cameras.access import Identity

_SALT = "skysentry.resume"


def resume_token(session: int, camera_id: UUID, identity: Identity) -> str:
    """Proof that its holder published this session; worth nothing without the right to publish."""
    return signing.dumps([session, *_whose(camera_id, identity)], salt=_SALT)


def read_resume_token(token: str, camera_id: UUID, identity: Identity) -> int:
    """The session of a token; 0 when it is not one of this camera and publisher."""
    try:
        session, *whose = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return 0
    return int(session) if whose == _whose(camera_id, identity) else 0


def _whose(camera_id: UUID, identity: Identity) -> list[object]:
    return [str(camera_id), identity.user_id, identity.key_id]
