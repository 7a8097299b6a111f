from __future__ import annotations

import pytest

from cameras.models import Camera


@pytest.mark.parametrize("body", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/cameras/"),
        ("PATCH", "/api/cameras/front-door/"),
        ("POST", "/api/cameras/front-door/keys/"),
    ],
)
def test_json_that_is_nested_too_deeply_is_the_clients_fault(
    api, sign_in, camera, owner, method, path, body
):
    sign_in(owner)
    response = api.generic(method, path, body, content_type="application/json")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert Camera.objects.count() == 1
