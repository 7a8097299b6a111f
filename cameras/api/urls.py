from __future__ import annotations

from django.urls import path
from django.urls.converters import SlugConverter
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from cameras.api.audit import AuditViewSet
from cameras.api.cameras import CameraViewSet
from cameras.api.secrets import KeyViewSet, TokenViewSet
from cameras.api.sessions import SessionViewSet

router = SimpleRouter()
router.register("cameras", CameraViewSet, basename="api-camera")
router.register(f"cameras/(?P<slug>{SlugConverter.regex})/keys", KeyViewSet, basename="api-key")
router.register("sessions", SessionViewSet, basename="api-session")
router.register("audit", AuditViewSet, basename="api-audit")
router.register("tokens", TokenViewSet, basename="api-token")

urlpatterns = [
    *router.urls,
    path("docs/", TemplateView.as_view(template_name="api/docs.html"), name="api-docs"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
]
