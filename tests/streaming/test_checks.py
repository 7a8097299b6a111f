from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core import checks
from django.test import override_settings

from streaming import checks as of_streaming
from streaming.checks import check_layers, check_settings

IN_MEMORY = {"BACKEND": "channels.layers.InMemoryChannelLayer"}


def test_the_settings_as_they_are_pass_all_checks():
    assert checks.run_checks() == []


@override_settings(SKYSENTRY={"WEB": "many"})
def test_a_wrong_setting_is_an_error_that_says_what_it_takes():
    (error,) = checks.run_checks()
    assert error.id == "streaming.E001"
    assert error.msg == "SKYSENTRY_WEB is 'many'; it takes a whole number from 1 to 64."


def test_a_wrong_variable_is_an_error(monkeypatch):
    monkeypatch.setenv("SKYSENTRY_SERVER", "apache")
    (error,) = check_settings()
    assert "SKYSENTRY_SERVER is 'apache'" in error.msg


@pytest.mark.parametrize("alias", ["default", "frames"])
def test_a_layer_in_memory_is_an_error_that_names_the_right_one(alias):
    with override_settings(CHANNEL_LAYERS={**settings.CHANNEL_LAYERS, alias: IN_MEMORY}):
        (error,) = checks.run_checks()
    assert error.id == "streaming.E002"
    assert error.msg == f"CHANNEL_LAYERS['{alias}'] is not of the kind that SkySentry needs."
    assert str(settings.CHANNEL_LAYERS[alias]["BACKEND"]) in str(error.hint)


@override_settings(CHANNEL_LAYERS={})
def test_missing_layers_are_errors():
    assert [error.id for error in check_layers()] == ["streaming.E002"] * 2


NO_TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [], "APP_DIRS": False}]
NO_PROCESSORS = [{**settings.TEMPLATES[0], "OPTIONS": {}}]
NO_MIDDLEWARE = ["streaming.E004"] * 4 + ["streaming.W001", "streaming.W002"]
NO_PLACES = ("REDIS_URL", "REDIS_LAYER_URL", "VAR_DIR")


@pytest.mark.parametrize(
    ("lacking", "check", "said"),
    [
        ({"MIDDLEWARE": []}, "check_middleware", NO_MIDDLEWARE),
        ({"TEMPLATES": NO_TEMPLATES}, "check_templates", ["streaming.E005"] * 4),
        ({"TEMPLATES": NO_PROCESSORS}, "check_templates", ["streaming.E007"] * 3),
        ({"ROOT_URLCONF": "streaming.urls"}, "check_addresses", ["streaming.E009"] * 6),
    ],
)
def test_a_project_is_told_what_it_lacks(lacking, check, said):
    with override_settings(**lacking):
        found = list(getattr(of_streaming, check)())
    assert [each.id for each in found] == said
    assert all(each.hint for each in found)


def test_a_project_is_told_of_apps_static_files_and_places_that_it_lacks(monkeypatch):
    monkeypatch.setattr(apps, "is_installed", lambda _name: False)
    monkeypatch.setattr(finders, "find", lambda _name: None)
    assert {each.id for each in of_streaming.check_apps()} == {"streaming.E003"}
    assert {each.id for each in of_streaming.check_static_files()} == {"streaming.E008"}
    with override_settings():
        for name in NO_PLACES:
            delattr(settings, name)
        said = [each.msg for each in of_streaming.check_places()]
    assert said == [f"The settings have no {name}." for name in NO_PLACES]


def test_a_base_template_of_the_projects_own_is_noticed(tmp_path):
    (tmp_path / "base.html").write_text("<p>Ours</p>")
    engine: Any = settings.TEMPLATES[0]
    ours = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]
    with override_settings(TEMPLATES=ours):
        [error] = of_streaming.check_templates()
    assert error.id == "streaming.E006"
