from __future__ import annotations

from http import HTTPStatus
from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_bearer_security_scheme_object

from cameras.api.problems import MEDIA_TYPE, ProblemSerializer

_RETRY_AFTER = {"description": "When to try again, in s.", "schema": {"type": "integer"}}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "cameras.api.TokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object(
            header_name="Authorization", token_prefix="Bearer"
        )


class PageScheme(SessionScheme):  # type: ignore[no-untyped-call]
    target_class = "cameras.api.PageAuthentication"


class PasswordScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "cameras.api.PasswordAuthentication"
    name = "tokenAsPassword"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "basic"}


class ApiSchema(AutoSchema):
    """Says of each operation how it may be refused, and in which form."""

    def get_tags(self) -> list[str]:
        """What it is about: /api/cameras/{slug}/keys/{id}/ is about keys."""
        parts = [part for part in self.path.split("/") if part and not part.startswith("{")]
        match parts:
            case ["api", "cameras", "keys"]:
                return ["keys"]
            case ["api", "cameras" | "groups", "grants" | "links"]:
                return ["sharing"]
            case ["api", "cameras", _] | ["api", "stats" | "history"]:
                return ["live"]
            case ["api", about, *_]:
                return [about]
        return parts

    def get_summary(self) -> str:
        return self.get_description().partition(".")[0]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        for code in self._error_codes():
            responses.setdefault(code, {"description": HTTPStatus(int(code)).phrase})
        if direction == "response":
            schema = self.resolve_serializer(ProblemSerializer, direction).ref
            for code, response in responses.items():
                if code >= "400":
                    response["content"] = {MEDIA_TYPE: {"schema": schema}}
                if code in ("429", "503"):
                    response["headers"] = {"Retry-After": _RETRY_AFTER}
        return dict(sorted(responses.items()))

    @property
    def _is_for_some(self) -> bool:
        """Whether others may know that it is there, but not read it: its view says so."""
        return getattr(self.view, "is_for_some", False)

    def _error_codes(self) -> list[str]:
        writes = self.method in ("POST", "PATCH", "DELETE")
        parameters = {each["in"] for each in self._get_parameters()}
        takes_values = self.method in ("POST", "PATCH") or "query" in parameters
        # Pages of a list have addresses, too.
        named = bool(parameters)
        return [
            *(["400"] if takes_values else []),
            "401",
            *(["403"] if writes or self._is_for_some else []),
            *(["404"] if named else []),
            "406",
            *(["415"] if self.method in ("POST", "PATCH") else []),
            "429",
        ]
