"""Pages on which people add cameras, set them, share them and give out keys."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access
from cameras.models import Camera, CameraGroup, Grant, PublishKey, Source
from cameras.naming import in_natural_order
from cameras.pages.addresses import moved
from cameras.pages.forms import CameraForm, KeyForm, NewCameraForm
from cameras.pages.requests import row_id
from cameras.pages.secrets import show_secret
from cameras.pages.sharing import SharingPart
from cameras.quotas import QuotaExceeded
from cameras.users import NAME_FIELD, User, signed_in_user

#: From so many on, a list is easier searched than read.
SEARCHABLE_FROM = 9


def managed_camera(request: HttpRequest, slug: str) -> Camera:
    """Raises Http404 for a camera that is not theirs to manage."""
    mine = access.manageable(signed_in_user(request)).select_related("owner")
    return get_object_or_404(mine, Camera.at(slug))


@login_required
def cameras(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()
    user = signed_in_user(request)
    everything = access.visible_with_rights(user).prefetch_related(_given())
    groups = in_natural_order(access.visible_groups(user))
    chosen = request.GET.get("group", "")
    group = next((each for each in groups if each.slug == chosen), None)
    if group is not None:
        everything = everything.filter(groups=group)
    found = everything.filter(
        Q(name__icontains=query)
        | Q(slug__icontains=query)
        | Q(location__icontains=query)
        | Q((f"owner__{NAME_FIELD}__icontains", query))
    )
    shown = in_natural_order(found if query else everything)
    context = {
        "cameras": shown,
        "groups": groups,
        "group": group,
        "words": query,
        "searchable": bool(query) or len(shown) >= SEARCHABLE_FROM,
        "may_create": access.can_create(user),
    }
    return render(request, "cameras/list.html", context)


def _given() -> Prefetch[Any]:
    """What people and groups may do with each camera; whoever is invited may nothing yet."""
    given = Grant.objects.filter(invitation=None).select_related("user", "user_group")
    return Prefetch("grants", given)


@login_required
def add(request: HttpRequest) -> HttpResponse:
    if not access.can_create(signed_in_user(request)):
        raise PermissionDenied
    form = NewCameraForm(request.POST or None)
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        form.instance.owner = signed_in_user(request)
        try:
            return redirect(_next_page(request.GET.get("then"), form.save()))
        except QuotaExceeded as error:
            form.add_error("name", str(error))
            status = HTTPStatus.FORBIDDEN
    return render(request, "cameras/add.html", {"form": form}, status=status)


def _next_page(then: str | None, camera: Camera) -> str:
    """Where somebody who added a camera wanted to go with it."""
    match then:
        case "film":
            return reverse("capture", args=[camera.slug])
        case "phone":
            return reverse("viewer", args=[camera.slug]) + "#add-phone"
    return reverse("viewer", args=[camera.slug])


def _groups_of(camera: Camera, user: User) -> QuerySet[CameraGroup]:
    return access.visible_groups(user).filter(cameras=camera)


@method_decorator(never_cache, name="dispatch")
class SettingsView(LoginRequiredMixin, View):
    """A camera's settings, who may do what with it, and its keys. `action` says what is posted."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        camera = managed_camera(request, slug)
        return moved(request, camera) or self._page(camera)

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        camera = managed_camera(request, slug)
        match request.POST.get("action"):
            case "save":
                return self._save(camera)
            case "make-key":
                return self._make_key(camera)
            case "revoke-key":
                return self._revoke_key(camera)
            case "keep-key":
                return self._keep_key(camera)
        answer = self._sharing(camera).act()
        if isinstance(answer, HttpResponse):
            return answer
        return HttpResponse(status=400) if answer is None else self._page(camera, **answer)

    def _sharing(self, camera: Camera) -> SharingPart:
        address = reverse("camera-settings", args=[camera.slug])
        return SharingPart(self.request, camera, address)

    def _page(
        self, camera: Camera, status: HTTPStatus = HTTPStatus.OK, **forms: Any
    ) -> HttpResponse:
        context = {
            "camera": camera,
            # Unlike the camera's, these stay as they are saved while a form has mistakes.
            "address": self.kwargs["slug"],
            **self._sharing(camera).context(),
            "keys": PublishKey.valid().filter(camera=camera),
            "groups": in_natural_order(_groups_of(camera, signed_in_user(self.request))),
            "fallen": access.keys_without_right(camera),
            "form": CameraForm(instance=camera),
            "may_set_source": access.can_set_source(signed_in_user(self.request), camera),
            "has_source": Source.objects.filter(camera=camera).exists(),
            "key_form": KeyForm(prefix="key"),
            **forms,
        }
        return render(self.request, "cameras/settings.html", context, status=status)

    def _save(self, camera: Camera) -> HttpResponse:
        form = CameraForm(self.request.POST, instance=camera)
        if not form.is_valid():
            return self._page(camera, form=form)
        form.save()
        return self._redirect(camera, _("Saved."))

    def _make_key(self, camera: Camera) -> HttpResponse:
        form = KeyForm(self.request.POST, prefix="key")
        if not form.is_valid():
            return self._page(camera, key_form=form)
        name, maker = form.cleaned_data["name"], signed_in_user(self.request)
        try:
            key, secret = PublishKey.issue(camera=camera, name=name, created_by=maker)
        except QuotaExceeded as error:
            form.add_error("name", str(error))
            return self._page(camera, HTTPStatus.FORBIDDEN, key_form=form)
        return show_secret(self.request, key, secret, camera=camera)

    def _revoke_key(self, camera: Camera) -> HttpResponse:
        key = camera.publish_keys.filter(pk=row_id(self.request)).first()
        if key is not None:
            key.revoke()
        return self._redirect(camera, _("Revoked."), "#keys")

    def _keep_key(self, camera: Camera) -> HttpResponse:
        """Makes a key theirs, whose maker may no longer publish."""
        number = row_id(self.request)
        fallen = access.keys_without_right(camera)
        key = next((each for each in fallen if each.pk == number), None)
        if key is None:
            return self._redirect(
                camera, _("Nothing changed: the key already works, or it was revoked."), "#keys"
            )
        key.created_by = signed_in_user(self.request)
        key.save(update_fields=["created_by"])
        return self._redirect(camera, _("The key works again. It is now yours."), "#keys")

    def _redirect(self, camera: Camera, text: str, place: str = "") -> HttpResponse:
        messages.success(self.request, text)
        return redirect(reverse("camera-settings", args=[camera.slug]) + place)


@login_required
def delete(request: HttpRequest, slug: str) -> HttpResponse:
    camera = managed_camera(request, slug)
    if elsewhere := moved(request, camera):
        return elsewhere
    if request.method == "POST":
        camera.delete()
        text = _("“%(name)s” is deleted.")
        messages.success(request, text % {"name": camera.name})
        return redirect("cameras")
    context = {
        "camera": camera,
        "sessions": camera.sessions.count(),
        "grants": camera.grants.count(),
        "keys": PublishKey.valid().filter(camera=camera).count(),
    }
    return render(request, "cameras/delete.html", context)
