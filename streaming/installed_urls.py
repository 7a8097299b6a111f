"""For a project that is an app of its own: one that has other pages leaves them out."""

from __future__ import annotations

from django.urls import path

from streaming.pages import installed

urlpatterns = [
    path("manifest.webmanifest", installed.manifest, name="manifest"),
    path("offline/", installed.offline, name="offline"),
    path("offline-worker.js", installed.offline_worker, name="offline-worker"),
    path("favicon.ico", installed.favicon, name="favicon"),
    path("robots.txt", installed.robots, name="robots"),
]
