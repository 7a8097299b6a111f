from __future__ import annotations

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from cameras.pages.sign_in import SignInView
from cameras.pages.sign_in_link import SignInLinkView
from streaming.api.health import healthz, readyz
from streaming.api.metrics import MetricsView
from streaming.pages.catalogue import Catalogue, choose_language

admin.site.site_header = _("SkySentry administration")
admin.site.site_title = "SkySentry"
admin.site.index_title = _("People, cameras and records")

urlpatterns = [
    # Before the cameras' own pages: "add" is no camera.
    path("", include("cameras.pages.urls")),
    path("", include("streaming.urls")),
    path("", include("streaming.installed_urls")),
    path("sign-in/", SignInView.as_view(), name="login"),
    path("sign-in/link/", SignInLinkView.as_view(), name="sign-in-link"),
    path("sign-out/", auth_views.LogoutView.as_view(), name="logout"),
    path("api/", include("cameras.api.urls")),
    path("api/", include("streaming.api.urls")),
    path("language/", choose_language, name="language"),
    path("jsi18n/", Catalogue.as_view(), name="javascript-catalog"),
    # One door for all, with passkeys and the second step.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/password_change/", RedirectView.as_view(pattern_name="password")),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", MetricsView.as_view(), name="metrics"),
]

handler400 = "cameras.api.problems.bad_request"
handler403 = "cameras.api.problems.permission_denied"
handler404 = "cameras.api.problems.page_not_found"
handler500 = "cameras.api.problems.server_error"
