"""Show a wall on a screen that nobody has signed in at."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from cameras import access
from cameras.models import CameraGroup, ShareLink
from cameras.naming import validate_line
from cameras.pages.links import NewLink, link_to, show_link
from cameras.quotas import QuotaExceeded
from cameras.users import signed_in_user

#: In days; 0 is for ever.
_LIVES = (
    (0, gettext_lazy("Until it is revoked")),
    (1, gettext_lazy("A day")),
    (7, gettext_lazy("A week")),
    (30, gettext_lazy("30 days")),
)


class ScreenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=ShareLink.MAX_NAME_LENGTH,
        validators=[validate_line],
        help_text=gettext_lazy("For example, where the screen is."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    dims_from = forms.TimeField(
        label=gettext_lazy("Dim from"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    dims_until = forms.TimeField(
        label=gettext_lazy("Dim until"), required=False, widget=forms.TimeInput({"type": "time"})
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("Works for"), choices=_LIVES, coerce=int, initial=0
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        first, last = given.get("dims_from"), given.get("dims_until")
        if not self.errors and (first is None) != (last is None):
            missing = "dims_from" if first is None else "dims_until"
            self.add_error(missing, _("Set both times, or neither."))
        return given

    def fields_of_link(self) -> dict[str, Any]:
        given = self.cleaned_data
        days = given["days"]
        return {
            "name": given["name"],
            "dims_from": given["dims_from"],
            "dims_until": given["dims_until"],
            "expires": timezone.now() + timedelta(days=days) if days else None,
        }


@never_cache
@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A link for a screen, which shows the wall of a group (`group` in the query) or of all."""
    slug = request.GET.get("group")
    group = access.visible_group(request.user, slug) if slug else None
    form = ScreenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _add(request, group, form)
        except QuotaExceeded as error:
            form.add_error("name", str(error))
            return _page(request, group, form, HTTPStatus.FORBIDDEN)
    return _page(request, group, form)


def _add(request: HttpRequest, group: CameraGroup | None, form: ScreenForm) -> HttpResponse:
    link, secret = ShareLink.issue(
        created_by=signed_in_user(request), group=group, kiosk=True, **form.fields_of_link()
    )
    return show_link(
        request,
        NewLink(
            title=link.name,
            url=link_to(request, reverse("kiosk"), secret),
            note=_(
                "Open this address in the screen's own browser, then tap or click once to fill the "
                "screen. It shows this wall and nothing else, until you revoke it on your account "
                "page."
            ),
            done=reverse("group-wall", args=[group.slug]) if group else reverse("wall"),
        ),
    )


def _page(
    request: HttpRequest,
    group: CameraGroup | None,
    form: ScreenForm,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    shown = access.watchable(request.user)
    if group is not None:
        shown = shown.filter(groups=group)
    mine = shown.filter(pk__in=access.manageable(request.user).values("pk"))
    context = {"form": form, "group": group, "cameras": mine.count(), "all": shown.count()}
    return render(request, "cameras/screen_add.html", context, status=status)
