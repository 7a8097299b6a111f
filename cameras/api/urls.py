from __future__ import annotations

from django.urls import path
from django.urls.converters import SlugConverter
from django.views.generic import TemplateView
from rest_framework.routers import SimpleRouter

from cameras.api.audit import AuditViewSet
from cameras.api.cameras import CameraViewSet
from cameras.api.groups import GroupViewSet
from cameras.api.reference import ReferenceView
from cameras.api.secrets import KeyViewSet, TokenViewSet
from cameras.api.sessions import SessionViewSet
from cameras.api.sharing import (
    CameraGrantViewSet,
    CameraLinkViewSet,
    GroupGrantViewSet,
    GroupLinkViewSet,
)

router = SimpleRouter()
router.register("cameras", CameraViewSet, basename="api-camera")
_camera = f"cameras/(?P<slug>{SlugConverter.regex})"
router.register(f"{_camera}/keys", KeyViewSet, basename="api-key")
router.register(f"{_camera}/grants", CameraGrantViewSet, basename="api-camera-grant")
router.register(f"{_camera}/links", CameraLinkViewSet, basename="api-camera-link")
router.register("groups", GroupViewSet, basename="api-group")
_group = f"groups/(?P<slug>{SlugConverter.regex})"
router.register(f"{_group}/grants", GroupGrantViewSet, basename="api-group-grant")
router.register(f"{_group}/links", GroupLinkViewSet, basename="api-group-link")
router.register("sessions", SessionViewSet, basename="api-session")
router.register("audit", AuditViewSet, basename="api-audit")
router.register("tokens", TokenViewSet, basename="api-token")

urlpatterns = [
    *router.urls,
    path("docs/", TemplateView.as_view(template_name="api/docs.html"), name="api-docs"),
    path("schema/", ReferenceView.as_view(), name="api-schema"),
]
