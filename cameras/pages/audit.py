"""The audit log as people read it: of their cameras, or of all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache

from cameras import access, audit, audit_words
from cameras.export import download
from cameras.models import AuditEvent, AuditKind, AuditQuerySet, Camera
from cameras.users import User, signed_in_user

PER_PAGE = 50

COLUMNS: dict[str, Callable[[AuditEvent], Any]] = {
    "started": lambda event: event.started.isoformat(),
    "ended": lambda event: event.until and event.until.isoformat(),
    "duration_s": lambda event: event.duration_s and round(event.duration_s, 1),
    "who": audit_words.actor,
    "who_kind": lambda event: event.actor_kind,
    "what": audit_words.sentence,
    "kind": lambda event: event.kind,
    "camera": lambda event: event.camera.slug if event.camera else None,
    "camera_name": lambda event: event.camera_name,
    "address": lambda event: event.address,
}


class AuditFilter(forms.Form):
    """What is shown of the log. What makes no sense filters nothing."""

    camera = forms.ModelChoiceField(
        label=_("Camera"),
        queryset=Camera.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=pgettext_lazy("audit", "All cameras"),
    )
    who = forms.CharField(
        label=_("Person"),
        max_length=AuditEvent.MAX_LABEL_LENGTH,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "placeholder": _("Name or address")}),
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("audit", "Event"),
        choices=[("", pgettext_lazy("audit", "All events")), *AuditKind.choices],
        required=False,
    )
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def __init__(self, user: User, data: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["camera"]
        field.queryset = access.manageable(user).order_by("name")

    def apply(self, events: AuditQuerySet) -> AuditQuerySet:
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if "camera" in chosen:
            events = events.filter(camera=chosen["camera"])
        if "who" in chosen:
            events = events.of(chosen["who"])
        if "kind" in chosen:
            events = events.filter(kind=chosen["kind"])
        if "day" in chosen:
            begin = timezone.make_aware(datetime.combine(chosen["day"], time.min))
            end = timezone.make_aware(datetime.combine(chosen["day"], time.max))
            events = events.filter(started__range=(begin, end))
        return events


@never_cache
@login_required
def log(request: HttpRequest) -> HttpResponse:
    user = signed_in_user(request)
    audit.note_reading(user)
    form = AuditFilter(user, request.GET)
    events = form.apply(access.auditable(user))
    page = Paginator(events.for_display(), PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "rows": [_row(event) for event in page],
        "totals": _totals(form, events),
        "query": query.urlencode(),
        "filtered": any(form.cleaned_data.values()),
    }
    return render(request, "cameras/audit.html", context)


@never_cache
@login_required
def export(request: HttpRequest) -> HttpResponseBase:
    user = signed_in_user(request)
    events = AuditFilter(user, request.GET).apply(access.auditable(user))
    audit.record(AuditKind.LOOKED_UP, what="export")
    return download("audit-log.csv", events.for_display(), COLUMNS)


def _row(event: AuditEvent) -> dict[str, Any]:
    return {
        "event": event,
        "who": audit_words.actor(event),
        "what": audit_words.sentence(event),
        "day": timezone.localtime(event.started).date(),
        "duration": audit_words.duration(event.duration_s),
    }


def _totals(form: AuditFilter, events: QuerySet[AuditEvent]) -> list[dict[str, Any]]:
    """Who watched for how long, where that was asked for."""
    if form.cleaned_data.get("kind") != AuditKind.WATCHED:
        return []
    return [
        {
            "name": audit_words.actor(total.who),
            "visits": total.visits,
            "duration": audit_words.duration(total.duration_s),
        }
        for total in audit.watched_by(events)
    ]
