"""Number fields of forms say the bounds of their model, where Django says 0 or none."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

_OPTIONS = {MinValueValidator: "min_value", MaxValueValidator: "max_value"}


def bounds(field: models.Field[Any, Any]) -> dict[str, Any]:
    """Options for its form field."""
    return {
        _OPTIONS[type(each)]: each.limit_value
        # Those of its own: Django adds the database's, which are wider.
        for each in field._validators  # type: ignore[attr-defined]
        if type(each) in _OPTIONS
    }


def bounded_field(field: models.Field[Any, Any], **options: Any) -> forms.Field | None:
    return field.formfield(**bounds(field), **options)
