"""Who uses a session has proved lately who they are, by more than its cookie: with a password, a
passkey or a code. What changes how people sign in asks for that anew.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest

#: For so long nobody is asked again.
FRESH_FOR_S = 600
#: Whoever came by a link, and has no password yet, sets one on their first day.
FIRST_PASSWORD_WITHIN_S = 24 * 3600

_PROVED = "proved_at"
_PROVED_SECOND_STEP = "proved_second_step_at"


def note(session: SessionBase, *, second_step: bool = False) -> None:
    """Just now; a second step counts as any other proof, too."""
    session[_PROVED] = time.time()
    if second_step:
        session[_PROVED_SECOND_STEP] = time.time()


def is_fresh(
    session: SessionBase, *, second_step: bool = False, within_s: float = FRESH_FOR_S
) -> bool:
    at_s = session.get(_PROVED_SECOND_STEP if second_step else _PROVED, 0.0)
    return bool(0 <= time.time() - at_s < within_s)


def may_set_first_password(session: SessionBase) -> bool:
    return is_fresh(session, within_s=FIRST_PASSWORD_WITHIN_S)


@receiver(user_logged_in)
def signed_in(request: HttpRequest, **_: Any) -> None:
    """Whichever page or backend it was by."""
    note(request.session)
