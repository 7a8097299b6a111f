from __future__ import annotations

from django.urls import path

from streaming.pages import phones, views

urlpatterns = [
    path("", views.wall, name="wall"),
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
    path("trust/", phones.trust, name="trust"),
    path("trust/skysentry.crt", phones.authority, name="authority"),
]
