"""Every error of the API has one form: problem details (RFC 9457)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import loader
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import defaults
from rest_framework import exceptions, serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from cameras.database import RETRY_AFTER_S, Unavailable, outages

MEDIA_TYPE = "application/problem+json"
_HEADERS = ("Retry-After", "WWW-Authenticate")
_DETAIL_OF_ERROR: Mapping[type[Exception], Promise] = {
    exceptions.NotAuthenticated: _(
        "Sign in, or send a token with the request: “Authorization: Bearer ssat_...”."
    ),
    exceptions.NotAcceptable: _("None of the formats you accept is available."),
    exceptions.ParseError: _("The body doesn't match its Content-Type."),
    exceptions.ValidationError: _("The request is invalid. See the errors."),
}
_DETAIL_OF_STATUS = {
    400: _("The request is malformed, or its Host header isn't a name of this server."),
    403: _("You don't have permission to do this."),
    404: _("There is nothing at this address. /api/docs/ lists what there is."),
    500: _("The server had an internal error. Its log has the details."),
    503: _("The database is unavailable. Try again in a few seconds."),
}


class Kind(NamedTuple):
    """Tells problems of one status apart, for programs by the type."""

    type: str
    title: str


DATABASE_UNAVAILABLE = Kind("urn:skysentry:database-unavailable", "Database unavailable")


class ErrorSerializer(serializers.Serializer[Any]):
    """One value that is not as it must be."""

    pointer = serializers.CharField(
        required=False, help_text=_("Where in the body: a JSON pointer, such as “#/name”.")
    )
    parameter = serializers.CharField(required=False, help_text=_("Which parameter of the query."))
    detail = serializers.CharField(help_text=_("What is wrong with it."))


class ProblemSerializer(serializers.Serializer[Any]):
    """What went wrong (RFC 9457)."""

    type = serializers.CharField(
        help_text=_(
            "“about:blank”: the status says it all. Of 503 also"
            " “urn:skysentry:database-unavailable” and “urn:skysentry:redis-unavailable”."
        )
    )
    title = serializers.CharField(help_text=_("The type in words, or else the status."))
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text=_("What happened, for people to read."))
    instance = serializers.CharField(help_text=_("The requested path."))
    errors = ErrorSerializer(many=True, required=False)  # type: ignore[assignment]


def problem(
    request: HttpRequest | Request,
    status: int,
    detail: object,
    errors: list[dict[str, str]] | None = None,
    kind: Kind | None = None,
) -> HttpResponse:
    # Not REST framework's own response: that one would come in whatever form the view renders.
    of_status = Kind("about:blank", HTTPStatus(status).phrase)
    members = {
        **(kind or of_status)._asdict(),
        "status": status,
        "detail": detail,
        "instance": request.path,
    }
    if errors:
        members["errors"] = errors
    return JsonResponse(members, status=status, content_type=MEDIA_TYPE)


def handle(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """REST framework's exception handler; None for an error that is not the client's."""
    answer = exception_handler(error, dict(context))
    if answer is None:
        return None
    request: Request = context["request"]
    errors = None
    if isinstance(error, exceptions.ValidationError):
        errors = [_error(request, place, detail) for place, detail in _flatten(answer.data)]
    detail = _DETAIL_OF_ERROR.get(type(error)) or answer.data["detail"]
    kind = getattr(error, "kind", None)
    response = problem(request, answer.status_code, detail, errors, kind)
    for name in _HEADERS:
        if name in answer:
            response[name] = answer[name]
    return response


def _flatten(data: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, str):
        yield place, data
        return
    for name, value in data.items() if isinstance(data, dict) else enumerate(data):
        is_of_the_whole = name == api_settings.NON_FIELD_ERRORS_KEY or isinstance(value, str)
        yield from _flatten(value, place if is_of_the_whole else f"{place}/{name}")


def _error(request: Request, place: str, detail: str) -> dict[str, str]:
    if request.method not in SAFE_METHODS:
        return {"pointer": f"#{place}", "detail": detail}
    return {"parameter": place.lstrip("/"), "detail": detail} if place else {"detail": detail}


def _page_or_problem(
    status: int, page: Callable[..., HttpResponse], kind: Kind | None = None
) -> Callable[..., HttpResponse]:
    """For what Django answers before, or instead of, a view of the API."""

    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            return problem(request, status, _DETAIL_OF_STATUS[status], kind=kind)
        return page(request, *args, **kwargs)

    return answer


_bad_request = _page_or_problem(400, defaults.bad_request)
permission_denied = _page_or_problem(403, defaults.permission_denied)
page_not_found = _page_or_problem(404, defaults.page_not_found)
_server_error = _page_or_problem(500, defaults.server_error)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`."""
    # Django takes a session that could not be saved for one that was deleted meanwhile.
    if isinstance(exception, SessionInterrupted):
        for error in _causes(exception):
            if isinstance(error, Unavailable):
                return database_unavailable(request, error)
    return _bad_request(request, exception)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def server_error(request: HttpRequest) -> HttpResponse:
    """`handler500`: called while the error is handled, also for those of middleware."""
    error = sys.exc_info()[1]
    if isinstance(error, Unavailable):
        return database_unavailable(request, error)
    return _server_error(request)


def _unavailable_page(request: HttpRequest) -> HttpResponse:
    # Without the request: who has signed in is in the database.
    return HttpResponse(loader.get_template("503.html").render(), status=503)


_unavailable = _page_or_problem(503, _unavailable_page, DATABASE_UNAVAILABLE)


def database_unavailable(request: HttpRequest, error: Exception) -> HttpResponse:
    """503, when to come again, and one line a minute in the log."""
    outages.note(error)
    response = _unavailable(request)
    response["Retry-After"] = str(RETRY_AFTER_S)
    # Else Django logs each of them, some with a traceback.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
