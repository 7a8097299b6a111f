"""Actions that take something away ask first, as Django does before it deletes."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext

Rows: TypeAlias = QuerySet[Any]
Action: TypeAlias = Callable[[Any, HttpRequest, Rows], None]
AskingAction: TypeAlias = Callable[[Any, HttpRequest, Rows], HttpResponse | None]


def confirmed(
    question: Promise,
    concerned: Callable[[Rows], Rows] = lambda rows: rows,
    label: Callable[[Any], str] = str,
) -> Callable[[Action], AskingAction]:
    """The action runs once somebody has seen what it concerns, and said yes."""

    def decorate(action: Action) -> AskingAction:
        @wraps(action)
        def ask_first(model_admin: ModelAdmin[Model], request: HttpRequest, rows: Rows) -> Any:
            if "confirmed" in request.POST:
                return action(model_admin, request, rows)
            if not (labels := [label(row) for row in concerned(rows)]):
                messages.info(request, gettext("Nothing to do for the selected items."))
                return None
            context = {
                **model_admin.admin_site.each_context(request),
                "title": gettext("Are you sure?"),
                "opts": model_admin.opts,
                "media": model_admin.media,
                "question": question,
                "labels": labels,
                "rows": rows,
                "action": action.__name__,
                "checkbox": ACTION_CHECKBOX_NAME,
            }
            return TemplateResponse(request, "admin/cameras/confirm.html", context)

        return ask_first

    return decorate
