"""The texts of scripts, at an address that changes with them and with the language."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.i18n import JavaScriptCatalog

#: For a year, by the visitor's own browser: who asks by the same address may read another language.
_FOR_GOOD = "max-age=31536000, private, immutable"


class Catalogue(JavaScriptCatalog):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        if request.GET.get("v") == _version(get_language()):
            response.headers["Cache-Control"] = _FOR_GOOD
        return response


def address() -> str:
    """Of the current language's."""
    return f"{reverse('javascript-catalog')}?v={_version(get_language())}"


@cache
def _version(language: str | None) -> str:
    """`language` is the current one."""
    request = HttpRequest()
    request.method = "GET"
    response = cast(HttpResponse, JavaScriptCatalog.as_view()(request))
    return hashlib.sha256(response.content).hexdigest()[:12]
