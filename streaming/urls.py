from __future__ import annotations

from django.urls import include, path

from streaming.api import shared as shared_api
from streaming.doctor import views as doctor
from streaming.pages import phones, screens, shared, views, walls

_api_of_link = [
    path("", shared_api.SharedCamerasView.as_view(), name="shared-cameras"),
    path("<slug:slug>/stats/", shared_api.SharedStatsView.as_view(), name="shared-stats"),
    path("<slug:slug>/latest.jpg", shared_api.SharedLatestJpgView.as_view(), name="shared-latest"),
    path("<slug:slug>/stream.mjpg", shared_api.SharedStreamView.as_view(), name="shared-stream"),
]

urlpatterns = [
    path("", views.wall, name="wall"),
    path("arrangement/", walls.arrange, name="arrangement"),
    path("walls/<slug:slug>/", views.group_wall, name="group-wall"),
    path("walls/<slug:slug>/arrangement/", walls.arrange, name="group-arrangement"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("dashboard/<slug:slug>/", views.camera_history, name="camera-history"),
    path("cameras/<slug:slug>/", views.viewer, name="viewer"),
    path("cameras/<slug:slug>/capture/", views.capture, name="capture"),
    path("cameras/<slug:slug>/phones/", phones.invite, name="invite-phone"),
    path("cameras/<slug:slug>/phones/<int:pk>/", phones.invitation, name="phone-invitation"),
    path("phone/", phones.phone, name="phone"),
    path("phone/join/", phones.join, name="phone-join"),
    path("phone/leave/", phones.leave, name="phone-leave"),
    path("phone/manifest.webmanifest", phones.manifest, name="phone-manifest"),
    path("kiosk/", screens.opening, name="kiosk"),
    path("shared/", shared.shared, name="shared"),
    path("shared/open/", shared.open_link, name="shared-open"),
    path("shared/<uuid:link>/", shared.shared_link, name="shared-link"),
    path("shared/<uuid:link>/screen/", screens.screen, name="screen"),
    path("shared/<uuid:link>/screen/state/", screens.state, name="screen-state"),
    path("shared/<uuid:link>/cameras/<slug:slug>/", shared.shared_camera, name="shared-camera"),
    path("shared/<uuid:link>/embed/", shared.embed, name="shared-embed"),
    path("shared/<uuid:link>/api/cameras/", include(_api_of_link)),
    path("doctor/", doctor.doctor, name="doctor"),
    path("doctor/server/", doctor.server, name="doctor-server"),
    path("trust/", phones.trust, name="trust"),
    path("trust/skysentry.crt", phones.authority, name="authority"),
]
