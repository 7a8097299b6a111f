"""The page on which a camera gets the address of an IP camera."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from cameras import access, sources
from cameras.models import Camera, Source
from cameras.pages.addresses import moved
from cameras.pages.source_form import SourceForm
from cameras.pages.views import managed_camera
from cameras.users import signed_in_user


@method_decorator(never_cache, name="dispatch")
class SourceView(LoginRequiredMixin, View):
    """Sets it, or takes it away."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        camera = self._camera(slug)
        return moved(request, camera) or self._page(camera, SourceForm(instance=sources.of(camera)))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        camera = self._camera(slug)
        if request.POST.get("action") == "remove":
            Source.objects.filter(camera=camera).delete()
            messages.success(request, _("The server no longer connects to it."))
            return redirect("camera-settings", camera.slug)
        form = SourceForm(request.POST, instance=sources.of(camera))
        if not form.is_valid():
            return self._page(camera, form, HTTPStatus.OK)
        form.save()
        messages.success(request, _("Saved."))
        return redirect("camera-source", camera.slug)

    def _camera(self, slug: str) -> Camera:
        camera = managed_camera(self.request, slug)
        if not access.can_set_source(signed_in_user(self.request), camera):
            raise PermissionDenied
        return camera

    def _page(
        self, camera: Camera, form: SourceForm, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {"camera": camera, "form": form, "is_set": form.instance.pk is not None}
        return render(self.request, "cameras/source.html", context, status=status)
