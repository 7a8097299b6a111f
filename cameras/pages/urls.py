from __future__ import annotations

from django.urls import path

from cameras.pages import account, audit, views

urlpatterns = [
    path("cameras/", views.cameras, name="cameras"),
    path("cameras/add/", views.add, name="camera-add"),
    path("cameras/<slug:slug>/settings/", views.SettingsView.as_view(), name="camera-settings"),
    path("cameras/<slug:slug>/delete/", views.delete, name="camera-delete"),
    path("audit/", audit.log, name="audit"),
    path("audit/export/", audit.export, name="audit-export"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/password/", account.PasswordView.as_view(), name="password"),
]
