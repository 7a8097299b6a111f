"""How much people, programs and strangers may take of the catalogue."""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass

from django.core.signals import setting_changed

from cameras import settings_parser
from cameras.settings_parser import BOOLEAN, setting, whole_number

_COUNT = whole_number(1, 1_000_000)


@dataclass(frozen=True, slots=True)
class CatalogueLimits:
    """Every limit of the catalogue with its default; docs/security.md says what follows."""

    #: Requests to the API a minute, of a person with all their tokens.
    API_REQUESTS_PER_PERSON: int = setting(_COUNT, 600)
    #: Requests to the API a minute, of those at one address who have not signed in.
    API_REQUESTS_PER_ADDRESS: int = setting(_COUNT, 300)
    #: Passwords that a process hashes at once.
    SIGN_INS: int = setting(_COUNT, 2)
    #: Cameras that one person owns.
    CAMERAS_PER_PERSON: int = setting(_COUNT, 100)
    #: Groups of cameras that one person owns.
    GROUPS_PER_PERSON: int = setting(_COUNT, 50)
    #: Publish keys of a camera that are not revoked.
    KEYS_PER_CAMERA: int = setting(_COUNT, 50)
    #: API tokens of a person that are valid.
    TOKENS_PER_PERSON: int = setting(_COUNT, 50)
    #: Invitations of a person that wait for a phone; as many that wait for somebody new.
    INVITATIONS_PER_PERSON: int = setting(_COUNT, 20)
    #: Share links of a person that are valid.
    LINKS_PER_PERSON: int = setting(_COUNT, 200)
    #: Days for which the records of ended sessions are kept.
    SESSIONS_KEPT_DAYS: int = setting(_COUNT, 90)
    #: Days for which the audit log is kept.
    AUDIT_KEPT_DAYS: int = setting(_COUNT, 90)
    #: Whether staff sign in with a second step, whatever they choose.
    STAFF_TWO_STEP: bool = setting(BOOLEAN, False)
    #: Days for which the history of each camera is kept, minute by minute.
    HISTORY_KEPT_DAYS: int = setting(_COUNT, 30)


@functools.cache
def get() -> CatalogueLimits:
    """The limits of this process."""
    return settings_parser.load(CatalogueLimits, settings_parser.given(), os.environ)


def _forget(*, setting: str, **_: object) -> None:
    if setting == "SKYSENTRY":
        get.cache_clear()


setting_changed.connect(_forget)
