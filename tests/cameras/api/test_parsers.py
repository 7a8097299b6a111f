from __future__ import annotations

import pytest

from tests.cameras.api.test_problems import LIST, is_problem, owners

__all__ = ["owners"]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("is_complete", [True, False])
def test_a_body_nested_too_deeply_is_a_problem(owners, opening, closing, is_complete):
    body = opening * 100_000 + ("1" + closing * 100_000 if is_complete else "")
    told = is_problem(owners.generic("POST", LIST, body, content_type="application/json"), 400)
    assert told["detail"] == "The body is nested too deeply."


@pytest.mark.parametrize(
    "body", ['{"name": "\\ud800"}', '{"width": 1e400}', '{"width": ' + "9" * 5000 + "}", "NaN"]
)
def test_what_no_field_can_hold_is_a_problem(owners, body):
    is_problem(owners.generic("POST", LIST, body, content_type="application/json"), 400)


def test_a_name_cannot_forge_a_line_of_the_log(owners):
    told = is_problem(owners.post(LIST, {"name": "Hall\n2026 ERROR root: forged"}), 400)
    assert [error["pointer"] for error in told["errors"]] == ["#/name"]
