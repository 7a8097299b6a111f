"""What people read of connecting to an IP camera."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from streaming.protocol.enums import SourceErrorCode

PROBLEMS: Mapping[str, Promise] = {
    SourceErrorCode.UNREACHABLE: _(
        "The camera can't be reached. Check the address, and that it is switched on."
    ),
    SourceErrorCode.FORBIDDEN: _(
        "The server may not connect to this address. Its operator allows networks by "
        "SKYSENTRY_PULL_NETWORKS."
    ),
    SourceErrorCode.REFUSED: _("The camera refused the user name or password."),
    SourceErrorCode.NOT_FOUND: _("The camera has nothing at this path. Check the address."),
    SourceErrorCode.FAILED: _("The camera answered with an error. It may have too many viewers."),
    SourceErrorCode.REDIRECTED: _(
        "The camera points to another address. Enter that one if you trust it."
    ),
    SourceErrorCode.NO_VIDEO: _("Something answers at this address, but it sends no video."),
    SourceErrorCode.CODEC: _(
        "This kind of video can't be shown. Set the camera to H.264 or MJPEG, or use the address "
        "of its second stream."
    ),
    SourceErrorCode.REORDERED: _(
        "The camera sends B-frames, which make live video late. Turn them off, or choose the "
        "Baseline profile."
    ),
    SourceErrorCode.SILENT: _("The camera answered, but sent no picture for 5 seconds."),
    SourceErrorCode.MALFORMED: _("What the camera sends can't be understood."),
    SourceErrorCode.TOO_LARGE: _("The camera's pictures are too large. Lower its resolution."),
}

STATES: Mapping[str, Promise] = {
    "": _("The server doesn't connect to it now."),
    "connecting": _("Connecting to the camera…"),
    "connected": _("Connected to the camera."),
    "waiting": _("The server connects when somebody watches."),
    "busy": _("Somebody else films for this camera now."),
}


def sentence(state: str, problem: str) -> str:
    """Of a source whose state and problem are these."""
    return str(PROBLEMS.get(problem) or STATES.get(state, STATES["connecting"]))
