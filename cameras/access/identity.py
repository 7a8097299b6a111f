"""Who an identity speaks for now, and what they may do."""

from __future__ import annotations

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase

from cameras import devices, limits
from cameras.access.cameras import publishable
from cameras.access.roles import Actor
from cameras.access.sharing import share_link
from cameras.identity import Identity
from cameras.models import ApiToken, Camera, PublishKey, Source
from cameras.users import User

#: Marks a session whose person has taken the second step.
SECOND_STEP = "second_step"


def actor_of(identity: Identity) -> Actor | None:
    """Who acts by this identity now; None when it no longer stands for anybody."""
    if identity.share_id is not None:
        return share_link(identity.share_id)
    if identity.source_id is not None:
        return Source.objects.filter(pk=identity.source_id, enabled=True).first()
    if identity.key_id is not None:
        return PublishKey.valid().filter(pk=identity.key_id).first()
    if identity.token_id is not None:
        token = ApiToken.valid().filter(pk=identity.token_id, user=identity.user_id).first()
        return token.user if token else None
    if identity.user_id is None:
        return AnonymousUser()
    user = User._default_manager.filter(pk=identity.user_id, is_active=True).first()
    if user and identity.session_key and not _is_signed_in(user, identity.session_key):
        return None
    return user


def publishable_camera(identity: Identity, camera_id: UUID) -> Camera | None:
    """The camera as it is now; None unless the identity may publish to it."""
    actor = actor_of(identity)
    return None if actor is None else publishable(actor).filter(pk=camera_id).first()


def knows_publishers(who: Actor | Identity) -> bool:
    """Whether those who may watch a camera are told who films it now, or did last: people who have
    signed in are, and their programs; visitors, share links and publish keys are not."""
    if isinstance(who, Identity):
        return who.session_key is not None or who.token_id is not None
    return isinstance(who, User)


def is_second_step_demanded(user: User) -> bool:
    """Whether the server lets this person sign in with a second step only."""
    return bool(getattr(user, "is_staff", False)) and limits.get().STAFF_TWO_STEP


def lacks_second_step(user: User, session: SessionBase) -> bool:
    """Whether a session is not worth what its person may do, as its second step is missing."""
    return is_second_step_demanded(user) and not session.get(SECOND_STEP)


def _is_signed_in(user: User, session_key: str) -> bool:
    session = _session(session_key)
    if lacks_second_step(user, session):
        return False
    devices.used(session_key)
    return session.get(SESSION_KEY) == str(user.pk) and devices.is_current(session, user)


def _session(session_key: str) -> SessionBase:
    store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
    return store(session_key)
