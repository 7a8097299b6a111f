"""What the audit log says, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cameras.models import ActorKind, AuditEvent, AuditKind, Camera, Role, Source

#: By the detail `what`, where a kind has several.
_SENTENCES: Mapping[str, Promise | Mapping[str, Promise]] = {
    AuditKind.FILMED: {
        "": gettext_lazy("Filmed"),
        "failed": gettext_lazy("Started to film, but never connected"),
    },
    AuditKind.REFUSED: {
        Role.WATCH: gettext_lazy("Tried to watch without permission"),
        Role.PUBLISH: gettext_lazy("Tried to film without permission"),
        Role.MANAGE: gettext_lazy("Tried to change settings without permission"),
    },
    AuditKind.PHONE_ADDED: gettext_lazy("Joined as a phone, invited by %(person)s"),
    AuditKind.SHARED: {
        Role.WATCH: gettext_lazy("Let %(person)s watch"),
        Role.PUBLISH: gettext_lazy("Let %(person)s film and watch"),
        Role.MANAGE: gettext_lazy("Let %(person)s manage the camera"),
        "link": gettext_lazy("Shared by the link “%(person)s”"),
    },
    AuditKind.UNSHARED: {
        "": gettext_lazy("Stopped sharing with %(person)s"),
        "link": gettext_lazy("Revoked the link “%(person)s”"),
    },
    AuditKind.GROUP_CHANGED: {
        "added": gettext_lazy("Added the group"),
        "deleted": gettext_lazy("Deleted the group"),
        "cameras": gettext_lazy("Changed the cameras of the group"),
    },
    AuditKind.CAMERA_ADDED: gettext_lazy("Added the camera"),
    AuditKind.CAMERA_CHANGED: gettext_lazy("Changed settings: %(fields)s"),
    AuditKind.CAMERA_DELETED: gettext_lazy("Deleted the camera"),
    AuditKind.SECRET_MADE: {
        "key": gettext_lazy("Created the publish key “%(name)s”"),
        "token": gettext_lazy("Created the API token “%(name)s” for %(person)s"),
        "invitation": gettext_lazy("Invited %(name)s"),
        "password_link": gettext_lazy("Created a link for a new password for %(name)s"),
    },
    AuditKind.SECRET_REVOKED: {
        "key": gettext_lazy("Revoked the publish key “%(name)s”"),
        "token": gettext_lazy("Revoked the API token “%(name)s” of %(person)s"),
        "invitation": gettext_lazy("Revoked the invitation of %(name)s"),
    },
    AuditKind.SIGNED_IN: {
        "": gettext_lazy("Signed in"),
        "password": gettext_lazy("Signed in with a password"),
        "link": gettext_lazy("Signed in with a link"),
        "passkey": gettext_lazy("Signed in with a passkey"),
        "code": gettext_lazy("Signed in with a code as the second step"),
        "recovery": gettext_lazy("Signed in with a recovery code as the second step"),
    },
    AuditKind.SIGNED_OUT: gettext_lazy("Signed out"),
    AuditKind.SIGN_IN_FAILED: {
        "password": gettext_lazy("Failed to sign in as %(person)s"),
        "unknown": gettext_lazy("Failed to sign in with an unknown name"),
        "code": gettext_lazy("Entered a wrong code for %(person)s"),
    },
    AuditKind.ACCOUNT_CHANGED: {
        "added": gettext_lazy("Added the account %(person)s"),
        "deleted": gettext_lazy("Deleted the account %(person)s"),
        "activated": gettext_lazy("Enabled the account %(person)s"),
        "deactivated": gettext_lazy("Disabled the account %(person)s"),
        "password": gettext_lazy("Changed the password of %(person)s"),
        "permissions": gettext_lazy("Changed the permissions of %(person)s"),
        "passkey_added": gettext_lazy("Added the passkey “%(name)s” for %(person)s"),
        "passkey_removed": gettext_lazy("Removed the passkey “%(name)s” of %(person)s"),
        "two_step_on": gettext_lazy("Turned on two-step sign-in for %(person)s"),
        "two_step_off": gettext_lazy("Turned off two-step sign-in for %(person)s"),
        "device": gettext_lazy("Signed out a device of %(person)s"),
    },
    AuditKind.LOOKED_UP: {
        "": gettext_lazy("Opened the audit log"),
        "export": gettext_lazy("Downloaded the audit log"),
    },
    AuditKind.WATCHED: {
        "": gettext_lazy("Watched; nobody was filming"),
        "filmed": gettext_lazy("Watched while %(publisher)s filmed"),
    },
}


def actor(event: AuditEvent) -> str:
    """Who it was."""
    match event.actor_kind:
        case ActorKind.SERVER:
            return _("The server")
        case ActorKind.VISITOR if event.address:
            return _("Visitor from %(address)s") % {"address": event.address}
        case ActorKind.VISITOR:
            return _("Visitor")
        case ActorKind.LINK:
            return _("Link “%(name)s”") % {"name": event.actor}
        case ActorKind.KEY:
            return _("Publish key “%(name)s”") % {"name": event.actor}
    return event.actor


def sentence(event: AuditEvent) -> str:
    """What they did, without who they are and with which camera."""
    found = _SENTENCES.get(event.kind, "")
    text = found.get(_what(event), "") if isinstance(found, Mapping) else found
    # A newer release may have added a kind.
    return str(text or event.get_kind_display()) % _Blanks(event.details, fields=_fields(event))


def duration(seconds: float | None) -> str:
    """Such as "5 min"; empty for what takes no time."""
    if seconds is None:
        return ""
    minutes = seconds / 60
    if minutes < 1:
        return _("%(count)d\u202fs") % {"count": seconds}
    if minutes < 60:
        return _("%(count)d\u202fmin") % {"count": minutes}
    values = {"hours": minutes // 60, "minutes": minutes % 60}
    return _("%(hours)d\u202fh %(minutes)d\u202fmin") % values


def _what(event: AuditEvent) -> str:
    if event.kind == AuditKind.WATCHED and event.details.get("publisher"):
        return "filmed"
    what: str = event.details.get("what", "")
    return what


def _fields(event: AuditEvent) -> str:
    """The names of the settings that changed."""
    names = {field.name: field.verbose_name for field in Camera._meta.fields}
    names["source"] = Source._meta.verbose_name or ""
    changed = event.details.get("fields", ())
    return ", ".join(str(names.get(name, name)) for name in changed)


class _Blanks(dict[str, Any]):
    """Another release may have left a detail out."""

    def __missing__(self, key: str) -> str:
        return "?"
