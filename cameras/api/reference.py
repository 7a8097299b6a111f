from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import override
from drf_spectacular.views import SpectacularAPIView


class ReferenceView(SpectacularAPIView):
    """The API's schema, in English: much of it is docstrings, which have no translation."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with override("en"):
            return super().dispatch(request, *args, **kwargs)
