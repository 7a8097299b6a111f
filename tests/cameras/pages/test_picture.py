from __future__ import annotations

import pytest
from django.forms import model_to_dict

from cameras.models import Camera
from cameras.pages.forms import CameraForm
from cameras.pages.picture import lists

pytestmark = pytest.mark.django_db


def form_of(camera: Camera, **changes: object) -> CameraForm:
    fields = model_to_dict(camera, fields=CameraForm.Meta.fields)
    return CameraForm({**fields, **changes}, instance=camera)


def saved(form: CameraForm) -> tuple[int, int, float]:
    camera = form.save()
    camera.refresh_from_db()
    return camera.width, camera.height, camera.quality


def test_a_new_camera_has_a_choice_of_each_list(camera: Camera) -> None:
    offered = lists()
    assert f"{camera.width}x{camera.height}" in dict(offered.sizes)
    assert str(camera.frame_rate) in dict(offered.frame_rates)
    assert str(dict(offered.qualities)[f"{camera.quality:g}"]) == "Balanced"


def test_what_is_chosen_from_a_list_sets_the_numbers(camera: Camera) -> None:
    form = form_of(camera, resolution="1920x1080", quality_level="0.4")
    assert saved(form) == (1920, 1080, 0.4)


def test_a_number_that_is_changed_replaces_the_choice(camera: Camera) -> None:
    changed = {"width": 800, "height": 600, "quality": 0.55}
    form = form_of(camera, resolution="1280x720", quality_level="0.7", **changed)
    assert saved(form) == (800, 600, 0.55)


def test_numbers_that_no_list_has_are_offered_and_kept(camera: Camera) -> None:
    camera.width, camera.height, camera.frame_rate, camera.quality = 800, 600, 12, 0.55
    camera.save()
    page = CameraForm(instance=camera).as_div()
    assert page.count("Custom, see Advanced") == 2
    assert '<option value="12" selected>' in page
    form = form_of(camera, resolution="custom", quality_level="custom")
    assert saved(form) == (800, 600, 0.55)


def test_the_numbers_are_seen_where_they_matter(camera: Camera) -> None:
    assert not CameraForm(instance=camera).is_advanced_open
    assert form_of(camera, width=5000).is_advanced_open
    camera.quality = 0.55
    assert CameraForm(instance=camera).is_advanced_open
