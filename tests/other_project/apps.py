from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "tests.other_project"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
