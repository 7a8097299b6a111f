from __future__ import annotations

from django.test import override_settings

from cameras import checks
from cameras.models import Camera


def test_djangos_own_users_have_all_that_is_needed():
    assert checks.check_user_model() == []


def test_a_user_model_that_lacks_something_is_an_error_that_says_what(monkeypatch):
    monkeypatch.setattr(checks, "get_user_model", lambda: Camera)
    errors = checks.check_user_model()
    assert {error.id for error in errors} == {"cameras.E001"}
    assert [error.msg.partition(" needs ")[2] for error in errors] == [
        "to inherit from PermissionsMixin.",
        "a field is_active.",
        "a whole number as its primary key.",
    ]


@override_settings(REST_FRAMEWORK={})
def test_a_project_whose_api_is_not_set_up_is_told_what_is_missing():
    warnings = checks.check_api()
    assert [each.id for each in warnings] == ["cameras.W001"] * 3 + ["cameras.W002"]
    assert "'cameras.api.problems.handle'" in warnings[2].msg
    assert "API tokens are not read" in warnings[3].msg


def test_another_sign_in_page_is_warned_of():
    assert checks.check_sign_in() == []
    with override_settings(ROOT_URLCONF="tests.cameras.other_login"):
        [warning] = checks.check_sign_in()
    assert warning.id == "cameras.W003"
    with override_settings(ROOT_URLCONF="cameras.api.urls"):
        assert checks.check_sign_in() == []


@override_settings(MIDDLEWARE=[])
def test_middleware_that_is_missing_is_named():
    assert [each.id for each in checks.check_middleware()] == ["cameras.W004"] * 4
