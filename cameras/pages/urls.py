from __future__ import annotations

from django.urls import path

from cameras.pages import account, groups, screens, views, welcome

urlpatterns = [
    path("cameras/", views.cameras, name="cameras"),
    path("cameras/add/", views.add, name="camera-add"),
    path("cameras/<slug:slug>/settings/", views.SettingsView.as_view(), name="camera-settings"),
    path("cameras/<slug:slug>/delete/", views.delete, name="camera-delete"),
    path("welcome/", welcome.WelcomeView.as_view(), name="welcome"),
    path("groups/add/", groups.add, name="group-add"),
    path("groups/<slug:slug>/settings/", groups.settings, name="group-settings"),
    path("groups/<slug:slug>/delete/", groups.delete, name="group-delete"),
    path("screens/add/", screens.add, name="screen-add"),
    path("account/", account.AccountView.as_view(), name="account"),
    path("account/password/", account.PasswordView.as_view(), name="password"),
]
