from __future__ import annotations

from django.urls import path

from streaming.api import (
    asyncapi,
    history,
    notifications,
    pictures,
    source,
    stats,
    stream,
    system,
    viewers,
)

urlpatterns = [
    path("cameras/<slug:slug>/stats/", stats.CameraStatsView.as_view(), name="api-camera-stats"),
    path(
        "cameras/<slug:slug>/history/",
        history.CameraHistoryView.as_view(),
        name="api-camera-history",
    ),
    path("cameras/<slug:slug>/latest/", pictures.LatestView.as_view(), name="api-camera-latest"),
    path(
        "cameras/<slug:slug>/latest.jpg",
        pictures.LatestJpgView.as_view(),
        name="api-camera-latest-jpg",
    ),
    path("cameras/<slug:slug>/stream.mjpg", stream.StreamView.as_view(), name="api-camera-stream"),
    path("cameras/<slug:slug>/source/", source.SourceView.as_view(), name="api-camera-source"),
    path(
        "cameras/<slug:slug>/source/try/",
        source.TrySourceView.as_view(),
        name="api-camera-source-try",
    ),
    path("cameras/<slug:slug>/viewers/", viewers.ViewersView.as_view(), name="api-camera-viewers"),
    path("asyncapi.json", asyncapi.AsyncApiView.as_view(), name="api-asyncapi"),
    path("history/", history.HistoryView.as_view(), name="api-history"),
    path("notifications/", notifications.NotificationsView.as_view(), name="api-notifications"),
    path("system/", system.SystemView.as_view(), name="api-system"),
    path("stats/", stats.SystemStatsView.as_view(), name="api-stats"),
]
