from __future__ import annotations

from functools import partial
from uuid import UUID

from django.db import transaction
from django.dispatch import Signal

#: Actions of `m2m_changed` after which something has changed.
M2M_CHANGES = {"post_add", "post_remove", "post_clear"}

#: Somebody's rights may have changed: `camera_id` (UUID) and `user_id` (int) say whose on which
#: camera, None means any. Sent after the change is committed.
access_changed = Signal()

#: Somebody was refused by a limit: `limit` (str, the setting in lower case) and `who` (str).
limit_reached = Signal()

#: A request about a camera was answered with "forbidden" or "not found": `request`, `address`
#: (`Camera.at`) and `view`, the name of what was asked for.
request_refused = Signal()


def announce(*, camera_id: UUID | None = None, user_id: int | None = None) -> None:
    """Sends `access_changed` once the running transaction, if any, is committed."""
    # Robust: the change is made, and a deaf listener must not make it look as if it were not.
    send = partial(access_changed.send_robust, sender=None, camera_id=camera_id, user_id=user_id)
    transaction.on_commit(send)
