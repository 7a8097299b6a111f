from __future__ import annotations

from django.contrib import admin

from tests.other_project.models import Person


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    # By which owners of cameras are found.
    search_fields = ("email",)
