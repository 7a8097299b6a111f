"""The visitor's language: how it is chosen, and the texts of scripts in it.

The address of these changes with them and with the language.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.i18n import JavaScriptCatalog, set_language

#: For a year, by the visitor's own browser: who asks by the same address may read another language.
_FOR_GOOD = "max-age=31536000, private, immutable"


#: Any site may send a visitor here: all it can do is change the language. Pages without a form keep
#: needing no cookie.
choose_language = csrf_exempt(set_language)


class Catalogue(JavaScriptCatalog):
    # Ours; those of other apps, such as the admin, have their own.
    packages = ["streaming"]  # noqa: RUF012  (as Django declares it)

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
    view = JavaScriptCatalog.as_view(packages=Catalogue.packages)
    response = cast(HttpResponse, view(request))
    return hashlib.sha256(response.content).hexdigest()[:12]
