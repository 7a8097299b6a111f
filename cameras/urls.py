from __future__ import annotations

from rest_framework.routers import SimpleRouter

# Makes the token known to the API's schema.
from cameras.api import schema  # noqa: F401
from cameras.api.views import CameraViewSet

router = SimpleRouter()
router.register("cameras", CameraViewSet, basename="api-camera")

urlpatterns = router.urls
