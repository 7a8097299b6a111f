"""What the pages read from a request."""

from __future__ import annotations

from django.http import HttpRequest


def row_id(request: HttpRequest) -> int:
    """The `id` of the row that is meant; 0, which no row has, for nonsense."""
    text = request.POST.get("id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
