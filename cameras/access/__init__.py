"""The one rule book: who may watch, publish to and manage which camera.

A file for each subject; whoever asks imports from here.
"""

from __future__ import annotations

from cameras.access.audit import auditable
from cameras.access.cameras import (
    NO_SUCH_CAMERA,
    can_create,
    can_manage,
    can_publish,
    manageable,
    publishable,
    shared_by,
    visible,
    visible_camera,
    visible_with_rights,
    watchable,
    watchable_at,
    watchable_with_rights,
    with_known_past,
    with_role,
)
from cameras.access.groups import (
    NO_SUCH_GROUP,
    choosable,
    manageable_groups,
    shareable_groups,
    shared_in,
    visible_group,
    visible_groups,
    watchable_by_group,
    watchable_in,
)
from cameras.access.identity import (
    SECOND_STEP,
    actor_of,
    is_second_step_demanded,
    knows_publishers,
    lacks_second_step,
    publishable_camera,
)
from cameras.access.keys import can_invite, fallen_keys_of, keys_created_by, keys_without_right
from cameras.access.notifications import notifications_of
from cameras.access.people import (
    can_invite_people,
    can_manage_people_groups,
    manageable_people,
    manageable_people_groups,
)
from cameras.access.roles import Actor
from cameras.access.sharing import (
    can_grant,
    can_share,
    grants_on,
    links_created_by,
    links_sent_by,
    links_to,
    revocable_links,
    screens_of,
    share_link,
)
from cameras.access.sources import can_add_sources, can_set_source
from cameras.access.system import can_see_system
from cameras.identity import Identity

__all__ = [
    "NO_SUCH_CAMERA",
    "NO_SUCH_GROUP",
    "SECOND_STEP",
    "Actor",
    "Identity",
    "actor_of",
    "auditable",
    "can_add_sources",
    "can_create",
    "can_grant",
    "can_invite",
    "can_invite_people",
    "can_manage",
    "can_manage_people_groups",
    "can_publish",
    "can_see_system",
    "can_set_source",
    "can_share",
    "choosable",
    "fallen_keys_of",
    "grants_on",
    "is_second_step_demanded",
    "keys_created_by",
    "keys_without_right",
    "knows_publishers",
    "lacks_second_step",
    "links_created_by",
    "links_sent_by",
    "links_to",
    "manageable",
    "manageable_groups",
    "manageable_people",
    "manageable_people_groups",
    "notifications_of",
    "publishable",
    "publishable_camera",
    "revocable_links",
    "screens_of",
    "share_link",
    "shareable_groups",
    "shared_by",
    "shared_in",
    "visible",
    "visible_camera",
    "visible_group",
    "visible_groups",
    "visible_with_rights",
    "watchable",
    "watchable_at",
    "watchable_by_group",
    "watchable_in",
    "watchable_with_rights",
    "with_known_past",
    "with_role",
]
