"""Pages on which people add cameras, set them, share them and give out keys."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access
from cameras.models import Camera, PublishKey
from cameras.pages.addresses import moved
from cameras.pages.forms import CameraForm, KeyForm, NewCameraForm, ShareForm
from cameras.pages.requests import row_id
from cameras.pages.secrets import show_secret
from cameras.quotas import QuotaExceeded
from cameras.users import NAME_FIELD, signed_in_user

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
    everything = access.visible_with_rights(user).prefetch_related("grants__user")
    found = everything.filter(
        Q(name__icontains=query)
        | Q(slug__icontains=query)
        | Q(location__icontains=query)
        | Q((f"owner__{NAME_FIELD}__icontains", query))
    )
    shown = list(found if query else everything)
    context = {
        "cameras": shown,
        "words": query,
        "searchable": bool(query) or len(shown) >= SEARCHABLE_FROM,
        "may_create": access.can_create(user),
    }
    return render(request, "cameras/list.html", context)


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
            case "share":
                return self._share(camera)
            case "unshare":
                return self._unshare(camera)
            case "make-key":
                return self._make_key(camera)
            case "revoke-key":
                return self._revoke_key(camera)
            case "keep-key":
                return self._keep_key(camera)
        return HttpResponse(status=400)

    def _page(
        self, camera: Camera, status: HTTPStatus = HTTPStatus.OK, **forms: Any
    ) -> HttpResponse:
        context = {
            "camera": camera,
            # Unlike the camera's, these stay as they are saved while a form has mistakes.
            "address": self.kwargs["slug"],
            "grants": camera.grants.select_related("user").order_by(f"user__{NAME_FIELD}"),
            "keys": PublishKey.valid().filter(camera=camera),
            "fallen": access.keys_without_right(camera),
            "form": CameraForm(instance=camera),
            "share_form": ShareForm(camera),
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

    def _share(self, camera: Camera) -> HttpResponse:
        form = ShareForm(camera, self.request.POST)
        if not form.is_valid():
            return self._page(camera, share_form=form)
        grant = form.save()
        text = _("Shared with %(name)s: %(role)s.")
        role = grant.get_role_display()
        return self._redirect(camera, text % {"name": grant.user, "role": role}, "#people")

    def _unshare(self, camera: Camera) -> HttpResponse:
        grant = camera.grants.filter(pk=row_id(self.request)).select_related("user").first()
        if grant is None:
            return self._redirect(camera, _("It was not shared with them any more."), "#people")
        grant.delete()
        text = _("No longer shared with %(name)s.") % {"name": grant.user}
        if not access.can_manage(signed_in_user(self.request), camera):
            messages.success(self.request, text)
            return redirect("cameras")
        return self._redirect(camera, text, "#people")

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
            return self._redirect(camera, _("Nothing changed: the key works, or is gone."), "#keys")
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
