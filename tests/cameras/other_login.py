"""Addresses of a project with Django's own sign-in page."""

from __future__ import annotations

from django.contrib.auth import views
from django.urls import path

urlpatterns = [path("sign-in/", views.LoginView.as_view(), name="login")]
