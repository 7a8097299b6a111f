"""Pages on which people group cameras; the walls of groups are in streaming/pages/."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from cameras import access
from cameras.models import Camera, CameraGroup
from cameras.pages.forms import GroupForm
from cameras.pages.views import SEARCHABLE_FROM
from cameras.quotas import QuotaExceeded
from cameras.users import signed_in_user


@login_required
def add(request: HttpRequest) -> HttpResponse:
    """A new group; `camera` in the query is in it from the start."""
    user = signed_in_user(request)
    if not access.can_create(user):
        raise PermissionDenied
    first = access.visible(user).filter(Camera.at(request.GET.get("camera", "")))
    form = GroupForm(
        user,
        request.POST or None,
        instance=CameraGroup(owner=user),
        initial={"cameras": list(first.values_list("pk", flat=True))},
    )
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("group-wall", form.save().slug)
        except QuotaExceeded as error:
            form.add_error("name", str(error))
            return _page(request, form, HTTPStatus.FORBIDDEN)
    return _page(request, form)


@login_required
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    group = _managed(request, slug)
    form = GroupForm(signed_in_user(request), request.POST or None, instance=group)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("group-settings", slug)
    return _page(request, form)


def _page(
    request: HttpRequest, form: GroupForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    cameras = form.cameras_to_choose()
    saved = CameraGroup.objects.filter(pk=form.instance.pk).first()
    context = {
        "form": form,
        # As it is saved, while the form has mistakes.
        "saved": saved,
        "may_share": saved is not None and access.can_share(request.user, saved),
        "cameras": cameras,
        "searchable": len(cameras) >= SEARCHABLE_FROM,
    }
    return render(request, "cameras/group.html", context, status=status)


@login_required
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    group = _managed(request, slug)
    if request.method == "POST":
        group.delete()
        messages.success(request, _("Group “%(name)s” deleted.") % {"name": group.name})
        return redirect("cameras")
    return render(request, "cameras/group_delete.html", {"group": group})


def _managed(request: HttpRequest, slug: str) -> CameraGroup:
    """Raises Http404 for a group that is not theirs to manage."""
    return get_object_or_404(access.manageable_groups(signed_in_user(request)), slug=slug)
