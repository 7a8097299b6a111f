"""What sort of device and browser it is that says so of itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# The first that matches: every iPad says "like Mac OS X", every Android "Linux".
_DEVICES: tuple[tuple[str, str | Promise], ...] = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android.*Mobile", gettext_lazy("Android phone")),
    (r"Android", gettext_lazy("Android tablet")),
    (r"Macintosh", "Mac"),
    (r"Windows", gettext_lazy("Windows computer")),
    (r"Linux|CrOS", gettext_lazy("Linux computer")),
)

# The first that matches: each also names those that it descends from.
_BROWSERS = (
    (r"Edg(e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|CriOS/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)


def device_name(user_agent: str) -> str:
    """What sort of device it is, in words."""
    return _first(_DEVICES, user_agent) or _("Phone")


def browser_name(user_agent: str) -> str:
    """Such as "Firefox on Mac"."""
    device, browser = _first(_DEVICES, user_agent), _first(_BROWSERS, user_agent)
    if browser and device:
        return _("%(browser)s on %(device)s") % {"browser": browser, "device": device}
    return browser or device or _("Unknown browser")


def _first(names: Iterable[tuple[str, str | Promise]], user_agent: str) -> str:
    """The name of the first pattern that matches; empty where none does."""
    return next((str(name) for pattern, name in names if re.search(pattern, user_agent)), "")
