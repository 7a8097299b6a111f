from __future__ import annotations

import pytest
from django.conf import settings
from django.core import checks
from django.test import override_settings

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
