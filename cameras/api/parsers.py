from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class NestedTooDeeply(ParseError):
    default_detail = _("The body is nested too deeply.")


class BoundedJSONParser(JSONParser):
    """JSON that is nested too deeply for Python is the client's mistake, as any other."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raises ParseError, among them NestedTooDeeply."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise NestedTooDeeply from error
