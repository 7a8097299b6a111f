"""Static files at addresses that change with them: browsers keep them for a year and never ask.

Their addresses, such as `/static/5f1c0e9a2b7d/js/lib/dom.js`, have the version of all of them
together. So modules and style sheets, which name each other relative to themselves, stay as they
are written, and no page mixes those of two versions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from servestatic.middleware import ServeStaticMiddleware

from streaming.pages.compression import is_compressible

#: A year, which is as long as browsers count.
_FOR_GOOD = "max-age=31536000, public, immutable"


class Storage(StaticFilesStorage):
    """Names files below their version. With DEBUG it doesn't: each change is seen at once."""

    def url(self, name: str | None) -> str:
        return super().url(name if settings.DEBUG else f"{version()}/{name}")


# Changed files are served by the next process only, as changed code is.
@cache
def version() -> str:
    """Is another one as soon as any file is; the same in all processes and on all machines."""
    digest = hashlib.sha256()
    for name, path in sorted(_files()):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _files() -> Iterator[tuple[str, Path]]:
    for finder in finders.get_finders():
        for name, storage in finder.list(None):
            yield name, Path(storage.path(name))


def path_of(name: str) -> Path:
    """Where a file lies. Raises FileNotFoundError."""
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    return Path(path)


class StaticFiles(ServeStaticMiddleware):  # type: ignore[misc]
    """Serves them where they lie, by both addresses: with their version, and without."""

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase
        found = re.match(f"{self.static_prefix}([0-9a-f]{{12}})/", request.path_info)
        if not found:
            response = await super().__call__(request)
            return response
        # An older page finds what there is now rather than nothing, but does not keep it.
        is_newest = found[1] == version()
        request.path_info = self.static_prefix + request.path_info[found.end() :]
        response = await super().__call__(request)
        if is_newest and response.status_code in (200, 206, 304):
            response.headers["Cache-Control"] = _FOR_GOOD
        return await _whole(response)


async def _whole(response: HttpResponseBase) -> HttpResponseBase:
    """Not in pieces of 4 kB, each of which would be compressed by itself."""
    if not isinstance(response, FileResponse) or not is_compressible(response):
        return response
    content = b"".join([piece async for piece in response])
    return HttpResponse(content, headers=response.headers)
