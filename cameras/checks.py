from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import PermissionsMixin
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import FieldDoesNotExist
from django.db.models import IntegerField


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
