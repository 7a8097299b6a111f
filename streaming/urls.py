from __future__ import annotations

from django.urls import path

from streaming import views

urlpatterns = [
    path("", views.wall, name="wall"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("cameras/<slug:slug>/", views.viewer, name="viewer"),
    path("cameras/<slug:slug>/capture/", views.capture, name="capture"),
]
