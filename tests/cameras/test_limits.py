from __future__ import annotations

from django.test import override_settings

from cameras import limits


def test_a_project_and_the_environment_set_limits(monkeypatch):
    monkeypatch.setenv("SKYSENTRY_TOKENS_PER_PERSON", "3")
    with override_settings(SKYSENTRY={"CAMERAS_PER_PERSON": 5, "WEB": 2}):
        assert limits.get().CAMERAS_PER_PERSON == 5
        assert limits.get().TOKENS_PER_PERSON == 3


def test_other_settings_change_no_limit():
    with override_settings(SKYSENTRY={"WEB": 2}):
        assert limits.get() == limits.CatalogueLimits()
