"""`{% module "js/pages/viewer/main.js" %}`: a script whose imports are asked for all at once.

Otherwise a browser finds them one level after the other, each a round trip later.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cameras.models import Camera
from streaming.pages import catalogue
from streaming.pages.static_files import path_of

register = template.Library()

#: What the page has already, among what its rendering notes.
_LINKED = "modules"

_IMPORT = re.compile(r'^(?:import|export)\s(?:[^"\';]*\sfrom\s)?"(\.[^"]+)";$', re.MULTILINE)
_WORKER = re.compile(r'new Worker\(new URL\("(\.[^"]+)", import\.meta\.url\)')


@register.simple_tag(takes_context=True)
def module(context: Context, path: str) -> SafeString:
    """The script at `path` below the static files, and links to what it imports, once for a page.

    Raises FileNotFoundError when one of them is not there.
    """
    notes: Any = context.render_context
    linked = notes.setdefault(_LINKED, set())
    needed = [each for each in imports(path) if each not in linked]
    linked.update(needed, [path])
    links = format_html_join(
        "\n", '<link rel="modulepreload" href="{}">', ((static(each),) for each in needed)
    )
    return format_html('{}\n<script type="module" src="{}"></script>', links, static(path))


@register.simple_tag
def head_start(socket: str, camera: Camera | None = None) -> SafeString:
    """A script that begins to watch while the page loads: the camera, where the page shows one."""
    return format_html(
        '<script src="{}" async fetchpriority="high"'
        ' data-socket="{}" data-worker="{}" data-camera="{}"></script>\n',
        static("js/pages/base/head-start.js"),
        socket,
        static("js/watch/render/render-worker.js"),
        camera.pk if camera else "",
    )


@register.simple_tag
def texts() -> SafeString:
    """The script with the texts of scripts, in the visitor's language.

    All modules wait for it, and a browser would ask for what is deferred last of all.
    """
    address = catalogue.address()
    return format_html('<script src="{}" defer fetchpriority="high"></script>', address)


# Changed files are read by the next process only, as changed code is.
@cache
def imports(path: str) -> tuple[str, ...]:
    """Paths of all that the module at `path` imports or gives to a worker; nearest first."""
    level, found = [path], {path}
    ordered: list[str] = []
    while level := [each for each in _imported(level) if each not in found]:
        level = list(dict.fromkeys(level))
        found.update(level)
        ordered += level
    return tuple(ordered)


def _imported(paths: list[str]) -> Iterator[str]:
    for path in paths:
        source = path_of(path).read_text()
        for other in _IMPORT.findall(source) + _WORKER.findall(source):
            yield posixpath.normpath(posixpath.join(posixpath.dirname(path), other))
