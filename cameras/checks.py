from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import PermissionsMixin
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import IntegerField
from django.urls import NoReverseMatch, Resolver404, resolve, reverse


@register(Tags.models)
def check_user_model(**_: Any) -> list[CheckMessage]:
    """The rule book asks for permissions and `is_active`; announcements carry ids as numbers."""
    model = get_user_model()
    needs = {
        "to inherit from PermissionsMixin": issubclass(model, PermissionsMixin),
        "a field is_active": _has_field(model, "is_active"),
        "a whole number as its primary key": isinstance(model._meta.pk, IntegerField),
    }
    return [
        Error(f"AUTH_USER_MODEL, {model._meta.label}, needs {need}.", id="cameras.E001")
        for need, is_met in needs.items()
        if not is_met
    ]


def _has_field(model: Any, name: str) -> bool:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return True


_API = {
    "DEFAULT_SCHEMA_CLASS": "cameras.api.schema.ApiSchema",
    "DEFAULT_PAGINATION_CLASS": "cameras.api.pagination.Pagination",
    "EXCEPTION_HANDLER": "cameras.api.problems.handle",
}
_TOKENS = "cameras.api.TokenAuthentication"


@register(Tags.compatibility)
def check_api(**_: Any) -> list[CheckMessage]:
    """A project's own API may need others; so these are warnings."""
    given = getattr(settings, "REST_FRAMEWORK", {})
    lacks = {name: value for name, value in _API.items() if given.get(name) != value}
    warnings: list[CheckMessage] = [
        Warning(
            f"REST_FRAMEWORK[{name!r}] is not {value!r}: the API is not as documented.",
            hint="Set it, or put cameras.W001 into SILENCED_SYSTEM_CHECKS.",
            id="cameras.W001",
        )
        for name, value in lacks.items()
    ]
    if _TOKENS not in given.get("DEFAULT_AUTHENTICATION_CLASSES", ()):
        warnings.append(
            Warning(
                "REST_FRAMEWORK['DEFAULT_AUTHENTICATION_CLASSES'] lacks"
                f" {_TOKENS!r}: API tokens are not read.",
                hint="Put it first.",
                id="cameras.W002",
            )
        )
    return warnings


_SIGN_IN = "cameras.pages.sign_in.SignInView"
_MIDDLEWARE = (
    ("cameras.requester.remember_request", "the audit log doesn't know who changes what"),
    ("cameras.devices.remember_device", "the account page lists no signed-in devices"),
    ("cameras.pages.sign_in.SecondStepMiddleware", "STAFF_TWO_STEP ends no session of a page"),
    (
        "cameras.pages.confirm.AdminProofMiddleware",
        "the admin changes how people sign in without asking for a fresh proof",
    ),
)


@register(Tags.security)
def check_sign_in(**_: Any) -> list[CheckMessage]:
    """Two-step sign-in is worth nothing where another page signs people in."""
    # Views need the apps to be ready.
    from cameras.pages.sign_in import SignInView

    try:
        view = getattr(resolve(reverse("login")).func, "view_class", None)
    except (NoReverseMatch, Resolver404):
        # Another check misses it.
        return []
    if isinstance(view, type) and issubclass(view, SignInView):
        return []
    return [
        Warning(
            f"The view named 'login' is not {_SIGN_IN}: it knows no second step and no passkeys.",
            hint="Use it, or put cameras.W003 into SILENCED_SYSTEM_CHECKS.",
            id="cameras.W003",
        )
    ]


@register(Tags.security)
def check_middleware(**_: Any) -> list[CheckMessage]:
    return [
        Warning(
            f"MIDDLEWARE lacks {name!r}: {what}.",
            hint="Add it, in the order of docs/embedding.md.",
            id="cameras.W004",
        )
        for name, what in _MIDDLEWARE
        if name not in settings.MIDDLEWARE
    ]
