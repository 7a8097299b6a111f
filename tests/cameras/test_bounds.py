from __future__ import annotations

import re

import pytest

from tests.cameras.pages.browser import signed_in

BOUNDS = {
    "width": ("1", "1920"),
    "height": ("1", "1080"),
    "frame_rate": ("1", "30"),
    "quality": ("0.1", "1"),
}


@pytest.mark.parametrize(
    "path", ["/cameras/front-door/settings/", "/admin/cameras/camera/{id}/change/"]
)
def test_number_fields_say_the_bounds_of_the_model(superuser, camera, path):
    page = signed_in(superuser).get(path.format(id=camera.pk)).content.decode()
    for name, (least, most) in BOUNDS.items():
        if name == "frame_rate" and path.endswith("/settings/"):
            # People choose it from a list there.
            continue
        [field] = re.findall(rf'<input[^>]* name="{name}"[^>]*>', page)
        assert f'min="{least}"' in field
        assert f'max="{most}"' in field


@pytest.mark.parametrize(("name", "value"), [("width", "0"), ("quality", "nan"), ("quality", "2")])
def test_what_is_out_of_bounds_is_told_once(superuser, camera, name, value):
    fields = {"action": "save", "name": "x", "slug": "x", "visibility": "private", name: value}
    page = signed_in(superuser).post("/cameras/front-door/settings/", fields).content.decode()
    [problem] = re.findall(rf'id="id_{name}_error".*?</ul>', page, re.DOTALL)
    assert problem.count("<li>") == 1
