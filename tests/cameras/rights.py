from __future__ import annotations

from cameras.access import can_manage, can_publish, watchable

NOTHING, WATCH, PUBLISH, MANAGE = "---", "w--", "wp-", "wpm"


def can_watch(who, camera):
    return camera in watchable(who)


def rights(who, camera):
    """Such as `wp-`: may watch and publish, may not manage."""
    asked = {"w": can_watch, "p": can_publish, "m": can_manage}
    return "".join(letter if may(who, camera) else "-" for letter, may in asked.items())
